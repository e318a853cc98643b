# SPDX-License-Identifier: MIT
"""What the lints share: the files of the tree, C text without comments, reporting, self-tests."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMMENT = r'//[^\n]*|/\*.*?\*/'
STRING = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''


def files():
    """Paths, relative to the root, of what git tracks or would track; without git, all but hidden ones."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if result.returncode == 0:
        names = os.fsdecode(result.stdout).split("\0")
    else:
        names = []
        for folder, folders, here in os.walk(ROOT):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "build"]
            names += [os.path.relpath(os.path.join(folder, name), ROOT) for name in here]
    return sorted({name for name in names if name and os.path.isfile(os.path.join(ROOT, name))})


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def blank(text, strings=True):
    """C text with comments, and strings too unless told, turned into blanks: lines and columns stay."""
    def replace(match):
        found = match.group()
        if found[0] in "\"'" and not strings:
            return found
        return re.sub(r"[^\n]", " ", found)
    return re.sub(COMMENT + "|" + STRING, replace, text, flags=re.DOTALL)


def report(name, findings, checked):
    """Prints (path, line, text) findings and returns the exit code."""
    for path, line, text in findings:
        print(f"{path}:{line}: {text}")
    print(f"{name}: {checked} files, {len(findings)} findings", file=sys.stderr)
    if checked == 0:
        print(f"{name}: found no file to check", file=sys.stderr)
        return 1
    return 1 if findings else 0


def self_test(name, cases, check):
    """cases: (path, text, part of the one finding expected, or None); check(path, text) -> findings."""
    failed = 0
    for path, text, expected in cases:
        found = [finding[2] for finding in check(path, text)]
        if expected is None:
            good = not found
        else:
            good = len(found) == 1 and expected in found[0]
        if not good:
            failed += 1
            print(f"{name} self-test: {path}: {text!r}: expected {expected!r}, found {found}")
    print(f"{name} self-test: {len(cases) - failed} passed, {failed} failed", file=sys.stderr)
    return 1 if failed or not cases else 0
