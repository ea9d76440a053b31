#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compare the messages of the drivers with Documentation/messages.rst.

Prints each message that a source has and the page has not, and each that the page has and no
source. A message is the format string of a call that reports, without its newline. With
--list, prints the messages of the sources."""

import pathlib
import re
import sys

TREE = pathlib.Path(__file__).parent.parent.parent
PAGE = TREE / 'Documentation/messages.rst'
PARTS = ('blkback', 'blkfront', 'netback', 'netfront', 'xenbus', 'grant')

REPORTS = re.compile(
    r'\b(?:(?:dev|netdev|pr)_(?:emerg|alert|crit|err|warn|notice|info)(?:_once|_ratelimited)?'
    r'|net_\w+_ratelimited|printk\w*|xenbus_dev_(?:error|fatal)|xsplit_link_(?:error|waits|broken))\(')
# Texts that are handed on and reported in one place: what a peer did wrong, and hints.
REASONS = re.compile(r'(?:->broken = |\[XBF_RSP_BAD_\w+\] = |\{ -E\w+, |\breturn |\?: )(?=")')
LITERALS = re.compile(r'\s*"((?:[^"\\]|\\.)*)"')


def call_text(source, at):
    """The arguments of a call, up to the parenthesis that ends it."""
    depth, inside, i = 1, False, at
    while depth:
        c = source[i]
        if c == '\\' and inside:
            i += 1
        elif c == '"':
            inside = not inside
        elif not inside:
            depth += (c == '(') - (c == ')')
        i += 1
    return source[at:i - 1]


def first_literal(text):
    """The first string in a text, put together from its pieces."""
    start = text.find('"')
    pieces = []
    while start >= 0:
        match = LITERALS.match(text, start)
        if not match:
            break
        pieces.append(match[1])
        start = match.end()
    return ''.join(pieces).replace('\\"', '"').removesuffix('\\n')


def messages(source):
    for match in REPORTS.finditer(source):
        text = first_literal(call_text(source, match.end()))
        if text:
            yield text
    for match in REASONS.finditer(source):
        text = first_literal(source[match.end():])
        if ' ' in text:
            yield text


def of_sources():
    found = {}
    for part in PARTS:
        for path in sorted((TREE / part).glob('*.[ch]')):
            for text in messages(path.read_text()):
                found.setdefault(text, str(path.relative_to(TREE)))
    return found


def of_page():
    return set(re.findall(r'^``(.*)``$', PAGE.read_text(), re.M))


def main():
    found = of_sources()
    if '--list' in sys.argv:
        for text, path in found.items():
            print(f'{path}: {text}')
        return
    page = of_page()
    if not found or not page:
        print('nothing is listed')
    for text, path in found.items():
        if text not in page:
            print(f'{path}: not in {PAGE.relative_to(TREE)}: {text}')
    for text in sorted(page - found.keys()):
        print(f'no driver says: {text}')


main()
