# SPDX-License-Identifier: GPL-2.0
"""The live view on a terminal of tmux's, with keys pressed."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from trees import Made

TOP = pathlib.Path(__file__).resolve().parent.parent.parent / 'tools/xen-split-top'
PATIENCE = 20


@unittest.skipUnless(shutil.which('tmux'), 'tmux is not installed')
class Screen(unittest.TestCase):
    def setUp(self):
        self.tree = Made()
        self.addCleanup(self.tree.end)
        self.tree.uptime(1)
        for number in range(1, 31):
            self.tree.lines(f'vbd-{number}-51712', 'queue0', reads=number, responses=number,
                            passes_of_1=1)
            self.tree.put(f'xenstore/local/domain/{number}/name', f'guest{number}')
        self.tree.lines('vif-7-0', 'queue0', tx_packets=5, tx_bad_size=2)
        self.tree.lines('vif-7-0', 'latency0', tx_pass_below_8_us=3, tx_pass_below_32_us=1,
                        tx_pass_sum_us=40)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.tmux('new-session', '-d', '-x', '110', '-y', '20',
                  f'{TOP} -i 0.2 --root {self.tree.root} -s name 2>{self.folder.name}/errors')
        self.addCleanup(self.tmux, 'kill-server', check=False)

    def tmux(self, *command, check=True):
        return subprocess.run(
            ['tmux', '-u', '-S', f'{self.folder.name}/socket', '-f', '/dev/null', *command],
            capture_output=True, text=True, check=check,
            env={**os.environ, 'TERM': 'xterm-256color', 'LC_ALL': 'C.UTF-8',
                 'PYTHONDONTWRITEBYTECODE': '1'}).stdout

    def shows(self, pattern):
        return re.search(pattern, self.tmux('capture-pane', '-p', check=False), re.M)

    def wait(self, pattern, there=True):
        end = time.monotonic() + PATIENCE
        while bool(self.shows(pattern)) != there:
            if time.monotonic() > end:
                self.fail(f'{"no" if there else "still"} {pattern}:\n'
                          + self.tmux('capture-pane', '-p', check=False)
                          + pathlib.Path(f'{self.folder.name}/errors').read_text())
            time.sleep(0.05)

    def press(self, *keys):
        self.tmux('send-keys', *keys)

    def test_sorting(self):
        self.wait('31 devices of 30 guests, sorted by name')
        self.wait('^vbd-1-51712 +guest1 ')
        self.assertLess(self.shows('^vbd-2-51712').start(), self.shows('^vbd-10-51712').start())
        self.press('r')
        self.wait(r'sorted by name \(reversed\)')
        self.wait('^vif-7-0 ')
        self.press('s')
        self.wait('sorted by guest')

    def test_what_is_chosen_is_in_sight(self):
        self.wait('^vbd-1-51712')
        self.assertFalse(self.shows('^vbd-30-51712'))
        self.press('NPage', 'NPage', 'NPage', 'Up')
        self.wait('^vbd-30-51712')
        self.wait('^xen-split-top: ')
        self.press('Enter')
        self.wait('^  guest: guest30 .domain 30.$')

    def test_filter(self):
        self.wait('^vbd-1-51712')
        self.press('/', 'v', 'i', 'f', 'Enter')
        self.wait('1 device of 1 guest, .* filter vif')
        self.wait('^vif-7-0 +guest7 .* 2$')
        self.press('/', '(', 'Enter')
        self.wait('^vif[(]: ')
        self.press('/', 'BSpace', 'BSpace', 'BSpace', 'Enter')
        self.wait('31 devices')

    def test_one_device(self):
        self.wait('^vbd-1-51712')
        self.press('/', 'v', 'i', 'f', 'Enter')
        self.wait('1 device ')
        self.press('Enter')
        self.wait('^vif-7-0: netback, ')
        self.wait('^Batches$')
        self.press('Down', 'Down', 'Down', 'Down', 'Down', 'Down')
        self.wait('^vif-7-0: netback, ', there=False)
        self.wait('^  tx_pass: 4 times, mean 10us; 50 % below 8us')
        self.wait('^    <    8us +3 #{40}$')
        self.wait('^    <   16us +0 ?$')
        self.wait('tx_bad_size 2')
        self.press('Escape')
        self.wait('1 device ')

    def test_a_device_that_goes_while_it_is_looked_at(self):
        self.wait('^vbd-1-51712')
        self.press('Enter')
        self.wait('^vbd-1-51712: ')
        shutil.rmtree(self.tree.root / 'sys/kernel/debug/xen-split/vbd-1-51712')
        self.wait('30 devices')

    def test_pause_and_end(self):
        self.wait('31 devices')
        self.press('Space')
        self.wait('PAUSED')
        self.press('Space')
        self.wait('PAUSED', there=False)
        self.press('q')
        end = time.monotonic() + PATIENCE
        while self.tmux('list-sessions', check=False):
            self.assertLess(time.monotonic(), end, 'it does not end')
            time.sleep(0.05)
        self.assertEqual(pathlib.Path(f'{self.folder.name}/errors').read_text(), '')

    def test_a_small_window(self):
        self.wait('31 devices')
        self.tmux('resize-window', '-x', '20', '-y', '3', check=False)
        self.wait('^xen-split-top: ')
        self.tmux('resize-window', '-x', '110', '-y', '20', check=False)
        self.wait('^vbd-1-51712 ')
