# SPDX-License-Identifier: GPL-2.0
"""From files to devices, and from two readings to rates."""

import unittest

from trees import Made
from xensplit import rates, table


class Devices(unittest.TestCase):
    def setUp(self):
        self.tree = Made()
        self.addCleanup(self.tree.end)
        self.tree.uptime(10)

    def disk(self, name='vbd-3-51712', queue=0, **counters):
        self.tree.lines(name, f'queue{queue}', **counters)

    def test_names_say_what_they_are(self):
        for name, kind, peer in (('vbd-3-51712', 'blkback', 3), ('vbd-51712', 'blkfront', None),
                                 ('vif-3-0', 'netback', 3), ('vif-0', 'netfront', None)):
            with self.subTest(name=name):
                self.disk(name, reads=1)
                device = self.tree.read().devices[name]
                self.assertEqual((device.kind.name, device.peer), (kind, peer))

    def test_other_files_are_no_devices(self):
        self.tree.put('sys/kernel/debug/xen-split/latency', '1')
        self.tree.lines('vif-3-0', 'control', messages=3)
        reading = self.tree.read()
        self.assertTrue(reading.latency_on)
        self.assertEqual(list(reading.devices), ['vif-3-0'])
        self.assertEqual(reading.devices['vif-3-0'].queues, {})

    def test_what_sysfs_and_xenstore_say(self):
        self.disk(reads=1)
        bus = 'sys/bus/xen-backend/devices/vbd-3-51712'
        self.tree.put(f'{bus}/state', 'Connected')
        self.tree.put(f'{bus}/nodename', 'backend/vbd/3/51712')
        self.tree.put(f'{bus}/physical_device', '7:0')
        self.tree.put('xenstore/local/domain/3/name', 'web1')
        self.tree.put('xenstore/error/backend/vbd/3/51712/error', '2 no such disk')
        device = self.tree.read().devices['vbd-3-51712']
        self.assertEqual((device.state, device.label, device.guest, device.error),
                         ('Connected', '7:0', 'web1', '2 no such disk'))

    def test_a_file_that_makes_no_sense_is_left_out(self):
        self.tree.put('sys/kernel/debug/xen-split/vbd-3-51712/queue0', 'reads\nwrites x\nflushes 4\n\n')
        self.assertEqual(self.tree.read().devices['vbd-3-51712'].counters, {'flushes': 4})

    def test_sums_of_queues(self):
        self.disk(queue=0, reads=3, writes=1)
        self.disk(queue=1, reads=4)
        self.tree.lines('vbd-3-51712', 'ring0', slots=32, waiting=4, busy=4)
        self.tree.lines('vbd-3-51712', 'ring1', slots=32, waiting=0, busy=24)
        device = self.tree.read().devices['vbd-3-51712']
        self.assertEqual(device.counters, {'reads': 7, 'writes': 1})
        self.assertEqual([queue.fill(device.kind) for queue in device.queues.values()], [0.25, 0.75])
        self.assertEqual(device.fill, 0.75)

    def test_a_full_ring_is_never_fuller(self):
        self.tree.lines('vbd-3-51712', 'ring0', slots=32, waiting=32, busy=32)
        self.assertEqual(self.tree.read().devices['vbd-3-51712'].fill, 1.0)


class Rates(unittest.TestCase):
    def setUp(self):
        self.tree = Made()
        self.addCleanup(self.tree.end)

    def two(self, name, before, after, seconds=2):
        self.tree.uptime(100)
        self.tree.lines(name, 'queue0', **before)
        first = self.tree.read()
        self.tree.uptime(100 + seconds)
        self.tree.lines(name, 'queue0', **after)
        return next(rates.rows(self.tree.read(), first))

    def test_a_disk(self):
        row = self.two('vbd-3-51712',
                       dict(reads=100, writes=50, flushes=0, sectors_read=800, responses=150,
                            passes_of_1=10, passes_of_2_to_7=0, notifications=10, map_hypercalls=5,
                            copy_hypercalls=0),
                       dict(reads=300, writes=80, flushes=10, sectors_read=2400, responses=390,
                            passes_of_1=20, passes_of_2_to_7=50, notifications=70, map_hypercalls=5,
                            copy_hypercalls=60))
        self.assertEqual((row.ops_in, row.ops_out), (100, 20))
        self.assertEqual(row.bytes_in, 1600 * 512 / 2)
        self.assertEqual(row.calls_per_op, (60 + 60) / 240)
        self.assertEqual(row.batches['request'], {
            'batches': 60, 'mean': 4, 'sizes': {'of_1': 10, 'of_2_to_7': 50, 'of_8_to_31': 0,
                                                'of_32_up': 0}})

    def test_an_interface(self):
        row = self.two('vif-3-0', dict(tx_packets=0, rx_packets=10, rx_bytes=100, tx_bytes=0),
                       dict(tx_packets=4, rx_packets=20, rx_bytes=1100, tx_bytes=64))
        self.assertEqual((row.ops_in, row.ops_out, row.bytes_in, row.bytes_out), (5, 2, 500, 32))

    def test_errors_are_those_since_it_connected(self):
        row = self.two('vif-3-0', dict(tx_bad_size=3, rx_dropped=0, tx_packets=1),
                       dict(tx_bad_size=3, rx_dropped=1, tx_packets=1))
        self.assertEqual(row.errors, {'tx_bad_size': 3, 'rx_dropped': 1})
        self.assertEqual(row.nr_errors, 4)

    def test_a_device_that_came_again_begins_anew(self):
        row = self.two('vbd-3-51712', dict(reads=100), dict(reads=6))
        self.assertEqual(row.ops_in, 3)

    def test_without_time_there_are_no_rates(self):
        row = self.two('vbd-3-51712', dict(reads=1), dict(reads=6), seconds=0)
        self.assertEqual(row.ops_in, 0)

    def test_a_device_that_is_new_has_no_rates(self):
        self.tree.uptime(1)
        first = self.tree.read()
        self.tree.uptime(2)
        self.tree.lines('vbd-3-51712', 'queue0', reads=7)
        self.assertEqual(next(rates.rows(self.tree.read(), first)).ops_in, 0)


class Order(unittest.TestCase):
    def setUp(self):
        tree = Made()
        self.addCleanup(tree.end)
        tree.uptime(1)
        for name, reads in (('vbd-10-51712', 5), ('vbd-2-51712', 1), ('vif-2-0', 0)):
            tree.lines(name, 'queue0', reads=0, errors_read=reads)
        self.before = tree.read()
        tree.uptime(2)
        tree.lines('vbd-2-51712', 'queue0', reads=9)
        tree.lines('vbd-10-51712', 'queue0', reads=3, errors_read=5)
        self.rows = list(rates.rows(tree.read(), self.before))

    def order(self, *how):
        return [row.name for row in table.sort(self.rows, *how)]

    def test_most_first(self):
        self.assertEqual(self.order('ops'), ['vbd-2-51712', 'vbd-10-51712', 'vif-2-0'])
        self.assertEqual(self.order('errors')[0], 'vbd-10-51712')

    def test_names_from_the_first(self):
        self.assertEqual(self.order('name'), ['vbd-2-51712', 'vbd-10-51712', 'vif-2-0'])

    def test_the_other_way_round(self):
        self.assertEqual(self.order('ops', True)[0], 'vif-2-0')

    def test_every_column_sorts_and_prints(self):
        for column in table.SORTS:
            with self.subTest(column=column):
                self.assertEqual(len(list(table.lines(table.sort(self.rows, column)))), 4)

    def test_choosing(self):
        self.assertEqual([row.name for row in table.choose(self.rows, '^VIF')], ['vif-2-0'])
        self.assertEqual(len(table.choose(self.rows, 'blkback')), 2)
        self.assertEqual(len(table.choose(self.rows, '')), 3)
