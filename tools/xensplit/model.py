# SPDX-License-Identifier: GPL-2.0
"""One reading of everything: devices, their queues, counters, rings and times."""

import re

from xensplit import latency
from xensplit.kinds import KINDS
from xensplit.tree import DEBUG

DEVICE = re.compile(r'(?P<type>vbd|vif)-(?:(?P<domain>\d+)-)?(?P<number>\d+)$')
FILE = re.compile(r'(?P<what>queue|ring|latency)(?P<index>\d+)$')


def numbers(text):
    """The (name, number) pairs of a file; what is neither is left out."""
    for line in (text or '').splitlines():
        name, _, number = line.rpartition(' ')
        if name and number.isdigit():
            yield name, int(number)


class Queue:
    """A queue at one moment."""

    def __init__(self, index):
        self.index = index
        self.counters = {}
        self.ring = {}
        self.latency = {}

    def fill(self, kind):
        """Which part of its rings is used, from 0 to 1; None if that is not known."""
        parts = [(self.ring.get(f'{ring}waiting', 0) + self.ring.get(f'{ring}busy', 0))
                 / self.ring[f'{ring}slots']
                 for ring in kind.rings if self.ring.get(f'{ring}slots')]
        return min(max(parts), 1.0) if parts else None


class Device:
    """A device at one moment."""

    def __init__(self, name, match):
        self.name = name
        self.back = match['domain'] is not None
        self.number = int(match['number'])
        self.kind = KINDS[('blk' if match['type'] == 'vbd' else 'net')
                          + ('back' if self.back else 'front')]
        self.peer = int(match['domain']) if self.back else None
        self.guest = None
        self.state = None
        self.label = None
        self.error = None
        self.queues = {}

    @property
    def counters(self):
        """The sums of all queues."""
        sums = {}
        for queue in self.queues.values():
            for name, nr in queue.counters.items():
                sums[name] = sums.get(name, 0) + nr
        return sums

    @property
    def fill(self):
        fills = [fill for fill in (queue.fill(self.kind) for queue in self.queues.values())
                 if fill is not None]
        return max(fills) if fills else None

    def stages(self):
        """The histograms of all queues together, by stage."""
        names = sorted({stage for queue in self.queues.values() for stage in queue.latency})
        return {stage: latency.total(queue.latency[stage] for queue in self.queues.values()
                                     if stage in queue.latency) for stage in names}


class Reading:
    """Everything at one moment."""

    def __init__(self, when, latency_on):
        self.when = when
        self.latency_on = latency_on
        self.devices = {}


class Reader:
    """Takes readings of a tree, and remembers what seldom changes."""

    def __init__(self, tree):
        self.tree = tree
        self.guests = {}

    def guest(self, domain):
        if domain not in self.guests:
            self.guests[domain] = self.tree.domain_name(domain)
        return self.guests[domain]

    def read(self):
        switch = self.tree.read(f'{DEBUG}/latency')
        reading = Reading(self.tree.now(), switch == '1')
        errors = self.tree.errors()
        for name in self.tree.names(DEBUG):
            match = DEVICE.match(name)
            if match:
                reading.devices[name] = self.device(name, match, errors)
        return reading

    def device(self, name, match, errors):
        device = Device(name, match)
        for file in self.tree.names(f'{DEBUG}/{name}'):
            part = FILE.match(file)
            if part:
                self.queue_file(device, part['what'], int(part['index']))
        bus = f'sys/bus/xen{"-backend" if device.back else ""}/devices/{name}'
        device.state = self.tree.read(f'{bus}/state')
        node = self.tree.read(f'{bus}/nodename')
        device.error = errors.get(node)
        self.label(device, bus)
        if device.back:
            device.guest = self.guest(device.peer)
        return device

    def queue_file(self, device, what, index):
        lines = list(numbers(self.tree.read(f'{DEBUG}/{device.name}/{what}{index}')))
        queue = device.queues.setdefault(index, Queue(index))
        if what == 'queue':
            queue.counters = dict(lines)
        elif what == 'ring':
            queue.ring = dict(lines)
        else:
            queue.latency = latency.parse(lines)

    def label(self, device, bus):
        """The name that it has in this domain, and for a disk's frontend what it carried."""
        if device.kind.name == 'blkback':
            device.label = self.tree.read(f'{bus}/physical_device')
        elif device.kind.name == 'blkfront':
            for disk in self.tree.names(f'{bus}/block'):
                device.label = disk
                self.disk_bytes(device, f'{bus}/block/{disk}/stat')
        else:
            for interface in self.tree.names(f'{bus}/net'):
                device.label = interface

    def disk_bytes(self, device, stat):
        # The driver counts requests; sectors are counted by the block layer, for the whole disk.
        fields = (self.tree.read(stat) or '').split()
        if len(fields) > 6 and device.queues:
            first = device.queues[min(device.queues)]
            first.counters['sectors_read'] = int(fields[2])
            first.counters['sectors_written'] = int(fields[6])
