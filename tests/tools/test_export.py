# SPDX-License-Identifier: GPL-2.0
"""What other programs read."""

import contextlib
import io
import json
import pathlib
import re
import tempfile
import unittest

from trees import Made
from xensplit import export, main, rates

SAMPLE = re.compile(r'(?P<name>[a-z_:][a-z0-9_:]*)\{(?P<labels>(?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\} '
                    r'(?P<value>[0-9.e+-]+)$')


def run(*arguments):
    """Standard output of a command line. Return: status, text"""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = main.main(list(arguments))
        except SystemExit as end:
            status = end.code
    return status, out.getvalue()


class Exports(unittest.TestCase):
    def setUp(self):
        self.tree = Made()
        self.addCleanup(self.tree.end)
        self.tree.uptime(5)
        self.tree.lines('vbd-3-51712', 'queue0', reads=4, cache_size=7)
        self.tree.lines('vbd-3-51712', 'queue1', reads=5, cache_size=1)
        self.tree.lines('vbd-3-51712', 'ring0', slots=32, waiting=1, busy=2)
        self.tree.lines('vbd-3-51712', 'latency0', request_below_1_us=1, request_below_4_us=2,
                        request_longer=1, request_sum_us=9000000)
        self.tree.put('xenstore/local/domain/3/name', 'a "name"')

    def metrics(self):
        return list(export.metrics(rates.rows(self.tree.read())))

    def test_each_line_is_a_sample_or_a_type(self):
        for line in self.metrics()[:-1]:
            with self.subTest(line=line):
                self.assertTrue(re.match(r'# TYPE [a-z_0-9]+ (counter|gauge|histogram)$', line)
                                or SAMPLE.match(line))
        self.assertEqual(self.metrics()[-1], '# EOF')

    def test_a_parser_of_openmetrics_takes_it(self):
        try:
            from prometheus_client.openmetrics.parser import text_string_to_metric_families
        except ImportError:
            self.skipTest('python3-prometheus-client is not installed')
        families = {family.name: family for family in text_string_to_metric_families(
            '\n'.join(self.metrics()) + '\n')}
        self.assertEqual(families['xen_split_blkback_reads'].type, 'counter')
        self.assertEqual([sample.value for sample in families['xen_split_blkback_reads'].samples], [4, 5])
        self.assertEqual(families['xen_split_blkback_request_seconds'].type, 'histogram')

    def test_a_family_is_in_one_piece(self):
        types = [line.split()[2] for line in self.metrics() if line.startswith('# TYPE')]
        self.assertEqual(len(types), len(set(types)))

    def test_counters_and_gauges(self):
        text = '\n'.join(self.metrics())
        labels = r'device="vbd-3-51712",guest="a \\"name\\"",queue="1"'.replace('\\\\', '\\')
        self.assertIn(f'xen_split_blkback_reads_total{{{labels}}} 5', text)
        self.assertIn('# TYPE xen_split_blkback_reads counter', text)
        self.assertIn(f'xen_split_blkback_cache_size{{{labels}}} 1', text)
        self.assertIn('# TYPE xen_split_blkback_cache_size gauge', text)
        self.assertIn('xen_split_blkback_ring_waiting{', text)

    def test_histograms_add_up(self):
        buckets = [SAMPLE.match(line) for line in self.metrics()
                   if line.startswith('xen_split_blkback_request_seconds_bucket')]
        values = [int(bucket['value']) for bucket in buckets]
        self.assertEqual(values, sorted(values))
        self.assertEqual((values[0], values[1], values[2], values[-2], values[-1]), (1, 1, 3, 3, 4))
        self.assertIn('le="1e-06"', buckets[0]['labels'])
        self.assertIn('le="+Inf"', buckets[-1]['labels'])
        self.assertTrue(any(re.match(r'xen_split_blkback_request_seconds_sum\{.*\} 9$', line)
                            for line in self.metrics()))

    def test_json(self):
        status, text = run('--root', str(self.tree.root), '--json')
        self.assertEqual(status, 0)
        device = json.loads(text)['devices'][0]
        self.assertEqual((device['device'], device['driver'], device['guest']),
                         ('vbd-3-51712', 'xen-blkback', 'a "name"'))
        self.assertEqual([queue['counters']['reads'] for queue in device['queues']], [4, 5])
        self.assertEqual(device['latency']['request']['below_us'], {'1': 1, '4': 2, '16777216': 1})

    def test_a_file_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'x.prom'
            path.write_text('old')
            status, text = run('--root', str(self.tree.root), '--metrics', '-o', str(path))
            self.assertEqual((status, text), (0, ''))
            self.assertTrue(path.read_text().endswith('# EOF\n'))
            self.assertEqual([item.name for item in path.parent.iterdir()], ['x.prom'])


class CommandLine(unittest.TestCase):
    def test_what_makes_no_sense_is_refused(self):
        for arguments in (['--once', '--json'], ['-s', 'colour'], ['-f', '('], ['-i', '0'],
                          ['-i', 'x'], ['--since', '/'], ['-d', 'vbd-1-51712']):
            with self.subTest(arguments=arguments):
                self.assertEqual(run(*arguments)[0], 2)

    def test_without_the_drivers_it_says_so(self):
        status, text = run('--root', '/nonexistent', '--once')
        self.assertEqual(status, 1)
        self.assertIn('there is no /nonexistent/sys/kernel/debug/xen-split', text)

    def test_a_device_that_is_not_there(self):
        tree = Made()
        self.addCleanup(tree.end)
        tree.lines('vif-1-0', 'queue0', tx_packets=1)
        self.assertIn('no device vif-2-0', str(run('--root', str(tree.root), '--once', '-d', 'vif-2-0')[0]))
