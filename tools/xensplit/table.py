# SPDX-License-Identifier: GPL-2.0
"""Rows as text: numbers of a few characters, columns, sorting and choosing."""

import re


def short(number, unit=1000):
    """A number in at most five characters; nothing for what is not known."""
    if number is None:
        return '-'
    if number < 10 and number != int(number):
        return f'{number:.2f}'
    for suffix in ('', 'k', 'M', 'G', 'T', 'P'):
        if number < unit:
            return f'{number:.1f}{suffix}' if suffix and number < 100 else f'{number:.0f}{suffix}'
        number /= unit
    return f'{number:.0f}E'


def microseconds(number):
    """A bound of a latency class in at most five characters."""
    if number is None:
        return '-'
    for unit in ('us', 'ms'):
        if number < 1000:
            return f'{number:.0f}{unit}'
        number /= 1000
    return f'{number:.0f}s'


def percent(part):
    return '-' if part is None else f'{part * 100:.0f}%'


def owner(row):
    device = row.device
    if device.peer is None:
        return '-'
    return device.guest or f'domain {device.peer}'


class Column:
    def __init__(self, title, text, key, left=False):
        self.title = title
        self.text = text
        # What rows are sorted by, the largest first unless it is a text.
        self.key = key
        self.left = left


def number(row, name):
    value = getattr(row, name)
    return -1 if value is None else value


COLUMNS = {
    'name': Column('DEVICE', lambda r: r.name, lambda r: r.name, left=True),
    'guest': Column('GUEST', owner, owner, left=True),
    'label': Column('IS', lambda r: r.device.label or '-', lambda r: r.device.label or '', left=True),
    'state': Column('STATE', lambda r: r.device.state or '-', lambda r: r.device.state or '', left=True),
    'queues': Column('Q', lambda r: str(len(r.device.queues)), lambda r: len(r.device.queues)),
    'fill': Column('RING', lambda r: percent(r.fill), lambda r: number(r, 'fill')),
    'in': Column('IN/s', lambda r: short(r.ops_in), lambda r: r.ops_in),
    'out': Column('OUT/s', lambda r: short(r.ops_out), lambda r: r.ops_out),
    'bytes-in': Column('inB/s', lambda r: short(r.bytes_in, 1024), lambda r: r.bytes_in),
    'bytes-out': Column('outB/s', lambda r: short(r.bytes_out, 1024), lambda r: r.bytes_out),
    'batch': Column('BATCH', lambda r: short(r.batch), lambda r: number(r, 'batch')),
    'calls': Column('CALL/OP', lambda r: short(r.calls_per_op), lambda r: number(r, 'calls_per_op')),
    'p50': Column('P50', lambda r: microseconds(r.p50), lambda r: number(r, 'p50')),
    'p99': Column('P99', lambda r: microseconds(r.p99), lambda r: number(r, 'p99')),
    'errors': Column('ERR', lambda r: short(r.nr_errors) + ('!' if r.device.error else ''),
                     lambda r: r.nr_errors + bool(r.device.error)),
}
SORTS = ('ops', 'bytes', *COLUMNS)


def choose(rows, pattern):
    """Rows whose device, guest or name fits a regular expression, or all."""
    if not pattern:
        return list(rows)
    wanted = re.compile(pattern, re.IGNORECASE)
    return [row for row in rows if wanted.search(
        ' '.join((row.name, owner(row), row.device.label or '', row.device.kind.name)))]


def natural(text):
    """Sorts numbers within a text as numbers."""
    return [int(part) if part.isdigit() else part for part in re.split(r'(\d+)', text)]


def sort(rows, by, reverse=False):
    rows = sorted(rows, key=lambda row: natural(row.name))
    if by in ('ops', 'bytes'):
        return sorted(rows, key=lambda row: getattr(row, by), reverse=not reverse)
    key = COLUMNS[by].key
    if COLUMNS[by].left:
        return sorted(rows, key=lambda row: natural(key(row)), reverse=reverse)
    return sorted(rows, key=key, reverse=not reverse)


def lines(rows):
    """The head of the table, and a line for each row."""
    columns = list(COLUMNS.values())
    cells = [[column.title for column in columns]]
    cells += [[column.text(row) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for line in cells:
        yield '  '.join(cell.ljust(width) if column.left else cell.rjust(width)
                        for cell, width, column in zip(line, widths, columns)).rstrip()
