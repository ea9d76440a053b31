#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Draw the tables of Documentation/bench.rst that compare drivers, as Documentation/pictures/*.svg.

With --check, nothing is written and each picture that differs from its table is named."""

import html
import pathlib
import re
import sys

TREE = pathlib.Path(__file__).parent.parent.parent
PAGE = TREE / 'Documentation/bench.rst'
# Name of the picture, heading of the section, title, and how many columns make a row's name.
PLOTS = (
    ('bench-disk', 'Measured: disk', 'Disk requests per second', 2),
    ('bench-network', 'Measured: network', 'Network operations per second', 1),
)
PAIRS = ('ours at both ends', 'ours at the back', 'ours in front')
COLOURS = ('#1f5a8a', '#6fa3c8', '#c3d7e6')
BAR, GAP, LEFT, SCALE = 9, 11, 190, 190
INK = '#222222'


def section(text, heading):
    start = text.index(f'\n{heading}\n')
    following = re.search(r'\n(?!Measured)[^\n]+\n=+\n', text[start + len(heading) + 2:])
    end = start + len(heading) + 2 + following.start() if following else len(text)
    return text[start:end]


def cells(line, ruler):
    """A row of a simple table, cut where the ruler has its gaps."""
    starts = [match.start() for match in re.finditer('=+', ruler)]
    return [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None])]


def ratios(text):
    """Rows of the table whose last three columns are ratios."""
    for ruler, rows in re.findall(r'^(=[= ]+=)\n(?:[^=].*\n)+=[= ]+=\n((?:[^=].*\n)+)=[= ]+=\n',
                                  text, re.M):
        found = [cells(row, ruler) for row in rows.splitlines()]
        if all(re.fullmatch(r'\d\.\d+', cell) for row in found for cell in row[-3:]):
            return found
    sys.exit(f'{PAGE}: no table of ratios')


def text_at(x, y, words, anchor='start', size=11, weight='normal'):
    return (f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" '
            f'font-weight="{weight}" fill="{INK}">{html.escape(words)}</text>')


def axis(bottom):
    parts = []
    for tenths in range(0, 21, 5):
        x = LEFT + tenths * SCALE // 10
        colour = INK if tenths == 10 else '#cccccc'
        parts.append(f'<line x1="{x}" y1="52" x2="{x}" y2="{bottom}" stroke="{colour}"/>')
        parts.append(text_at(x, bottom + 14, f'{tenths / 10:.1f}', 'middle'))
    parts.append(text_at(LEFT + SCALE, bottom + 30, "the kernel's drivers = 1", 'middle'))
    return parts


def legend():
    parts = []
    for i, (pair, colour) in enumerate(zip(PAIRS, COLOURS)):
        x = LEFT + i * 140
        parts.append(f'<rect x="{x}" y="28" width="12" height="12" fill="{colour}"/>')
        parts.append(text_at(x + 17, 38, pair))
    return parts


def plot(title, rows, names):
    height = len(rows) * (3 * BAR + GAP)
    bottom = 58 + height
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!-- SPDX-License-Identifier: GPL-2.0 -->',
        '<!-- tests/docs/plots.py draws this from Documentation/bench.rst. -->',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{bottom + 40}" '
        'font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="white"/>',
        text_at(LEFT, 18, title, size=14, weight='bold'), *legend(), *axis(bottom)]
    for i, row in enumerate(rows):
        top = 60 + i * (3 * BAR + GAP)
        parts.append(text_at(LEFT - 8, top + 2 * BAR, ', '.join(row[:names]), 'end'))
        for j, ratio in enumerate(row[-3:]):
            width = round(float(ratio) * SCALE)
            y = top + j * BAR
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width}" height="{BAR - 1}" '
                         f'fill="{COLOURS[j]}"/>')
            parts.append(text_at(LEFT + width + 4, y + BAR - 1, ratio, size=8))
    return '\n'.join([*parts, '</svg>', ''])


def main():
    text = PAGE.read_text()
    for name, heading, title, names in PLOTS:
        path = TREE / f'Documentation/pictures/{name}.svg'
        drawn = plot(title, ratios(section(text, heading)), names)
        if '--check' not in sys.argv:
            path.write_text(drawn)
        elif not path.exists() or path.read_text() != drawn:
            print(f'{path.relative_to(TREE)} differs from bench.rst: run tests/docs/plots.py')


main()
