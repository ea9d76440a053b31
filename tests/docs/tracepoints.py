#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write Documentation/tracepoints.rst from the drivers' trace headers.

With --check, nothing is written and the page is named if it differs from the sources, and each
event is named that no source fires."""

import pathlib
import re
import sys

TREE = pathlib.Path(__file__).parent.parent.parent
PAGE = TREE / 'Documentation/tracepoints.rst'
DRIVERS = ('blkback', 'blkfront', 'netback', 'netfront')

HEAD = '''\
.. SPDX-License-Identifier: GPL-2.0
.. tests/docs/tracepoints.py writes this page: change the sources and run tests/docs/tracepoints.py.

===========
Tracepoints
===========

Each driver has tracepoints where a request or a packet passes from one stage to the next. They
are listed in ``/sys/kernel/tracing/events/xen_blkback`` and its like, and used by ``perf``,
``trace-cmd`` and ``bpftrace``; the chapter on observing the drivers has examples. Where a driver
works in batches, an event tells of the batch. One that tells of a single request has its ``id``:
that of the ring, by which an event of the frontend's domain and one of the backend's are found
to be about the same request.

All events have the same first fields: ``peer`` is the number of the other end's domain, ``dev``
that of the device, and ``queue`` that of the queue. A device has the same number on both ends.
'''

# Fields that are numbers of an enumeration: driver, field, header, enumeration, prefix.
NUMBERS = (
    ('blkback', 'kind', 'blkback/request.h', 'xbb_kind', 'XBB_'),
    ('blkfront', 'type', 'blkfront/request.h', 'xbf_req_type', 'XBF_REQ_'),
    ('blkfront', 'verdict', 'blkfront/response.h', 'xbf_verdict', 'XBF_RSP_'),
    ('blkfront', 'by', 'blkfront/count.h', 'xbf_reaper', 'XBF_BY_'),
    ('netback', 'verdict', 'netback/tx_parse.h', 'xnb_tx_verdict', 'XNB_TX_'),
    ('netfront', 'verdict', 'netfront/rx_parse.h', 'xnf_frame_verdict', 'XNF_'),
)

CLASS = re.compile(r'^DECLARE_EVENT_CLASS\((\w+),\n(.*?)\n\);\n', re.M | re.S)
EVENT = re.compile(r'/\* ([^\n]*?) \*/\n(?:TRACE_EVENT\(|DEFINE_EVENT\((\w+), )(\w+),\n'
                   r'(.*?)\n\);\n', re.S)


def title(name):
    return f'\n{name}\n{"=" * len(name)}\n\n'


def table(rows):
    lines = ['.. list-table::', '   :header-rows: 1', '   :widths: 22 48 30', '']
    for row in rows:
        for i, cell in enumerate(row):
            lines.append(('   * - ' if i == 0 else '     - ') + cell)
    return '\n'.join(lines) + '\n'


def members(path, name, prefix):
    """What the numbers of an enumeration stand for."""
    body = re.search(rf'^enum {name} \{{(.*?)^\}};', (TREE / path).read_text(), re.M | re.S)
    if not body:
        sys.exit(f'{path}: no enum {name}')
    text = re.sub(r'/\*.*?\*/', '', body[1], flags=re.S)
    names = [item.strip() for item in text.split(',') if item.strip()]
    if any('=' in item for item in names):
        sys.exit(f'{path}: enum {name} has numbers of its own')
    counted = rf'XBB_NR_\w+|XBF_NR_\w+|{prefix}VERDICTS|XNF_NR_\w+'
    return ', '.join(f'{i} {item.removeprefix(prefix).lower().replace("_", " ")}'
                     for i, item in enumerate(names) if not re.fullmatch(counted, item))


def events(driver):
    source = (TREE / driver / 'trace.h').read_text()
    classes = dict(CLASS.findall(source))
    found = EVENT.findall(source)
    if len(found) != source.count('TRACE_EVENT(') + source.count('DEFINE_EVENT('):
        sys.exit(f'{driver}/trace.h: an event has no comment of one line before it')
    for comment, of_class, name, body in found:
        fields = re.findall(r'__field\(\w+, (\w+)\)', classes[of_class] if of_class else body)
        yield name, comment, fields


def page():
    out = [HEAD]
    for driver in DRIVERS:
        rows = [('Event', 'When', 'Fields')]
        rows += [(f'``{name}``', when, ', '.join(f'``{field}``' for field in fields))
                 for name, when, fields in events(driver)]
        out += [title(f'xen-{driver}'), f'System ``xen_{driver}``.\n\n', table(rows)]
        for part, field, path, enum, prefix in NUMBERS:
            if part == driver:
                out.append(f'\n``{field}``: {members(path, enum, prefix)}.\n')
    return ''.join(out)


def unused():
    for driver in DRIVERS:
        source = ''.join(path.read_text() for path in (TREE / driver).glob('*.c'))
        for name, _, _ in events(driver):
            if f'trace_{name}(' not in source:
                print(f'{driver}/trace.h: nothing fires {name}')


def main():
    text = page()
    if '--check' not in sys.argv:
        PAGE.write_text(text)
        return
    unused()
    if not PAGE.exists() or PAGE.read_text() != text:
        print('Documentation/tracepoints.rst differs from the sources: run tests/docs/tracepoints.py')


main()
