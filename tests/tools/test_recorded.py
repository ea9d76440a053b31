# SPDX-License-Identifier: GPL-2.0
"""What a run of the rig has recorded: the backends of a disk and an interface at work."""

import json
import re
import subprocess
import unittest

from test_export import run
from trees import RECORDED

MAC = re.compile(r'(?:[0-9a-f]{2}:){5}[0-9a-f]{2}', re.IGNORECASE)


@unittest.skipUnless(RECORDED.exists(), 'nothing is recorded')
class Trees(unittest.TestCase):
    def devices(self, *arguments):
        status, text = run(*arguments, '--json')
        self.assertEqual(status, 0)
        return {device['driver']: device for device in json.loads(text)['devices']}

    def back(self):
        return self.devices('--root', str(RECORDED / 'back'), '--since', str(RECORDED / 'back-before'))

    def test_the_back(self):
        devices = self.back()
        self.assertEqual(sorted(devices), ['xen-blkback', 'xen-netback'])
        for device in devices.values():
            self.assertEqual((device['state'], device['guest'], device['error']),
                             ('Connected', 'g1', None))
            self.assertEqual(device['errors'], {})
        self.assertRegex(devices['xen-netback']['label'], r'^vif\d+\.0$')
        self.assertRegex(devices['xen-blkback']['label'], r'^7:\d+$')

    def test_rates_of_the_load(self):
        devices = self.back()
        disk = devices['xen-blkback']
        self.assertGreater(disk['operations_per_second']['in'], 1)
        self.assertEqual(disk['operations_per_second']['out'], 0)
        self.assertAlmostEqual(disk['bytes_per_second']['in'] / disk['operations_per_second']['in'],
                               65536, delta=6000)
        for direction in 'in', 'out':
            self.assertGreater(devices['xen-netback']['operations_per_second'][direction], 1)

    def test_a_ping_and_its_answer_are_as_many(self):
        rates = self.back()['xen-netback']['operations_per_second']
        self.assertAlmostEqual(rates['in'], rates['out'], delta=0.2 * rates['in'] + 2)

    def test_times(self):
        disk = self.back()['xen-blkback']['latency']
        # A request is not done before the disk is.
        self.assertAlmostEqual(disk['request']['count'], disk['disk']['count'], delta=2)
        self.assertGreaterEqual(disk['request']['sum_us'], disk['disk']['sum_us'])

    def test_as_table_metrics_and_in_depth(self):
        for what in (['--once'], ['--metrics']):
            with self.subTest(what=what):
                status, text = run('--root', str(RECORDED / 'back'), *what)
                self.assertEqual(status, 0)
                self.assertGreaterEqual(len(text.splitlines()), 3)
        for device in self.back().values():
            with self.subTest(device=device['device']):
                status, text = run('--root', str(RECORDED / 'back'), '--once', '-d', device['device'])
                self.assertEqual(status, 0)
                self.assertIn('Batches', text)

    def test_no_address_is_recorded(self):
        for path in RECORDED.rglob('*'):
            if path.is_file():
                self.assertIsNone(MAC.search(path.read_text()), path)


@unittest.skipUnless(RECORDED.exists(), 'nothing is recorded')
class Picture(unittest.TestCase):
    def test_it_is_of_this_recording(self):
        here = RECORDED.parent
        pictures = here.parent.parent / 'Documentation/pictures'
        for ansi, name in (('top.ansi', 'xen-split-top.svg'),
                           ('device.ansi', 'xen-split-top-device.svg')):
            drawn = subprocess.run([here / 'picture.py', RECORDED / ansi], capture_output=True,
                                   text=True, check=True).stdout
            self.assertEqual(drawn, (pictures / name).read_text())
