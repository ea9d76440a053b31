#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write the pages of the manual that the sources determine.

Documentation/parameters.rst lists the parameters of the modules, and Documentation/keys.rst the
numeric keys of xenstore in the tables of the drivers. With --check, nothing is written and
each page that differs from the sources is named."""

import pathlib
import re
import sys

TREE = pathlib.Path(__file__).parent.parent.parent
DRIVERS = ('blkback', 'blkfront', 'netback', 'netfront')

PARAMETERS = '''\
.. SPDX-License-Identifier: GPL-2.0
.. tests/docs/reference.py writes this page: change the sources and run tests/docs/reference.py.

=================
Module parameters
=================

A parameter is given when the module is loaded, as in ``modprobe xen-blkback log_stats=1`` or by a
line ``options xen-blkback log_stats=1`` in a file in ``/etc/modprobe.d``; one that may be set
"at any time" can be written to ``/sys/module/xen_blkback/parameters/log_stats`` as well. ``modinfo``
shows the same texts. Where the text names a default, a 0 stands for that.
'''

KEYS = '''\
.. SPDX-License-Identifier: GPL-2.0
.. tests/docs/reference.py writes this page: change the sources and run tests/docs/reference.py.

================
Keys of xenstore
================

These are the numbers in the tables of keys by which each driver reads xenstore. Keys that are
text, and those that are read by other means, such as a ring's references, are not among them.
The pages of the drivers say what the keys mean.

clamp
    A key that is absent or no number counts as its default, and a number that is out of bounds
    as the nearest bound.
refuse
    A key that is absent counts as its default. Anything else that is not a number within the
    bounds prevents the connection, and the error node of the device says so.
require
    The same, but the key must be there.
'''


def table(columns, rows):
    lines = ['.. list-table::', '   :header-rows: 1', '']
    for row in (columns, *rows):
        for i, cell in enumerate(row):
            lines.append(f'   {"-" if i else "*"} {"-"} {cell}'.replace('   - - ', '     - '))
    return '\n'.join(lines)


def title(name):
    return f'\n{name}\n{"=" * len(name)}\n\n'


def joined(pieces):
    return ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', pieces)).replace('\\"', '"')


# --- parameters ---------------------------------------------------------------------------


def constants(source):
    """Numbers that the sources give a name, for defaults and bounds."""
    names = dict(re.findall(r'^#define\s+(\w+)\s+(.+?)\s*(?:/\*.*)?$', source, re.M))
    names.update(re.findall(r'^\t(\w+) = (\d+),', source, re.M))
    # The kernel's; blkback/main.c asserts it.
    names['XENBUS_MAX_RING_GRANT_ORDER'] = names['XBB_MAX_RING_ORDER']
    return names


def headers():
    return '\n'.join(path.read_text() for part in (*DRIVERS, 'xenbus', 'grant')
                     for path in sorted((TREE / part).glob('*.[ch]')))


def value(text, names):
    """What an initialiser or a bound stands for."""
    text = text.strip()
    if text in names and text != names[text]:
        return value(names[text], names)
    return {'true': 'Y', 'false': 'N'}.get(text, text)


def parameters():
    names = constants(headers())
    out = [PARAMETERS]
    for driver in DRIVERS:
        source = (TREE / driver / 'main.c').read_text()
        initial = re.search(r'^struct \w+_params \w+_params = \{(.*?)^\};', source, re.M | re.S)
        default = dict(re.findall(r'\.(\w+) = ([^,]+),', initial[1])) if initial else {}
        rows = []
        for name, field, kind, mode in re.findall(
                r'module_param_named\((\w+), \w+\.(\w+), (\w+), (\d+)\)', source):
            text = joined(re.search(rf'MODULE_PARM_DESC\({name},(.*?)\);', source, re.S)[1])
            zero = 'N' if kind == 'bool' else '0'
            when = 'at any time' if int(mode, 8) & 0o200 else 'when loaded'
            rows.append(f'``{name}`` ({kind}, default {value(default.get(field, zero), names)}, '
                        f'{when})\n    {text}.\n')
        if len(rows) != source.count('MODULE_PARM_DESC('):
            sys.exit(f'{driver}/main.c: a parameter is not understood')
        out.append(title(f'xen-{driver}'))
        # The man page of the module includes what is between these comments.
        out.append(f'.. begin xen-{driver}\n\n')
        out.append('\n'.join(rows))
        out.append(f'\n.. end xen-{driver}\n')
    return ''.join(out)


# --- keys ---------------------------------------------------------------------------------

SOURCES_OF_KEYS = (
    *((f'{driver}/keys.c', f'xen-{driver}') for driver in DRIVERS),
    ('xenbus/store.c', 'Both frontends, in their own directory'),
)
KEY = re.compile(r'\{\s*"([\w-]+)", XSPLIT_KEY_(\w+),\s*([^{}]*?),?\s*\}', re.S)
NUMBER = {
    'U16_MAX': '65535',
    'INT_MAX': '2147483647',
    'U32_MAX': '4294967295',
    '(U64_MAX >> 1) >> 9': '18014398509481983',
    '(1U << 30)': '1073741824',
    # What is not a constant.
    'NO_ORDER': 'none',
    'U64_MAX': 'none',
    'offer[XBB_OFFER_QUEUES]': 'what was offered',
    'offer[XBB_OFFER_ORDER]': 'what was offered',
}


def bound(text, names):
    text = text.strip()
    while text in names and text not in NUMBER:
        text = names[text].strip()
    text = NUMBER.get(text, text).rstrip('uU')
    if not re.fullmatch(r'\d+|none|what was offered', text):
        sys.exit(f'tests/docs/reference.py does not know the bound {text}')
    return text


def keys():
    names = constants(headers())
    out = [KEYS]
    for path, name in SOURCES_OF_KEYS:
        rows = []
        source = (TREE / path).read_text()
        for key, rule, numbers in KEY.findall(source):
            default, low, high = (bound(n, names) for n in numbers.split(','))
            # A driver sets this bound when it knows what it has offered.
            if (path, key) == ('netback/keys.c', 'multi-queue-num-queues'):
                high = 'what was offered'
            rows.append((f'``{key}``', rule.lower(), default if rule != 'REQUIRE' else '',
                         low, high))
        if len(rows) != len(re.findall(r'\bXSPLIT_KEY_\w+', source)):
            sys.exit(f'{path}: a key is not understood')
        out.append(title(name))
        out.append(table(('Key', 'Rule', 'Default', 'Least', 'Most'), rows) + '\n')
    return ''.join(out)


def main():
    for name, text in (('parameters', parameters()), ('keys', keys())):
        page = TREE / f'Documentation/{name}.rst'
        if '--check' not in sys.argv:
            page.write_text(text)
        elif not page.exists() or page.read_text() != text:
            print(f'Documentation/{name}.rst differs from the sources: run tests/docs/reference.py')


main()
