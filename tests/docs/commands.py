#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Take the commands and the files out of the chapters in Documentation/admin/.

A block "code-block:: console" holds commands, each behind a prompt that names the machine it is
for ("dom0#"), and what they print: "..." stands for any text. A caption "Not run by the tests:
REASON" excludes it, and the class "build-host" leaves it to tests/docs/debian. A block
"code-block:: none" with a caption "MACHINE:/PATH" is a file. A comment ".. rig: WORD" stands
where the scenario has to do something that a reader does otherwise.

commands.py --check            print what is wrong with the blocks
commands.py --shell CHAPTER    print the chapter for tests/rig/scenarios/both/manual.sh
commands.py --file NAME        print the file of that name in the chapters
commands.py --build-host       print the commands for tests/docs/debian
commands.py --packages         print what "host# apt install" names"""

import pathlib
import re
import shlex
import sys

TREE = pathlib.Path(__file__).parent.parent.parent
FOLDER = TREE / 'Documentation/admin'
SCENARIOS = TREE / 'tests/rig/scenarios/both/manual.sh'
NOTE = 'No test runs the commands of this chapter yet'
DIRECTIVE = re.compile(r'^( *)\.\. (code-block|sourcecode|highlight|rig)::? ?(.*)$')
PROMPT = re.compile(r'^([a-z][a-z0-9-]*)# (.+)$')
FILE = re.compile(r'^([a-z][a-z0-9-]*):(/\S+)$')
NOT_RUN = 'Not run by the tests: '
# Machines that the scenarios have, and the one before there is Xen.
MACHINES = ('dom0', 'web1', 'storage')
BEFORE = 'host'


class Block:
    def __init__(self, path, number, kind, argument, options, lines):
        self.where = f'{path.name}:{number}'
        self.kind = kind
        self.argument = argument
        self.options = options
        self.lines = lines
        self.caption = options.get('caption', '')

    @property
    def excluded(self):
        return self.caption.startswith(NOT_RUN)

    @property
    def on_build_host(self):
        """Done by tests/docs/debian only: /mnt is the guest's disk, and the rig has its own."""
        return self.options.get('class') == 'build-host'

    @property
    def on_guest_disk(self):
        """A file that tests/docs/debian writes as well."""
        return ':/mnt/' in self.caption

    def commands(self):
        """Machine, command and expected lines, one after the other."""
        found = []
        for line in self.lines:
            match = PROMPT.match(line)
            if match:
                found.append((match[1], match[2], []))
            elif found and found[-1][1].endswith('\\'):
                machine, command, _ = found[-1]
                found[-1] = (machine, command[:-1].rstrip() + ' ' + line.strip(), [])
            elif found:
                found[-1][2].append(line)
        return found


def blocks(path):
    lines = path.read_text().splitlines()
    i = 0
    while i < len(lines):
        match = DIRECTIVE.match(lines[i])
        start = i
        i += 1
        if not match:
            if lines[start].rstrip().endswith('::') and not lines[start].lstrip().startswith('..'):
                yield Block(path, start + 1, 'literal', '', {}, [])
            continue
        indent = len(match[1]) + 3
        body = []
        while i < len(lines) and (not lines[i].strip() or len(lines[i]) - len(lines[i].lstrip()) >= indent):
            body.append(lines[i][indent:])
            i += 1
        options = {}
        while body and (option := re.match(r':(\w+): *(.*)$', body[0])):
            options[option[1]] = option[2]
            body.pop(0)
        yield Block(path, start + 1, match[2], match[3], options,
                    [line for line in '\n'.join(body).strip('\n').split('\n')])


def wrong_commands(block):
    if not PROMPT.match(block.lines[0]):
        yield 'the first line has no prompt such as "dom0# "'
    if block.caption and not block.excluded:
        yield f'a caption of commands begins with "{NOT_RUN}"'
    if block.excluded:
        if len(block.caption) < len(NOT_RUN) + 10:
            yield 'no reason why it is not run'
        return
    for machine, command, _ in block.commands():
        if machine == BEFORE:
            if not re.match(r'apt (update|install [a-z0-9. -]+)$', command):
                yield f'the tests have no machine without Xen to run "{command}"'
        elif machine not in MACHINES:
            yield f'the tests have no machine "{machine}"'


def wrong(block):
    """What is wrong with a block."""
    if block.kind == 'literal':
        yield 'commands and files of the chapters are in code-block directives'
    if block.kind != 'code-block':
        return
    if block.argument == 'console':
        yield from wrong_commands(block)
    elif block.argument != 'none':
        yield f'a code-block is console or none, not "{block.argument}"'
    elif not block.excluded and not FILE.match(block.caption):
        yield 'a file has a caption "MACHINE:/PATH"'
    elif not block.excluded and FILE.match(block.caption)[1] not in MACHINES:
        yield f'the tests have no machine for "{block.caption}"'


def wrong_chapter(path, has_commands):
    """A chapter has a scenario, or says that it has none."""
    tested = re.search(rf'^scenario manual-{path.stem} ', SCENARIOS.read_text(), re.M)
    says_not = NOTE in path.read_text()
    if has_commands and not tested and not says_not:
        yield f'no scenario runs the commands, and the page does not say "{NOTE}"'
    if tested and says_not:
        yield f'the page says "{NOTE}", but there is a scenario'


def check():
    chapters = sorted(FOLDER.glob('*.rst'))
    count = 0
    for path in chapters:
        found = list(blocks(path))
        has_commands = any(block.argument == 'console' for block in found)
        for text in wrong_chapter(path, has_commands):
            print(f'Documentation/admin/{path.name}: {text}')
        for block in found:
            count += block.kind == 'code-block'
            for text in wrong(block):
                print(f'Documentation/admin/{block.where}: {text}')
    if not count:
        print('Documentation/admin/ has no commands')


def quoted(*words):
    return ' '.join(shlex.quote(word) for word in words)


def pattern(line):
    """A pattern of the shell for what a line of the text stands for."""
    escaped = re.sub(r'([\\*?\[\]()])', r'\\\1', ' '.join(line.split()))
    return re.sub(r' ?\.\.\. ?', '*', escaped)


def shell(chapter):
    for block in blocks(FOLDER / f'{chapter}.rst'):
        if block.kind == 'rig':
            print(quoted('manual_hook', block.where, block.argument.strip()))
        if block.kind != 'code-block' or block.excluded or block.on_build_host:
            continue
        if block.argument == 'none':
            match = FILE.match(block.caption)
            print(quoted('manual_file', block.where, match[1], match[2], '\n'.join(block.lines) + '\n'))
            continue
        for machine, command, expected in block.commands():
            if machine != BEFORE:
                print(quoted('manual_run', block.where, machine, command,
                             '\n'.join(pattern(line) for line in expected if line.strip() != '...')))


def file(name):
    for path in sorted(FOLDER.glob('*.rst')):
        for block in blocks(path):
            if block.caption.endswith('/' + name):
                print('\n'.join(block.lines))
                return
    sys.exit(f'no file {name} in the chapters')


def build_host():
    for path in sorted(FOLDER.glob('*.rst')):
        for block in blocks(path):
            if block.kind == 'code-block' and (block.on_build_host or block.on_guest_disk):
                if block.argument == 'none':
                    print(quoted('write_file', FILE.match(block.caption)[2], '\n'.join(block.lines) + '\n'))
                for _, command, _ in block.commands() if block.argument == 'console' else ():
                    print(quoted('step', block.where, command))


def packages():
    names = set()
    for path in FOLDER.glob('*.rst'):
        for block in blocks(path):
            if block.argument == 'console' and not block.excluded:
                for _, command, _ in block.commands():
                    if command.startswith('apt install '):
                        names.update(command.split()[2:])
    print('\n'.join(sorted(names)))


def main():
    if sys.argv[1:] == ['--check']:
        check()
    elif sys.argv[1:2] == ['--shell'] and len(sys.argv) == 3:
        shell(sys.argv[2])
    elif sys.argv[1:2] == ['--file'] and len(sys.argv) == 3:
        file(sys.argv[2])
    elif sys.argv[1:] == ['--build-host']:
        build_host()
    elif sys.argv[1:] == ['--packages']:
        packages()
    else:
        sys.exit(__doc__)


main()
