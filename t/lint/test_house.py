"""The laws of the house that a machine can check: who includes whom, sizes, words, undone work."""
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns):
    out = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--", *patterns],
                         check=True, capture_output=True).stdout
    return [ROOT / p.decode() for p in out.split(b"\0") if p and (ROOT / p.decode()).is_file()]


def room(path):
    return path.relative_to(ROOT).as_posix()


def c_files():
    return tracked("*.c", "*.h")


def includes(path):
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(), re.M)


# prefix of the file -> prefixes of house headers it may include (law 2: arrows point down)
MAY_INCLUDE = [
    ("lib/base/", ("base/",)),
    ("lib/db/", ("base/", "db/")),
    ("lib/run/", ("base/", "db/", "run/")),
    ("lib/proto/", ("base/", "proto/")),
    ("lib/charge/", ("base/", "db/", "run/", "charge/")),
    ("cgi/open/", ("base/", "db/", "run/", "charge/", "proto/", "cgi/")),
    ("cgi/", ("base/", "db/", "run/", "charge/", "cgi/")),
    ("daemons/", ("base/", "db/", "run/", "charge/", "proto/", "daemons/")),
    ("jobs/", ("base/", "db/", "run/", "charge/", "jobs/")),
]
HOUSE = ("base/", "db/", "run/", "charge/", "proto/", "cgi/", "daemons/", "jobs/")


def test_arrows_point_down():
    wrong = []
    for path in c_files():
        for prefix, allowed in MAY_INCLUDE:
            if not room(path).startswith(prefix):
                continue
            wrong += [f"{room(path)} includes {h}" for h in includes(path)
                      if h.startswith(HOUSE) and not h.startswith(allowed)]
            break
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("header,prefix", [
    ("mysql", "lib/db/"), ("cs/cs.h", "cgi/"), ("ClearSilver.h", "cgi/"), ("fcgiapp.h", "cgi/"),
    ("cgi/cgi.h", "nowhere/")])
def test_foreign_headers_stay_in_their_room(header, prefix):
    wrong = [room(p) for p in c_files() if not room(p).startswith((prefix, "t/"))
             for h in includes(p) if h == header or h.startswith(header + "/") or h.startswith(header + ".")]
    assert not wrong, f"{header} belongs to {prefix}: {wrong}"


def test_no_file_over_800_lines():
    big = [f"{room(p)}: {n}" for p in tracked("*.c", "*.h", "*.py", "*.js", "*.cs", "*.sh")
           if (n := p.read_text().count("\n")) > 800]
    assert not big, "\n".join(big)


def functions(text):
    """(name, lines) of each function: a body that opens with { in column 0 and ends with } in column 0."""
    lines = text.split("\n")
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            head = lines[start - 1] if start else ""
            yield head.strip(), i - start + 1
            start = None


def test_no_function_over_120_lines():
    long = [f"{room(p)}: {n} lines, {name}" for p in tracked("*.c") for name, n in functions(p.read_text()) if n > 120]
    assert not long, "\n".join(long)


def test_no_line_over_100_columns():
    """Tabs are four wide; a macro's lines may be longer."""
    wide = []
    for path in tracked("lib/*.[ch]", "cgi/*.[ch]", "daemons/*.[ch]", "jobs/*.[ch]"):
        macro = False
        for i, line in enumerate(path.read_text().split("\n"), 1):
            macro = macro or line.startswith("#")
            if len(line.expandtabs(4)) > 100 and not macro:
                wide.append(f"{room(path)}:{i}")
            macro = macro and line.endswith("\\")
    assert not wide, "\n".join(wide)


def test_each_source_says_what_it_is():
    silent = []
    for path in tracked("lib/*.c", "lib/*.h", "cgi/*.c", "cgi/*.h", "daemons/*.c", "daemons/*.h", "jobs/*.c", "jobs/*.h"):
        if "/tbl/" in room(path):
            continue
        first = path.read_text().split("\n", 1)[0]
        if not first.startswith(f"/* {path.name} - ") and not first.startswith("/* " + path.name.split(".")[0]):
            silent.append(room(path))
    assert not silent, "first line must be /* name - what it is: " + ", ".join(silent)


UNDONE = re.compile(r"TODO|FIXME|\bXXX\b|not implemented|未实现|敬请期待")


def test_nothing_is_left_undone():
    here = Path(__file__).resolve()
    undone = [f"{room(p)}:{i}" for p in tracked("*.c", "*.h", "*.py", "*.sh", "*.cs", "*.hdf", "*.js", "*.sql", "chargeops")
              if p != here for i, line in enumerate(p.read_text().split("\n"), 1) if UNDONE.search(line)]
    assert not undone, "\n".join(undone)


def test_sql_speaks_to_any_mysql():
    """Galera and other clusters: no locks that are local to a node, no MariaDB-only statements (DESIGN, growing)."""
    pattern = re.compile(r"GET_LOCK|LOCK TABLES|\bRETURNING\b|CREATE SEQUENCE|INSERT DELAYED", re.I)
    wrong = [f"{room(p)}:{i}" for p in tracked("lib/*.c", "cgi/*.c", "daemons/*.c", "jobs/*.c", "sql/*.sql")
             for i, line in enumerate(p.read_text().split("\n"), 1)
             if pattern.search(line) and not line.strip().startswith(("*", "/*", "--"))]
    assert not wrong, "\n".join(wrong)


def test_only_the_clock_reads_the_time():
    pattern = re.compile(r"[^_a-zA-Z](time\(NULL\)|gettimeofday\(|NOW\(\)|CURRENT_TIMESTAMP)")
    wrong = [f"{room(p)}:{i}" for p in tracked("lib/*.c", "cgi/*.c", "daemons/*.c", "jobs/*.c")
             if room(p) != "lib/base/clock.c"
             for i, line in enumerate(p.read_text().split("\n"), 1) if pattern.search(line)]
    assert not wrong, "\n".join(wrong)
