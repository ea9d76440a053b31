# SPDX-License-Identifier: GPL-2.0
"""What happened between two readings, a row for each device or queue."""

from xensplit.kinds import SIZES


def grown(now, before):
    """How much each counter has grown. One that fell began anew, as its device did."""
    return {name: nr - before.get(name, 0) if nr >= before.get(name, 0) else nr
            for name, nr in now.items()}


def ratio(part, whole):
    return part / whole if whole else None


def batches(kind, counters):
    """Of each kind of batch: how many there were, the mean size, how many of each size."""
    found = {}
    for name, (what, counted) in kind.batches.items():
        by_size = dict(zip(SIZES, (counters.get(counter, 0) for counter in counted)))
        nr = sum(by_size.values())
        inside = kind.sum('done', counters) if what == 'done' else counters.get(what, 0)
        found[name] = {'batches': nr, 'mean': ratio(inside, nr), 'sizes': by_size}
    return found


class Row:
    """A device, or one queue of it, between two readings."""

    def __init__(self, device, queue, seconds, counters, stages):
        kind = device.kind
        self.device = device
        self.queue = queue
        self.name = device.name if queue is None else f'{device.name} q{queue.index}'
        self.counters = counters
        self.stages = stages
        # All that was ever measured, for who looks at it in depth.
        self.all_stages = device.stages() if queue is None else queue.latency
        self.fill = device.fill if queue is None else queue.fill(kind)
        per_second = 1 / seconds if seconds > 0 else 0
        self.ops_in = kind.sum('ops_in', counters) * per_second
        self.ops_out = kind.sum('ops_out', counters) * per_second
        self.bytes_in = kind.sum('bytes_in', counters) * per_second
        self.bytes_out = kind.sum('bytes_out', counters) * per_second
        self.events = kind.sum('events', counters) * per_second
        self.calls_per_op = ratio(kind.sum('calls', counters), kind.sum('done', counters))
        self.batches = batches(kind, counters)
        means = [batch['mean'] for batch in self.batches.values() if batch['mean'] is not None]
        self.batch = max(means) if means else None
        stage = stages.get(kind.stage)
        self.p50 = stage.percentile(50) if stage else None
        self.p99 = stage.percentile(99) if stage else None
        # Since the device connected: an error of long ago is still one.
        self.errors = kind.error_counts((device if queue is None else queue).counters)

    @property
    def nr_errors(self):
        return sum(self.errors.values())

    @property
    def ops(self):
        return self.ops_in + self.ops_out

    @property
    def bytes(self):
        return self.bytes_in + self.bytes_out


def since(stages, before):
    return {stage: histogram.since(before.get(stage)) for stage, histogram in stages.items()}


def rows(now, before=None):
    """A row for each device. Without an earlier reading there are no rates."""
    seconds = now.when - before.when if before else 0
    for name, device in now.devices.items():
        old = before.devices.get(name) if before else None
        yield Row(device, None, seconds if old else 0,
                  grown(device.counters, old.counters if old else {}),
                  since(device.stages(), old.stages() if old else {}))


def queue_rows(now, before, name):
    """The same for each queue of a device."""
    seconds = now.when - before.when if before else 0
    device = now.devices[name]
    old = before.devices.get(name) if before else None
    for index, queue in sorted(device.queues.items()):
        earlier = old.queues.get(index) if old else None
        yield Row(device, queue, seconds if earlier else 0,
                  grown(queue.counters, earlier.counters if earlier else {}),
                  since(queue.latency, earlier.latency if earlier else {}))


