# SPDX-License-Identifier: GPL-2.0
"""What a report leaves out."""

import pathlib
import subprocess
import unittest

REPORT = pathlib.Path(__file__).resolve().parent.parent.parent / 'tools/xen-split-report'

# What is in a file, and what is in the report.
ROWS = (
    ('mac = "00:16:3e:12:aB:56"', 'mac = "00:16:3e:xx:xx:xx"'),
    ('vif1.0: 00:16:3e:12:34:56 joins fe:ff:ff:ff:ff:ff',
     'vif1.0: 00:16:3e:xx:xx:xx joins fe:ff:ff:xx:xx:xx'),
    ('params = "nbd://joe:hunter2@host/x"', 'params = "nbd://(removed)@host/x"'),
    ('params = "rbd:pool/img:id=admin:key=AQBz:mon_host=a"',
     'params = "rbd:pool/img:id=admin:key=(removed):mon_host=a"'),
    ('password=hunter2,chap_secret=x', 'password=(removed),chap_secret=(removed)'),
    ('iscsi.passwd:hunter2', 'iscsi.passwd:(removed)'),
    ('rootflags=x luks.token=abc quiet', 'rootflags=x luks.token=(removed) quiet'),
    ('/vm/1/vncpasswd = "hunter2"', '/vm/1/vncpasswd = "(removed)"'),
    ('/local/domain/0/backend/vif/1/0/ip = "10.0.0.2"',
     '/local/domain/0/backend/vif/1/0/ip = "(removed)"'),
    # These stay.
    ('/local/domain/0/backend/vbd/1/51712/params = "/dev/vg/guest"',
     '/local/domain/0/backend/vbd/1/51712/params = "/dev/vg/guest"'),
    ('multi-queue-max-queues = "4"', 'multi-queue-max-queues = "4"'),
    ('feature-persistent = "1"', 'feature-persistent = "1"'),
    ('reads 17', 'reads 17'),
    ('[    1.5] xen:grant_table: Grant tables using version 1 layout',
     '[    1.5] xen:grant_table: Grant tables using version 1 layout'),
)


def redact(text, shell='sh'):
    return subprocess.run([shell, '-c', f'. {REPORT}; redact'], input=text, text=True, check=True,
                          capture_output=True, env={'XEN_SPLIT_REPORT_SOURCED': '1',
                                                    'PATH': '/usr/bin:/bin'}).stdout


class Secrets(unittest.TestCase):
    def test_rows(self):
        for inside, outside in ROWS:
            with self.subTest(inside=inside):
                self.assertEqual(redact(inside + '\n'), outside + '\n')

    def test_no_secret_is_left(self):
        text = redact('\n'.join(inside for inside, _ in ROWS))
        for secret in ('hunter2', 'AQBz', '12:34', '10.0.0.2', 'abc'):
            with self.subTest(secret=secret):
                self.assertNotIn(secret, text)


class Usage(unittest.TestCase):
    def test_unknown_option(self):
        done = subprocess.run([REPORT, '-x'], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn('Usage: xen-split-report', done.stderr)

    def test_outside_xen_it_says_so(self):
        if pathlib.Path('/sys/hypervisor/type').exists() or pathlib.Path('/proc/xen').exists():
            self.skipTest('this is a domain of Xen')
        done = subprocess.run([REPORT], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, 'no domain of Xen|only root')
