#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Draw a terminal as SVG: tests/tools/picture.py FILE, which "tmux capture-pane -p -e" has printed."""

import html
import re
import sys

WIDTH, HEIGHT, MARGIN = 8, 17, 10
BACKGROUND, FOREGROUND = '#1c1c1c', '#d0d0d0'
COLOURS = ('#303030', '#ff6b68', '#87d787', '#d7d787', '#87afff', '#d787d7', '#5fd7d7', '#d0d0d0')
ESCAPE = re.compile(r'\x1b\[([0-9;]*)m|\x1b\([A-Z0-9]|[\x0e\x0f]')


class Style:
    def __init__(self):
        self.bold = self.dim = self.underline = self.reverse = False
        self.colour = FOREGROUND

    def change(self, code):
        if code == 0:
            self.__init__()
        elif code in (1, 2, 4, 7):
            setattr(self, {1: 'bold', 2: 'dim', 4: 'underline', 7: 'reverse'}[code], True)
        elif code in (22, 24, 27):
            for name in {22: ('bold', 'dim'), 24: ('underline',), 27: ('reverse',)}[code]:
                setattr(self, name, False)
        elif 30 <= code <= 37:
            self.colour = COLOURS[code - 30]
        elif code == 39:
            self.colour = FOREGROUND

    def attributes(self):
        out = f' fill="{BACKGROUND if self.reverse else self.colour}"'
        if self.bold:
            out += ' font-weight="bold"'
        if self.dim:
            out += ' opacity="0.6"'
        if self.underline:
            out += ' text-decoration="underline"'
        return out


def pieces(line, style):
    """The text of a line between changes of its style: (column, text)."""
    column = at = 0
    for match in ESCAPE.finditer(line):
        if match.start() > at:
            yield column, line[at:match.start()]
            column += match.start() - at
        at = match.end()
        # The style is changed only when what came before has been drawn.
        if match[1] is not None:
            for code in match[1].split(';'):
                style.change(int(code or 0))
    if at < len(line):
        yield column, line[at:]


def draw(lines):
    style = Style()
    body, widest = [], 0
    for row, line in enumerate(lines):
        y = MARGIN + row * HEIGHT
        for column, text in pieces(line, style):
            x = MARGIN + column * WIDTH
            wide = len(text) * WIDTH
            widest = max(widest, x + wide)
            if style.reverse:
                body.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{HEIGHT}" '
                            f'fill="{style.colour}"/>')
            if text.strip():
                # Viewers make one space of several, unless they are of the kind that stays.
                shown = html.escape(text).replace(' ', '\u00a0')
                body.append(f'<text x="{x}" y="{y + 13}" textLength="{wide}"{style.attributes()}>'
                            f'{shown}</text>')
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest + MARGIN}" '
           f'height="{2 * MARGIN + len(lines) * HEIGHT}" font-family="monospace" '
           f'font-size="13">')
    yield '<!-- SPDX-License-Identifier: GPL-2.0 -->'
    yield f'<rect width="100%" height="100%" fill="{BACKGROUND}"/>'
    yield from body
    yield '</svg>'


with open(sys.argv[1], encoding='utf-8') as source:
    print('\n'.join(draw(source.read().rstrip('\n').split('\n'))))
