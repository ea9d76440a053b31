# SPDX-License-Identifier: GPL-2.0
"""Numbers as text, sorting and choosing."""

import unittest

from xensplit import table


class Numbers(unittest.TestCase):
    def test_short(self):
        for number, text in ((None, '-'), (0, '0'), (0.25, '0.25'), (9.996, '10.00'), (17, '17'),
                             (999, '999'), (1000, '1.0k'), (99900, '99.9k'), (123456, '123k'),
                             (5e9, '5.0G'), (1e18, '1E')):
            with self.subTest(number=number):
                self.assertEqual(table.short(number), text)

    def test_bytes(self):
        self.assertEqual(table.short(65536, 1024), '64.0k')

    def test_microseconds(self):
        for number, text in ((None, '-'), (1, '1us'), (512, '512us'), (1024, '1ms'),
                             (1 << 20, '1s'), (1 << 24, '17s')):
            with self.subTest(number=number):
                self.assertEqual(table.microseconds(number), text)

    def test_percent(self):
        self.assertEqual(table.percent(0.5), '50%')
        self.assertEqual(table.percent(None), '-')


class Natural(unittest.TestCase):
    def test_numbers_sort_as_numbers(self):
        names = ['vbd-10-51712', 'vbd-2-51728', 'vbd-2-51712', 'vif-1-0']
        self.assertEqual(sorted(names, key=table.natural),
                         ['vbd-2-51712', 'vbd-2-51728', 'vbd-10-51712', 'vif-1-0'])

    def test_any_text_can_be_compared(self):
        # re.split() yields a text first, if an empty one, so numbers never meet texts.
        self.assertEqual(sorted(['1', 'a', '', '-'], key=table.natural), ['', '1', '-', 'a'])
