# SPDX-License-Identifier: GPL-2.0
"""Histograms of times."""

import unittest

from xensplit import latency


def histogram(**times):
    found = latency.Histogram()
    found.times = {int(bound[1:]): nr for bound, nr in times.items()}
    return found


class Parse(unittest.TestCase):
    def test_lines(self):
        found = latency.parse([('tx_pass_below_8_us', 3), ('tx_pass_longer', 2),
                               ('tx_pass_sum_us', 77), ('rx_batch_below_1_us', 4),
                               ('rx_batch_sum_us', 0), ('something_else', 5)])
        self.assertEqual(sorted(found), ['rx_batch', 'tx_pass'])
        self.assertEqual(found['tx_pass'].times, {8: 3, 1 << 24: 2})
        self.assertEqual(found['tx_pass'].sum_us, 77)
        self.assertEqual(found['rx_batch'].count, 4)


class Percentiles(unittest.TestCase):
    def test_bounds(self):
        times = histogram(_1=50, _8=49, _1024=1)
        for percent, bound in ((1, 1), (50, 1), (51, 8), (99, 8), (99.5, 1024), (100, 1024)):
            with self.subTest(percent=percent):
                self.assertEqual(times.percentile(percent), bound)

    def test_of_nothing(self):
        self.assertIsNone(latency.Histogram().percentile(50))
        self.assertIsNone(latency.Histogram().mean)

    def test_one_time_is_every_percentile(self):
        self.assertEqual(histogram(_64=1).percentile(0.1), 64)


class Since(unittest.TestCase):
    def test_difference(self):
        now = histogram(_8=5, _16=2).since(histogram(_8=3))
        self.assertEqual(now.times, {8: 2, 16: 2})

    def test_a_device_that_came_again_begins_anew(self):
        self.assertEqual(histogram(_8=1).since(histogram(_8=3)).times, {8: 1})

    def test_without_an_earlier_one(self):
        self.assertEqual(histogram(_8=1).since(None).times, {8: 1})
