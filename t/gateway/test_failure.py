"""What dies, comes back, and nothing is lost or counted twice."""
import os
import signal
import subprocess
import time

import pytest

from instance import wait_for
from peer import Gone
from test_charge import charge, start_by_app

WRITERS = 4              # one takes commands, two serve piles, one keeps frames


def children(pid):
    return [int(p) for p in subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()]


def again(site, serial, seconds=20):
    """The pile logs in again, as often as it takes."""
    def try_it():
        try:
            return site.pile(serial)
        except (ConnectionRefusedError, Gone, TimeoutError, OSError, AssertionError):
            return None
    return wait_for(try_it, seconds, "log-in", 0.3)


def billed_once(site, no, card):
    session = site.session(no, "id")
    assert site.session(no) == "finished"
    assert site.i.value("select count(*) from cdr where session_id = %s", session) == 1
    assert site.i.value("select count(*) from statement where card_id = %s and session_id = %s", card, session) == 1


@pytest.mark.feature("N1", "O2")
def test_reconnect_in_mid_charge(site, serial):
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    charge(site, p, no, 10000)
    p.close()
    p = site.pile(serial)
    charge(site, p, no, 15000)
    now = int(time.time())
    p.record(no, now - 600, now, 20000)
    assert p.acknowledged(no)
    billed_once(site, no, card)


@pytest.mark.feature("O2")
def test_silence_and_absence_suspend_and_a_report_resumes(site, unused):
    """One pile falls silent on a living link, the other one's link is cut and stays away."""
    silent, away = site.pile(next(unused)), site.pile(next(unused))
    no, card = start_by_app(site, silent)
    other, _ = start_by_app(site, away)
    charge(site, away, other)
    charge(site, silent, no)
    began = time.monotonic()
    away.close()
    wait_for(lambda: site.online(away.serial) == 0, 5, "offline at once")
    assert site.session(other) == "charging"                  # a short break is nothing
    wait_for(lambda: site.session(no) == "suspended", 45, "suspended")
    assert 25 < time.monotonic() - began
    assert site.online(silent.serial) == 0
    assert site.i.value("select reason from connectivity where pile_id = %s order by id desc limit 1", site.pile_id(silent.serial)) == "silent"
    wait_for(lambda: site.session(other) == "suspended", 20, "suspended too")
    p = site.pile(silent.serial)
    charge(site, p, no, 12000)                                # waits for "charging"
    now = int(time.time())
    p.record(no, now - 600, now, 20000)
    assert p.acknowledged(no)
    billed_once(site, no, card)


@pytest.mark.feature("N1")
def test_record_while_the_database_is_away(site, serial):
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    charge(site, p, no)
    site.i.stop("mysql")
    now = int(time.time())
    p.record(no, now - 600, now, 20000)
    assert p.silence(0x40, 1.5)                               # no promise that could not be kept
    a = p.card_start("A0000001", gun=2)
    assert (a["ok"], a["reason"]) == (0, 5)
    p.heartbeat()
    p.expect(0x04)                                            # the loop needs no database
    site.i.start("mysql")

    def acknowledged():
        p.record(no, now - 600, now, 20000)
        try:
            return p.acknowledged(no, 1)
        except TimeoutError:
            return None
    assert wait_for(acknowledged, 20, "acknowledged after all")
    billed_once(site, no, card)


@pytest.mark.feature("N1")
def test_login_while_the_database_is_away_is_not_a_refusal(site, serial):
    site.i.stop("mysql")
    p = site.peer(serial)
    p.raw(p.login_frame())
    with pytest.raises(Gone):
        p.expect(0x02, 3)                                     # hung up without "you are unknown"
    site.i.start("mysql")
    again(site, serial).close()


@pytest.mark.feature("N1")
def test_gateway_killed_in_mid_charge(site, serial):
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    charge(site, p, no)
    pid = site.i.kill("gateway")
    p.wait_gone(5)
    site.i.await_again("gateway", pid)
    p = again(site, serial)
    charge(site, p, no, 15000)
    now = int(time.time())
    p.record(no, now - 600, now, 20000)
    assert p.acknowledged(no)
    billed_once(site, no, card)


@pytest.mark.feature("N1")
def test_loop_killed_alone_comes_back_with_its_writers(site, serial):
    p = site.pile(serial)
    parent = site.i.pid("gateway")
    loop = min(children(parent))
    os.kill(loop, signal.SIGKILL)
    p.wait_gone(5)
    p = again(site, serial)
    assert site.i.pid("gateway") == parent
    p.heartbeat()
    p.expect(0x04)


@pytest.mark.feature("N1")
def test_writers_killed_in_mid_charge_keep_the_links(site, serial):
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    charge(site, p, no)
    writers = sorted(children(site.i.pid("gateway")))[1:]
    assert len(writers) == WRITERS
    for pid in writers:
        os.kill(pid, signal.SIGKILL)
    p.heartbeat()
    p.expect(0x04)                                            # the same connection
    now = int(time.time())

    def acknowledged():
        p.record(no, now - 600, now, 20000)
        try:
            return p.acknowledged(no, 1)
        except TimeoutError:
            return None
    assert wait_for(acknowledged, 10, "acknowledged by a new writer")
    billed_once(site, no, card)
    wait_for(lambda: site.i.metrics("gateway")["chargeops_gateway_writers"] == WRITERS, 5, "all writers are back")


@pytest.mark.feature("N1")
def test_commands_go_on_after_their_writer_died(site, serial):
    p = site.pile(serial)
    for pid in sorted(children(site.i.pid("gateway")))[1:]:
        os.kill(pid, signal.SIGKILL)
    site.probe("command", "read_live", site.pile_id(serial), 0)
    p.expect(0x12, 5)
    p.expect(0x12, 5)
    p.expect(0x12, 5)                                         # two of the log-in, then ours


@pytest.mark.feature("N1")
def test_stop_takes_all_offline_in_good_order(site, serial):
    p = site.pile(serial)
    site.i.stop("gateway")
    p.wait_gone(5)
    assert site.online(serial) == 0
    site.i.start("gateway")
    again(site, serial).close()


@pytest.mark.feature("N1")
def test_database_killed_in_mid_charge(site, serial):
    """kill -9 while a charge runs and its record is on the way: the pile sends again, the bill is right and once, the proof holds."""
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    charge(site, p, no)
    now = int(time.time())
    pid = site.i.kill("mysql")
    p.record(no, now - 600, now, 20000)
    site.i.await_again("mysql", pid, 30)

    def acknowledged():
        p.record(no, now - 600, now, 20000)
        try:
            return p.acknowledged(no, 1)
        except TimeoutError:
            return None
    assert wait_for(acknowledged, 20, "acknowledged after all")
    billed_once(site, no, card)
    found = site.i.job("ledger_proof", check=False).stdout.splitlines()
    session = site.session(no, "id")
    assert not [line for line in found if f" id={session} " in line and "session" in line], found
    assert site.i.value("select sum(a.balance) - (select sum(p.amount) from posting p join account b on b.id = p.account_id where b.owner_kind = 'card'"
                        " and b.owner_id = %s) from account a where a.owner_kind = 'card' and a.owner_id = %s", card, card) == 0
