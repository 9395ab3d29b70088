"""Frames are kept as they went over the wire, in words beside them; heartbeats and passwords are not."""
import subprocess
import sys
from pathlib import Path

import pytest

from instance import wait_for


def kept(site, serial):
    return site.i.rows("select direction, type, words, body from raw_frame where pile_id = %s order by at, id", site.pile_id(serial))


@pytest.mark.feature("O6")
def test_frames_are_kept_and_said_in_words(site, serial):
    p = site.pile(serial)
    p.heartbeat()
    p.expect(0x04)
    p.live(state=3, no="0" * 32, volts=400, amps=12.5, energy=46223)
    p.send(0x09, p.pile, spoil=True)
    p.heartbeat()                                             # the broken one ends where the next begins
    wait_for(lambda: {"live", "?"} <= {r[1] for r in kept(site, serial)}, 15, "the frames")
    rows = kept(site, serial)
    live = next(r for r in rows if r[1] == "live")
    assert live[0] == "up" and "voltage=400.0V current=12.5A" in live[2]
    assert live[3][0] == 0x68 and live[3][5] == 0x13
    assert any(r[0] == "down" and r[1] == "time" for r in rows)
    assert not any(r[1].startswith("heartbeat") for r in rows)


@pytest.mark.feature("O6")
def test_a_pile_may_be_kept_whole_or_not_at_all(site, unused):
    whole, none = next(unused), next(unused)
    site.i.sql("update pile set black_box = 'all' where serial = %s", whole)
    site.i.sql("update pile set black_box = 'off' where serial = %s", none)
    for serial in (none, whole):
        p = site.pile(serial)
        p.heartbeat()
        p.expect(0x04)
        p.close()
    wait_for(lambda: {"heartbeat", "heartbeat_answer"} <= {r[1] for r in kept(site, whole)}, 15, "heartbeats too")
    assert not kept(site, none)


def test_passwords_are_blotted_out(site, serial):
    p = site.pile(serial)
    site.probe("words", "update_firmware", site.pile_id(serial), 0, 1, "dc 120 10.0.0.1 21 pile sesame /fw/1.bin")
    p.expect(0x94)
    wait_for(lambda: any(r[1] == "update" for r in kept(site, serial)), 15, "the frame")
    assert not any(b"sesame" in r[3] or "sesame" in r[2] for r in kept(site, serial))


def test_purge_makes_and_drops_the_days(site):
    done = site.i.program("job", "purge")
    assert done.returncode == 0, done.stderr
    days = site.i.value("select count(*) from information_schema.partitions where table_schema = database() and table_name = 'raw_frame'"
                        " and partition_name like 'p2%%'")
    assert days >= 4
    again = site.i.program("job", "purge")
    assert "partitions_made=0" in again.stdout


@pytest.mark.feature("O6")
def test_what_was_kept_is_replayed(site, serial, tmp_path):
    p = site.peer(serial)
    lines = [f"2026-11-26 08:00:0{i}.000 up {f.hex()}" for i, f in enumerate([p.login_frame(), p.make(0x03, p.pile + bytes([1, 0]))])]
    lines.insert(1, "2026-11-26 08:00:00.500 down 680C")
    (tmp_path / "frames.txt").write_text("\n".join(lines) + "\n")
    replay = Path(__file__).resolve().parents[2] / "ops/replay.py"
    p.close()
    done = subprocess.run([sys.executable, str(replay), str(tmp_path / "frames.txt"), "--port", str(site.i.pile), "--speed", "0"],
                          capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.endswith("sent=2\n"), done.stderr
    down = [line for line in done.stdout.splitlines() if line.startswith("down")]
    assert any(f"0002{serial}00" in line for line in down)    # the log-in was accepted again
    bad = subprocess.run([sys.executable, str(replay), str(replay), "--port", str(site.i.pile)], capture_output=True, text=True)
    assert bad.returncode != 0 and "is not" in bad.stderr
