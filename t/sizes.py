#!/usr/bin/python3
"""The measured sizes of the house, a row a room: files, lines, file median / largest, functions, their median / 90 % / longest. For HACKING.md."""
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ["lib/base", "lib/db", "lib/run", "lib/charge", "lib/proto", "cgi/*.c", "cgi/resource", "cgi/screen", "cgi/driver", "daemons", "jobs"]


def sources(room):
    out = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--", room], check=True, capture_output=True).stdout
    found = [ROOT / p.decode() for p in out.split(b"\0") if p.endswith(b".c")]
    return [p for p in found if p.parent == ROOT / "cgi"] if room == "cgi/*.c" else found


def functions(path):
    """Lengths of bodies from { to } in column 0."""
    start, lengths = None, []
    for i, line in enumerate(path.read_text().split("\n")):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            lengths.append(i - start + 1)
            start = None
    return lengths


def row(name, files):
    lines = [p.read_text().count("\n") for p in files]
    bodies = sorted(n for p in files for n in functions(p))
    print(f"| {name} | {len(files)} | {sum(lines)} | {statistics.median(lines):.0f} / {max(lines)} | {len(bodies)} "
          f"| {statistics.median(bodies):.0f} / {bodies[len(bodies) * 9 // 10]} / {bodies[-1]} |")


def main():
    print("| room | .c files | lines | file median / largest | functions | median / 90 % / longest |\n|---|---|---|---|---|---|")
    every = []
    for room in ROOMS:
        files = sources(room)
        every += files
        row(room, files)
    row("all", every)


main()
