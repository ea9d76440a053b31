# SPDX-License-Identifier: GPL-2.0
"""One device in depth, as lines of text."""

from xensplit import table

BAR = 40


def bars(histogram):
    """A histogram, a line for each class from the first to the last that is used."""
    used = [bound for bound, nr in sorted(histogram.times.items()) if nr]
    most = max((histogram.times[bound] for bound in used), default=0)
    bound = used[0] if used else 1
    while used and bound <= used[-1]:
        nr = histogram.times.get(bound, 0)
        # At least a mark for what there is at all.
        bar = '#' * max(round(BAR * nr / most), 1 if nr else 0)
        yield f'    < {table.microseconds(bound):>6} {table.short(nr):>6} {bar}'
        bound *= 2


def stages(row):
    for name, histogram in sorted(row.all_stages.items()):
        if not histogram.count:
            continue
        quantiles = ', '.join(f'{percent} % below {table.microseconds(histogram.percentile(percent))}'
                              for percent in (50, 90, 99, 99.9))
        yield f'  {name}: {histogram.count} times, mean {table.microseconds(histogram.mean)}; {quantiles}'
        yield from bars(histogram)


def batches(row):
    for name, batch in row.batches.items():
        if batch['batches']:
            sizes = ', '.join(f'{size.removeprefix("of_").replace("_", " ")}: {table.short(nr)}'
                              for size, nr in batch['sizes'].items() if nr)
            yield f'  {name}: {table.short(batch["batches"])}, mean {table.short(batch["mean"])} ({sizes})'


def columns(pairs, width):
    """Names and numbers side by side."""
    cells = [f'{name} {number}' for name, number in pairs]
    if not cells:
        return
    wide = max(map(len, cells)) + 2
    across = max((width - 2) // wide, 1)
    down = -(-len(cells) // across)
    for i in range(down):
        yield '  ' + ''.join(cell.ljust(wide) for cell in cells[i::down]).rstrip()


def lines(row, queue_rows, latency_on, width=100):
    """Everything about a device. row: of the device, queue_rows: of its queues."""
    device = row.device
    yield f'{device.name}: {device.kind.name}, {device.state or "state not known"}'
    if device.peer is not None:
        yield f'  guest: {table.owner(row)} (domain {device.peer})'
    if device.label:
        yield f'  here it is {device.label}'
    if device.error:
        yield f'  error node: {device.error}'
    yield ''
    yield from (f'  {line}' for line in table.lines(queue_rows))
    yield ''
    yield 'Batches'
    yield from batches(row)
    yield ''
    yield f'Latencies of all that was measured{"" if latency_on else "; nothing is now"}'
    yield from stages(row)
    yield ''
    if row.errors:
        yield 'Errors since it connected'
        yield from columns(sorted(row.errors.items()), width)
        yield ''
    yield 'Counters since the last reading'
    yield from columns(((name, nr) for name, nr in row.counters.items() if nr), width)
