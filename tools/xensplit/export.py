# SPDX-License-Identifier: GPL-2.0
"""Readings for other programs: JSON, and OpenMetrics for Prometheus."""

from xensplit import rates
from xensplit.latency import LONGEST

# These go up and down; all other lines of a queue only count.
GAUGES = {'cache_size', 'pages_kept'}


def histogram_object(histogram):
    return {
        'count': histogram.count,
        'sum_us': histogram.sum_us,
        'below_us': {str(bound): nr for bound, nr in sorted(histogram.times.items()) if nr},
        'percentiles_us': {str(percent): histogram.percentile(percent)
                           for percent in (50, 90, 99, 99.9)},
    }


def row_object(row):
    return {
        'ring_used': row.fill,
        'operations_per_second': {'in': row.ops_in, 'out': row.ops_out},
        'bytes_per_second': {'in': row.bytes_in, 'out': row.bytes_out},
        'interrupts_per_second': row.events,
        'hypercalls_per_operation': row.calls_per_op,
        'batches': row.batches,
        'latency': {stage: histogram_object(histogram)
                    for stage, histogram in row.stages.items() if histogram.count},
        'errors': row.errors,
    }


def device_object(row, queue_rows):
    device = row.device
    return {
        'device': device.name,
        'driver': f'xen-{device.kind.name}',
        'peer': device.peer,
        'guest': device.guest,
        'label': device.label,
        'state': device.state,
        'error': device.error,
        **row_object(row),
        'queues': [{
            'queue': queue_row.queue.index,
            'ring': queue_row.queue.ring,
            'counters': queue_row.queue.counters,
            **row_object(queue_row),
        } for queue_row in queue_rows],
    }


def as_object(now, before, chosen):
    """All as one object for JSON. chosen: rows of the devices."""
    return {
        'version': 1,
        'seconds': now.when - before.when if before else None,
        'latency_measured': now.latency_on,
        'devices': [device_object(row, rates.queue_rows(now, before, row.device.name))
                    for row in chosen],
    }


# --- OpenMetrics --------------------------------------------------------------------------


def escape(text):
    return str(text).replace('\\', r'\\').replace('"', r'\"').replace('\n', r'\n')


def sample(name, labels, value):
    inside = ','.join(f'{label}="{escape(text)}"' for label, text in labels.items()
                      if text is not None)
    return f'{name}{{{inside}}} {value}'


class Families:
    """Samples by their family, as the format wants all of a family together."""

    def __init__(self):
        self.found = {}

    def add(self, family, kind, *samples):
        self.found.setdefault((family, kind), []).extend(samples)

    def lines(self):
        for (family, kind), samples in self.found.items():
            yield f'# TYPE {family} {kind}'
            yield from samples
        yield '# EOF'


def add_histogram(families, family, labels, histogram):
    samples, so_far = [], 0
    bound = 1
    while bound <= LONGEST:
        so_far += histogram.times.get(bound, 0)
        samples.append(sample(f'{family}_bucket', {**labels, 'le': f'{bound / 1e6:g}'}, so_far))
        bound *= 2
    samples.append(sample(f'{family}_bucket', {**labels, 'le': '+Inf'}, histogram.count))
    samples.append(sample(f'{family}_sum', labels, f'{histogram.sum_us / 1e6:g}'))
    samples.append(sample(f'{family}_count', labels, histogram.count))
    families.add(family, 'histogram', *samples)


def add_queue(families, prefix, labels, queue):
    for name, nr in queue.counters.items():
        family = f'{prefix}_{name}'
        if name in GAUGES:
            families.add(family, 'gauge', sample(family, labels, nr))
        else:
            families.add(family, 'counter', sample(f'{family}_total', labels, nr))
    for name, nr in queue.ring.items():
        families.add(f'{prefix}_ring_{name}', 'gauge', sample(f'{prefix}_ring_{name}', labels, nr))
    for stage, histogram in queue.latency.items():
        add_histogram(families, f'{prefix}_{stage}_seconds', labels, histogram)


def metrics(chosen):
    """The lines of a file for Prometheus. chosen: rows of the devices."""
    families = Families()
    for row in chosen:
        device = row.device
        labels = {'device': device.name, 'guest': device.guest}
        # A gauge, for Prometheus's own format has no type for this.
        families.add('xen_split_device_info', 'gauge', sample('xen_split_device_info', {
            **labels, 'driver': f'xen-{device.kind.name}', 'peer': device.peer,
            'label': device.label, 'state': device.state}, 1))
        families.add('xen_split_device_error', 'gauge',
                     sample('xen_split_device_error', labels, int(bool(device.error))))
        for index, queue in sorted(device.queues.items()):
            add_queue(families, f'xen_split_{device.kind.name}', {**labels, 'queue': index}, queue)
    return families.lines()


