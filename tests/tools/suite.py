# SPDX-License-Identifier: GPL-2.0
"""Runs the unit tests of this folder, and prints KTAP."""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / 'tools')]


class Ktap(unittest.TestResult):
    """A line for each test as it ends; what went wrong goes before it."""

    def __init__(self):
        super().__init__()
        self.passed = self.failed = self.skips = 0

    def line(self, good, test, more=''):
        number = self.passed + self.failed + self.skips
        words = test.id().split('.')
        print(f'{"ok" if good else "not ok"} {number} {words[-2]} {words[-1]}{more}', flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.line(True, test)

    def fail(self, test, error):
        self.failed += 1
        for text in self._exc_info_to_string(error, test).splitlines():
            print(f'# {text}')
        self.line(False, test)

    addFailure = addError = fail

    def addSubTest(self, test, subtest, error):
        if error:
            print(f'# {subtest._subDescription()}')
            self.fail(test, error)

    def addSkip(self, test, reason):
        self.skips += 1
        self.line(True, test, f' # SKIP {reason}')


def main():
    suite = unittest.defaultTestLoader.discover(str(HERE), pattern='test_*.py')
    print(f'KTAP version 1\n1..{suite.countTestCases()}')
    result = Ktap()
    suite.run(result)
    print(f'# Totals: pass:{result.passed} fail:{result.failed} xfail:0 xpass:0 '
          f'skip:{result.skips} error:0')
    print(f'{result.passed} passed, {result.failed} failed')
    return 1 if result.failed or not result.passed else 0


sys.exit(main())
