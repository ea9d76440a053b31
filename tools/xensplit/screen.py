# SPDX-License-Identifier: GPL-2.0
"""The live view on a terminal."""

import curses
import re

from xensplit import detail, rates, table

KEYS = 'q quit  s sort  r reverse  / filter  enter one device  l latencies  space pause'
KEYS_OF_ONE = 'q quit  esc back to all  up, down scroll  l latencies  space pause'
ESCAPE = 27
ENTER = (curses.KEY_ENTER, 10, 13)


def count(number, what):
    return f'{number} {what}{"s" if number != 1 else ""}'


class Screen:
    """What is shown, and what keys change it."""

    def __init__(self, source, options):
        self.source = source
        self.interval = options.interval
        self.sort = options.sort
        self.reverse = options.reverse
        self.pattern = options.filter
        self.one = None
        self.at = 0
        self.scroll = 0
        self.paused = False
        self.typing = None
        self.note = ''
        self.before = None
        self.now = source.read()

    # --- what is shown

    def rows(self):
        return table.sort(table.choose(rates.rows(self.now, self.before), self.pattern),
                          self.sort, self.reverse)

    def title(self, rows):
        domains = {row.device.peer for row in rows if row.device.peer is not None}
        text = f'xen-split-top: {count(len(rows), "device")}'
        if domains:
            text += f' of {count(len(domains), "guest")}'
        text += f', sorted by {self.sort}{" (reversed)" if self.reverse else ""}'
        if self.pattern:
            text += f', filter {self.pattern}'
        if not self.now.latency_on:
            text += ', latencies not measured'
        return text + (', PAUSED' if self.paused else '')

    def lines(self, width):
        """The title, and lines with what they are: a head, an error, the chosen one or 0."""
        if self.one in self.now.devices:
            row = next(row for row in rates.rows(self.now, self.before)
                       if row.device.name == self.one)
            queues = list(rates.queue_rows(self.now, self.before, self.one))
            body = list(detail.lines(row, queues, self.now.latency_on, width))
            self.scroll = max(min(self.scroll, len(body) - 1), 0)
            shown = [(line, curses.A_BOLD if line and not line.startswith(' ') else 0)
                     for line in body[self.scroll:]]
            return f'xen-split-top: {self.one}{", PAUSED" if self.paused else ""}', shown
        self.one = None
        rows = self.rows()
        self.at = max(min(self.at, len(rows) - 1), 0)
        head, *body = table.lines(rows)
        shown = [(head, curses.A_BOLD | curses.A_UNDERLINE)]
        for i, (line, row) in enumerate(zip(body, rows)):
            attribute = curses.A_REVERSE if i == self.at else 0
            if row.device.error:
                attribute |= self.red
            shown.append((line, attribute))
        return self.title(rows), shown

    def draw(self, window):
        height, width = window.getmaxyx()
        title, shown = self.lines(width)
        if self.one is None:
            # The chosen one is always in sight; the title, the head and the keys stay.
            first = max(self.at - (height - 4), 0)
            shown = shown[:1] + shown[1 + first:]
        window.erase()
        self.put(window, 0, title, self.blue | curses.A_BOLD)
        for y, (line, attribute) in enumerate(shown[:max(height - 2, 0)], 1):
            self.put(window, y, line.ljust(width - 1) if attribute & curses.A_REVERSE else line,
                     attribute)
        bottom = self.note or (KEYS if self.one is None else KEYS_OF_ONE)
        if self.typing is not None:
            bottom = f'filter (a regular expression): {self.typing}'
        self.put(window, height - 1, bottom, curses.A_DIM)
        window.refresh()

    @staticmethod
    def put(window, y, text, attribute):
        window.addnstr(y, 0, text, window.getmaxyx()[1] - 1, attribute)

    # --- keys

    def type_key(self, key):
        if key in ENTER:
            try:
                re.compile(self.typing)
                self.pattern, self.typing = self.typing, None
            except re.error as error:
                self.note, self.typing = f'{self.typing}: {error}', None
        elif key == ESCAPE:
            self.typing = None
        elif key in (curses.KEY_BACKSPACE, 127, 8):
            self.typing = self.typing[:-1]
        elif 32 <= key < 127:
            self.typing += chr(key)

    def next_sort(self):
        self.sort = table.SORTS[(table.SORTS.index(self.sort) + 1) % len(table.SORTS)]

    def switch_latency(self):
        self.note = self.source.switch_latency(not self.now.latency_on) or ''

    def move(self, by):
        if self.one is None:
            self.at += by
        else:
            self.scroll += by

    def open(self):
        rows = self.rows()
        if rows:
            self.one, self.scroll = rows[self.at].device.name, 0

    def back(self):
        self.one = None

    def press(self, key):
        """Return: False to end."""
        if self.typing is not None:
            self.type_key(key)
            return True
        self.note = ''
        if key in (ord('q'), ord('Q')):
            return False
        page = 10
        action = {
            ord('s'): self.next_sort,
            ord('r'): lambda: setattr(self, 'reverse', not self.reverse),
            ord('/'): lambda: setattr(self, 'typing', self.pattern or ''),
            ord('l'): self.switch_latency,
            ord(' '): lambda: setattr(self, 'paused', not self.paused),
            curses.KEY_UP: lambda: self.move(-1),
            curses.KEY_DOWN: lambda: self.move(1),
            curses.KEY_PPAGE: lambda: self.move(-page),
            curses.KEY_NPAGE: lambda: self.move(page),
            ESCAPE: self.back,
            curses.KEY_LEFT: self.back,
            curses.KEY_RIGHT: self.open,
            **{key: self.open for key in ENTER},
        }.get(key)
        if action:
            action()
        return True

    # --- the loop

    def colours(self):
        self.red = self.blue = 0
        if curses.has_colors():
            curses.use_default_colors()
            curses.init_pair(1, curses.COLOR_RED, -1)
            curses.init_pair(2, curses.COLOR_CYAN, -1)
            self.red, self.blue = curses.color_pair(1), curses.color_pair(2)

    def update(self):
        if not self.paused:
            self.before, self.now = self.now, self.source.read()

    def loop(self, window):
        curses.curs_set(0)
        self.colours()
        due = self.source.tree.monotonic() + min(self.interval, 1)
        while True:
            self.draw(window)
            left = due - self.source.tree.monotonic()
            window.timeout(max(int(left * 1000), 0))
            key = window.getch()
            if key != -1 and not self.press(key):
                return
            if self.source.tree.monotonic() >= due:
                self.update()
                due = self.source.tree.monotonic() + self.interval


def run(source, options):
    curses.set_escdelay(50)
    try:
        curses.wrapper(Screen(source, options).loop)
    except KeyboardInterrupt:
        pass
