#!/usr/bin/env python3
"""Plants bugs one at a time and sees whether what should notice them does.

usage: Tests/Mutants/run.py [--scratch FOLDER] [--only WORDS] [--list]

Works on a copy of the tree as git knows it. Prints a row for each bug: caught, or MISSED; exit 1
when one was missed or could not be planted.
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = ["swift", "build", "--build-tests"]
# A planted bug may well run for ever.
PATIENCE = 240


class Bug:
    def __init__(self, title):
        self.title, self.path, self.old, self.new, self.seen_by = title, "", [], [], ""

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
    return found


def run(command, tree, patience=PATIENCE):
    """The exit code; None when it took too long."""
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
    with open(tree / "log", "w") as log:
        process = subprocess.Popen(
            command, cwd=tree, stdout=log, stderr=log, env=environment, start_new_session=True)
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def look(bug, tree):
    if bug.seen_by.startswith("prove "):
        return run([".build/debug/prove"] + bug.seen_by.split()[1:], tree)
    return run(["swift", "test", "--skip-build", "--filter", bug.seen_by], tree)


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch")
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    choice = parser.parse_args()
    chosen = [bug for bug in bugs() if choice.only in bug.title]
    if choice.list:
        for bug in chosen:
            fits = bug.planted((TOP / bug.path).read_text()) is not None
            print(f"{'ok     ' if fits else 'NO FIT '} {bug.title}  [{bug.seen_by}]")
        return 0

    tree = pathlib.Path(choice.scratch or tempfile.mkdtemp(prefix="mutants-"))
    tree.mkdir(parents=True, exist_ok=True)
    copy_tree(tree)
    if run(BUILD, tree, 1800) != 0:
        print((tree / "log").read_text()[-2000:], file=sys.stderr)
        print("mutants: the tree does not build", file=sys.stderr)
        return 1

    wrong = 0
    print("| | planted bug | seen by | result | s |")
    print("|---|---|---|---|---|")
    for number, bug in enumerate(chosen, 1):
        began = time.monotonic()
        file = tree / bug.path
        sound = file.read_text()
        text = bug.planted(sound)
        if text is None:
            result = "CANNOT BE PLANTED"
        else:
            file.write_text(text)
            if run(BUILD, tree, 900) != 0:
                result = "DOES NOT BUILD"
            else:
                code = look(bug, tree)
                result = "MISSED" if code == 0 else "caught" if code else "caught (hangs)"
            file.write_text(sound)
        wrong += not result.startswith("caught")
        seconds = time.monotonic() - began
        print(f"| {number} | {bug.title} | `{bug.seen_by}` | {result} | {seconds:.0f} |", flush=True)
    print(f"\n{len(chosen) - wrong} of {len(chosen)} planted bugs are caught")
    if not choice.scratch:
        shutil.rmtree(tree)
    return 1 if wrong else 0


sys.exit(main())
