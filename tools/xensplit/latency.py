# SPDX-License-Identifier: GPL-2.0
"""Histograms of times as the drivers show them: powers of two of microseconds."""

import re

LINE = re.compile(r'(?P<stage>\w+?)_(?:below_(?P<bound>\d+)_us|(?P<rest>longer)|(?P<sum>sum_us))$')

# The bound of the last class but one; what is longer has none.
LONGEST = 1 << 23


class Histogram:
    """Times of one stage: how many were below each bound, and not below the one before."""

    def __init__(self):
        self.times = {}
        self.sum_us = 0

    @property
    def count(self):
        return sum(self.times.values())

    def add(self, other, sign=1):
        for bound, nr in other.times.items():
            self.times[bound] = self.times.get(bound, 0) + sign * nr
        self.sum_us += sign * other.sum_us

    def since(self, before):
        """What came since another reading. A histogram that fell has begun anew."""
        now = Histogram()
        now.add(self)
        if before is not None:
            now.add(before, -1)
            if any(nr < 0 for nr in now.times.values()):
                return self
        return now

    def percentile(self, percent):
        """A bound, in microseconds, that so many times are below; None if there are no times."""
        left = self.count * percent / 100
        if left <= 0:
            return None
        for bound in sorted(self.times):
            left -= self.times[bound]
            if left <= 0:
                return bound
        return None

    @property
    def mean(self):
        return self.sum_us / self.count if self.count else None


def parse(lines):
    """The histograms of a file by stage. lines: (name, number) pairs."""
    found = {}
    for name, number in lines:
        match = LINE.match(name)
        if not match:
            continue
        histogram = found.setdefault(match['stage'], Histogram())
        if match['sum']:
            histogram.sum_us = number
        else:
            bound = int(match['bound']) if match['bound'] else LONGEST * 2
            histogram.times[bound] = number
    return found


def total(histograms):
    """The sum of several: the queues of a device."""
    every = Histogram()
    for histogram in histograms:
        every.add(histogram)
    return every
