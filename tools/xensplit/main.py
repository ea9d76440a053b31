# SPDX-License-Identifier: GPL-2.0
"""The command line of xen-split-top."""

import argparse
import json
import os
import re
import signal
import sys
import time

from xensplit import detail, export, rates, table
from xensplit.model import Reader
from xensplit.tree import DEBUG, Recorded, Tree


class Source(Reader):
    """A reader that can switch the measuring of latencies, and puts it back."""

    def __init__(self, tree):
        super().__init__(tree)
        self.was = tree.read(f'{DEBUG}/latency')

    def switch_latency(self, on):
        """Return: why it cannot be done, or None."""
        try:
            self.tree.write(f'{DEBUG}/latency', f'{int(on)}\n')
        except OSError as error:
            return f'/{DEBUG}/latency: {error.strerror}'
        return None

    def restore(self):
        if self.was is not None and self.tree.read(f'{DEBUG}/latency') != self.was:
            self.switch_latency(self.was == '1')


def pattern(text):
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f'no regular expression: {error}') from error
    return text


def seconds(text):
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0.1 <= number <= 3600:
        raise argparse.ArgumentTypeError('seconds from 0.1 to 3600')
    return number


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog='xen-split-top', description='Show what the Xen split drivers of this domain do.')
    what = parser.add_mutually_exclusive_group()
    what.add_argument('--once', action='store_true', help='print one table and end')
    what.add_argument('--json', action='store_true', help='print one reading as JSON and end')
    what.add_argument('--metrics', action='store_true',
                      help='print the counters in the format of Prometheus and end')
    parser.add_argument('-d', '--device', metavar='NAME', help='this device in depth, with --once')
    parser.add_argument('-f', '--filter', metavar='REGEX', type=pattern, default='',
                        help='only devices whose name, guest, disk or interface fits')
    parser.add_argument('-i', '--interval', metavar='SECONDS', type=seconds, default=2.0,
                        help='time between two readings (2)')
    parser.add_argument('-l', '--latency', action='store_true',
                        help='measure latencies meanwhile')
    parser.add_argument('-o', '--output', metavar='FILE', help='a file to replace, not stdout')
    parser.add_argument('-r', '--reverse', action='store_true', help='sort the other way round')
    parser.add_argument('-s', '--sort', choices=table.SORTS, default='ops', metavar='COLUMN',
                        help=f'one of {", ".join(table.SORTS)}')
    parser.add_argument('--root', metavar='FOLDER', help='a recorded tree instead of this domain')
    parser.add_argument('--since', metavar='FOLDER',
                        help='the same tree as it was before, to get rates from')
    options = parser.parse_args(arguments)
    if options.since and not options.root:
        parser.error('--since goes with --root')
    if options.device and not options.once:
        parser.error('--device goes with --once')
    return options


def two_readings(source, options):
    """Return: the later and the earlier one, which is None where nothing is to be compared."""
    if options.root:
        before = Reader(Recorded(options.since)).read() if options.since else None
        return source.read(), before
    if options.metrics and not options.latency:
        return source.read(), None
    before = source.read()
    time.sleep(options.interval)
    return source.read(), before


def text(source, options):
    now, before = two_readings(source, options)
    chosen = table.sort(table.choose(rates.rows(now, before), options.filter), options.sort,
                        options.reverse)
    if options.metrics:
        return '\n'.join(export.metrics(chosen))
    if options.json:
        return json.dumps(export.as_object(now, before, chosen), indent=1)
    if not options.device:
        return '\n'.join(table.lines(chosen))
    for row in chosen:
        if row.device.name == options.device:
            queues = rates.queue_rows(now, before, options.device)
            return '\n'.join(detail.lines(row, list(queues), now.latency_on))
    raise SystemExit(f'xen-split-top: no device {options.device}')


def replace(path, content):
    """Whoever reads the file finds the old one or the new one, whole."""
    temporary = f'{path}.{os.getpid()}'
    with open(temporary, 'w', encoding='utf-8') as file:
        file.write(content + '\n')
    os.replace(temporary, path)


def show(source, options):
    if not (options.once or options.json or options.metrics):
        # Only where a terminal is wanted: curses may be left out of a small image.
        from xensplit import screen
        screen.run(source, options)
    elif options.output:
        replace(options.output, text(source, options))
    else:
        print(text(source, options))


def main(arguments=None):
    options = parse(arguments)
    tree = Recorded(options.root) if options.root else Tree()
    why = tree.why_nothing()
    if why:
        print(f'xen-split-top: {why}', file=sys.stderr)
        return 1
    source = Source(tree)
    # The switch of the latencies is put back however we end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if options.latency and not options.root:
            why = source.switch_latency(True)
            if why:
                print(f'xen-split-top: {why}', file=sys.stderr)
                return 1
        show(source, options)
    except BrokenPipeError:
        # Whoever read the output has had enough: nothing more is written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        if not options.root:
            source.restore()
    return 0
