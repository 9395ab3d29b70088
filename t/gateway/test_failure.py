"""What dies, comes back, and nothing is lost or counted twice."""
import os
import random
import select
import signal
import socket
import subprocess
import threading
import time

import pytest

from fleet import Fleet
from instance import wait_for
from peer import Gone
from test_charge import charge, start_by_app
from test_sim import start

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


class Cuts:
    """A network between piles and gateway that fails: bytes go through until cut() ends some of the connections."""

    def __init__(self, port):
        self.to, self.pairs, self.over = port, {}, False
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def join(self):
        near, _ = self.server.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self.to), 2)
        except OSError:
            near.close()
            return
        self.pairs[near], self.pairs[far] = far, near

    def part(self, end):
        other = self.pairs.pop(end, None)
        if other is not None:
            self.pairs.pop(other, None)
            other.close()
        end.close()

    def run(self):
        while not self.over:
            ready = select.select([self.server, *self.pairs], [], [], 0.1)[0]
            for s in ready:
                if s is self.server:
                    self.join()
                elif s in self.pairs:
                    self.carry(s)

    def carry(self, s):
        try:
            data = s.recv(65536)
            if data:
                return self.pairs[s].sendall(data)
        except OSError:
            pass
        self.part(s)

    def cut(self, dice):
        for s in list(self.pairs):
            if dice.random() < 0.3:
                try:
                    s.shutdown(socket.SHUT_RDWR)              # the thread that carries sees the end
                except OSError:
                    pass

    def end(self):
        self.over = True
        self.thread.join()
        for s in (self.server, *self.pairs):
            s.close()


def kill_something(site, dice, cuts):
    """The gateway, one of its processes, the database, some links. Who is dead already cannot die."""
    what = dice.choice(("gateway", "child", "child", "mysql", "links", "links"))
    try:
        if what == "links":
            cuts.cut(dice)
        elif what == "child":
            os.kill(dice.choice(children(site.i.pid("gateway"))), signal.SIGKILL)
        else:
            site.i.kill(what)
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        pass


@pytest.mark.feature("N1", "O2")
def test_all_dies_at_random_and_each_charge_is_billed_once(site, unused, tmp_path):
    """CHARGEOPS_CHAOS_SECONDS and CHARGEOPS_CHAOS_PILES make it long; CHARGEOPS_CHAOS_SEED another one."""
    seconds, piles, seed = (int(os.environ.get(f"CHARGEOPS_CHAOS_{k}", v)) for k, v in (("SECONDS", 12), ("PILES", 6), ("SEED", 1)))
    dice, cuts, serials = random.Random(seed), Cuts(site.i.pile), [next(unused) for _ in range(piles)]
    fleet = Fleet(site, serials, tmp_path, "--port", cuts.port, "--speedup", 9 if seconds < 60 else 1)
    try:
        charges = {s: start(site, fleet, s) for s in serials}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            kill_something(site, dice, cuts)
            time.sleep(dice.uniform(0.3, 2))
        wait_for(lambda: {"mysql=up", "gateway=up"} <= set(site.i.run("status", check=False).stdout.split()), 60, "all is up again", 0.5)
        wait_for(lambda: int(fleet.totals()["up"]) == piles, 90, "all piles are back", 0.3)
        for s in serials:
            if fleet.status(s)["gun1"] == "charging":
                fleet.ask(f"stop {s} 1")
        wait_for(lambda: all(fleet.status(s)["records"] == "0" for s in serials), 60, "all records acknowledged", 0.3)
        for no, card in charges.values():
            billed_once(site, no, card)
        ids = {str(site.session(no, "id")) for no, _ in charges.values()}
        found = site.i.job("ledger_proof", check=False).stdout.splitlines()
        assert not [line for line in found if "session" in line and any(f" id={i} " in line for i in ids)], found
    finally:
        fleet.end()
        cuts.end()
