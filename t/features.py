#!/usr/bin/python3
"""Which test proves which behaviour: ids in pytest markers (@pytest.mark.feature("O2")) and in the names or comments of C tests.

Usage: t/features.py [FEATURES.md]   With the acceptance list, prints also what has no test; exit 0 always (it is a map, not a gate).
"""
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ID = r"[A-Z]\d{1,2}[a-o]?"


def python_tests(found):
    for path in sorted((ROOT / "t").rglob("test_*.py")):
        pending = []
        for line in path.read_text().split("\n"):
            if "mark.feature(" in line:
                pending += re.findall(rf'"({ID})"', line)
            elif m := re.match(r"\s*(?:async )?def (test_\w+)", line):
                for i in pending:
                    found[i].append(f"{path.relative_to(ROOT)}::{m[1]}")
                pending = []
            elif pending and re.match(r"class \w+", line):
                pending = []
        for i in re.findall(rf'pytestmark\s*=.*feature\("({ID})"', path.read_text()):
            found[i].append(str(path.relative_to(ROOT)))


def c_tests(found):
    for path in sorted((ROOT / "t").rglob("*_test.c")):
        for name, ids in re.findall(rf"static void (\w+)\(void \*\*\w+\)(?:\s*/\*\s*((?:{ID}[ ,]*)+)\*/)?", path.read_text()):
            words = set(re.findall(ID, ids or "")) | set(re.findall(rf"(?:^|_)({ID})(?=_|$)", name))
            for i in words:
                found[i].append(f"{path.relative_to(ROOT)}::{name}")


def wanted(path):
    return sorted(set(re.findall(rf"^\| ({ID}) \|", Path(path).read_text(), re.M)),
                  key=lambda i: (i[0], int(re.sub(r"\D", "", i)), i))


def main():
    found = defaultdict(list)
    python_tests(found)
    c_tests(found)
    ids = wanted(sys.argv[1]) if len(sys.argv) > 1 else sorted(found)
    for i in ids:
        for test in found.get(i, ["-"]):
            print(f"{i:5} {test}")
    print(f"{sum(1 for i in ids if i in found)} of {len(ids)} ids are named by a test", file=sys.stderr)


if __name__ == "__main__":
    main()
