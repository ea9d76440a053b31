# SPDX-License-Identifier: GPL-2.0
"""Where everything is read from: this domain, or a tree of files recorded in one.

A recorded tree has the files of debugfs, sysfs and /proc under their own names, and the keys of
xenstore as files below "xenstore". xen-split-report makes one."""

import os
import subprocess
import time

DEBUG = 'sys/kernel/debug/xen-split'


class Tree:
    """The running domain."""

    def __init__(self, root='/'):
        self.root = root

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name):
        """The text of a file without the last newline; None if it cannot be read."""
        try:
            with open(self.path(name), encoding='utf-8', errors='replace') as file:
                return file.read().rstrip('\n')
        except OSError:
            return None

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)

    def names(self, folder):
        try:
            return sorted(os.listdir(self.path(folder)))
        except OSError:
            return []

    def link(self, name):
        """The last part of what a symbolic link names; None if it is none."""
        try:
            return os.path.basename(os.readlink(self.path(name)))
        except OSError:
            return None

    def why_nothing(self):
        """What keeps the drivers' folder from being read; None if it can be."""
        try:
            os.listdir(self.path(DEBUG))
        except PermissionError:
            return f'/{DEBUG} can be read by root only'
        except FileNotFoundError:
            return (f'there is no /{DEBUG}: the module xen-split is not loaded, or debugfs is not '
                    'mounted')
        return None

    def now(self):
        """When a reading is taken, in seconds."""
        return self.monotonic()

    @staticmethod
    def monotonic():
        return time.monotonic()

    @staticmethod
    def run(*command):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None

    def domain_name(self, domain):
        text = self.run('xenstore-read', f'/local/domain/{domain}/name')
        return text.strip() if text else None

    def errors(self):
        """The error nodes of this domain: the device's node in xenstore, and the text."""
        text = self.run('xenstore-ls', '-f', 'error') or ''
        found = {}
        for line in text.splitlines():
            key, _, value = line.partition(' = ')
            key = key.partition('error/')[2]
            if key.endswith('/error'):
                found[key.removesuffix('/error')] = value.strip().strip('"')
        return found


class Recorded(Tree):
    """A tree of files."""

    def now(self):
        uptime = self.read('proc/uptime')
        return float(uptime.split()[0]) if uptime else 0.0

    def why_nothing(self):
        return None if os.path.isdir(self.path(DEBUG)) else f'there is no {self.path(DEBUG)}'

    def link(self, name):
        # A copy need not keep symbolic links: a file with the name stands for one.
        return super().link(name) or self.read(name)

    def domain_name(self, domain):
        return self.read(f'xenstore/local/domain/{domain}/name')

    def errors(self):
        found = {}
        top = self.path('xenstore/error')
        for folder, _, files in os.walk(top):
            if 'error' in files:
                node = os.path.relpath(folder, top)
                found[node] = self.read(f'xenstore/error/{node}/error')
        return found
