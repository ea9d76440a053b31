# SPDX-License-Identifier: GPL-2.0
# Sphinx builds the manual from these pages: "make docs".

import pathlib

from pygments.lexer import RegexLexer, bygroups
from pygments.token import Generic, Text

project = 'Xen split drivers'
author = 'the authors of the Xen split drivers'
copyright = author
version = release = (pathlib.Path(__file__).parent.parent / 'VERSION').read_text().strip()

master_doc = 'index'
language = 'en'
# The code in these pages is of many kinds, and none of it needs colours.
highlight_language = 'none'
# Quotes and dashes in a message or a command have to stay what they are.
smartquotes = False

html_theme = 'alabaster'
html_show_copyright = False
html_copy_source = False
html_theme_options = {'page_width': '70em', 'sidebar_width': '15em'}

man_pages = [
    (f'man/{name}', name, text, '', section) for name, section, text in (
        ('xen-split', 7, 'split drivers for disks and networks of Xen domains'),
        ('xen-blkback', 4, 'serve disks to other Xen domains'),
        ('xen-blkfront', 4, 'disks that another Xen domain serves'),
        ('xen-netback', 4, 'serve network interfaces to other Xen domains'),
        ('xen-netfront', 4, 'network interfaces that another Xen domain serves'),
        ('xen-split-top', 8, 'what the Xen split drivers do, live'),
        ('xen-split-report', 8, 'collect what a report of a fault needs'),
    )
]
man_show_urls = False


class ConsoleLexer(RegexLexer):
    """Commands behind a prompt that names the machine, and what they print."""

    name = 'console'
    tokens = {
        'root': [
            (r'^([a-z][a-z0-9-]*# )(.*\n)', bygroups(Generic.Prompt, Text)),
            (r'.*\n', Generic.Output),
        ]
    }


def setup(app):
    app.add_lexer('console', ConsoleLexer)
