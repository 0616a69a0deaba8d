#!/usr/bin/env python3
"""Plants bugs one at a time and sees whether what should notice them does.

usage: Tests/Mutants/run.py [--quick] [--only WORDS] [--from N] [--here | --scratch FOLDER]
                            [--list]

Works on a copy of the tree as git knows it, and leaves nothing running. What should notice has to
be content with the tree as it is first. Prints a row for each bug: caught, or MISSED; exit 1 when
one was missed or could not be planted.
"""

import argparse
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = ["swift", "build", "--build-tests", "--explicit-target-dependency-import-check", "error"]
TESTS = [".build/debug/chatservPackageTests.xctest", "--testing-library", "swift-testing"]
# Debug builds on a busy machine; a planted bug may well run for ever.
PATIENCE = 900


class Bug:
    def __init__(self, title):
        self.title, self.path, self.old, self.new, self.seen_by = title, "", [], [], ""
        self.is_quick = False

    def planted(self, text):
        old, new = "\n".join(self.old) + "\n", "\n".join(self.new) + "\n"
        places = text.count(old)
        if places != 1:
            # A part of a line may be enough to find the place by.
            old, new = old[:-1], new[:-1]
            places = text.count(old)
        return text.replace(old, new) if places == 1 else None


def bugs():
    found = []
    for line in (TOP / "Tests/Mutants/mutants.txt").read_text().splitlines():
        kind, rest = line[:1], line[2:]
        if kind == "=":
            found.append(Bug(rest))
        elif kind == "@":
            found[-1].path = rest
        elif kind == "-":
            found[-1].old.append(rest)
        elif kind == "+":
            found[-1].new.append(rest)
        elif kind == "?":
            found[-1].seen_by = rest
        elif kind == "!":
            found[-1].is_quick = True
    return found


def adopt_orphans():
    """From now on whoever loses its parent becomes our child (PR_SET_CHILD_SUBREAPER)."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def end_children():
    """All of them, and theirs, which become ours."""
    while True:
        for task in pathlib.Path("/proc/self/task").iterdir():
            for child in (task / "children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def log_of(tree):
    (tree / ".build").mkdir(exist_ok=True)
    return tree / ".build/mutants.log"


def run(command, tree, patience):
    """The exit code; None when it took too long."""
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
    with open(log_of(tree), "w") as log:
        process = subprocess.Popen(command, cwd=tree, stdout=log, stderr=log, env=environment)
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()
            process.wait()
            end_children()


def look(seen_by, tree, patience=PATIENCE):
    if seen_by.startswith("prove "):
        return run([".build/debug/prove"] + seen_by.split()[1:], tree, patience)
    return run(TESTS + ["--filter", seen_by], tree, patience)


def copy_tree(tree):
    names = subprocess.run(
        ["git", "ls-files"], cwd=TOP, check=True, capture_output=True, text=True).stdout.split("\n")
    for name in filter(None, names):
        source, target = TOP / name, tree / name
        if not source.exists():
            continue
        if target.exists() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def complain(tree, words):
    print(log_of(tree).read_text()[-2000:], file=sys.stderr)
    print(f"mutants: {words}", file=sys.stderr)


def try_without_bugs(chosen, tree):
    """What each harness took; None when one is not content."""
    took = {}
    for seen_by in dict.fromkeys(bug.seen_by for bug in chosen):
        began = time.monotonic()
        if look(seen_by, tree) != 0:
            return complain(tree, f"without any bug {seen_by} is not content")
        if " with 0 tests " in log_of(tree).read_text():
            return complain(tree, f"there is no test by the name of {seen_by}")
        took[seen_by] = time.monotonic() - began
        print(f"mutants: {seen_by}: {took[seen_by]:.0f} s without a bug", file=sys.stderr)
    return took


def plant(bug, tree, patience):
    file = tree / bug.path
    sound = file.read_text()
    text = bug.planted(sound)
    if text is None:
        return "CANNOT BE PLANTED"
    file.write_text(text)
    try:
        if run(BUILD, tree, PATIENCE) != 0:
            return "DOES NOT BUILD"
        code = look(bug.seen_by, tree, patience)
    finally:
        file.write_text(sound)
    return "MISSED" if code == 0 else "caught" if code else "caught (hangs)"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch", help="keeps what is built for the next time")
    parser.add_argument("--only", default="", help="those whose title has these words")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first of them")
    parser.add_argument("--quick", action="store_true", help="those that CI tries")
    parser.add_argument("--here", action="store_true", help="in this tree, not in a copy")
    parser.add_argument("--list", action="store_true", help="whether each fits, and no more")
    choice = parser.parse_args()
    chosen = [bug for bug in bugs() if choice.only in bug.title]
    if choice.quick:
        chosen = [bug for bug in chosen if bug.is_quick]
    chosen = chosen[choice.first - 1:]
    if choice.list:
        for bug in chosen:
            fits = bug.planted((TOP / bug.path).read_text()) is not None
            print(f"{'ok     ' if fits else 'NO FIT '} {bug.title}  [{bug.seen_by}]")
        return 0

    adopt_orphans()
    keeps = choice.here or choice.scratch
    tree = pathlib.Path(
        TOP if choice.here else choice.scratch or tempfile.mkdtemp(prefix="mutants-"))
    tree.mkdir(parents=True, exist_ok=True)
    try:
        if not choice.here:
            copy_tree(tree)
        if run(BUILD, tree, 2 * PATIENCE) != 0:
            complain(tree, "the tree does not build")
            return 1
        took = try_without_bugs(chosen, tree)
        if took is None:
            return 1
        return report(chosen, choice.first, tree, took)
    finally:
        if not keeps:
            shutil.rmtree(tree)


def report(chosen, first, tree, took):
    missed = 0
    print("| | planted bug | seen by | result | s |")
    print("|---|---|---|---|---|")
    for number, bug in enumerate(chosen, first):
        began = time.monotonic()
        result = plant(bug, tree, 120 + 5 * took[bug.seen_by])
        missed += not result.startswith("caught")
        seconds = time.monotonic() - began
        print(f"| {number} | {bug.title} | `{bug.seen_by}` | {result} | {seconds:.0f} |", flush=True)
    print(f"\n{len(chosen) - missed} of {len(chosen)} planted bugs are caught")
    return 1 if missed else 0


sys.exit(main())
