# SPDX-License-Identifier: GPL-2.0
"""Trees of files, as xen-split-top reads them, for tests without Xen."""

import pathlib
import tempfile

from xensplit.model import Reader
from xensplit.tree import DEBUG, Recorded

# What tests/tools/record has made of a run of the rig.
RECORDED = pathlib.Path(__file__).resolve().parent / 'trees'


class Made:
    """A tree that a test writes."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{text}\n', encoding='utf-8')

    def lines(self, device, file, **numbers):
        self.put(f'{DEBUG}/{device}/{file}',
                 '\n'.join(f'{name} {number}' for name, number in numbers.items()))

    def uptime(self, seconds):
        self.put('proc/uptime', f'{seconds} 0.0')

    def read(self):
        return Reader(Recorded(str(self.root))).read()

    def end(self):
        self.folder.cleanup()
