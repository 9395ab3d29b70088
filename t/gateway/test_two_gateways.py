"""Two gateways side by side over one database: each pile belongs to the one that holds its newest connection; one that dies loses its piles."""
import os
import signal
import time
from pathlib import Path

import pytest

from instance import wait_for
from peer import Gone, Peer
from test_charge import charge, start_by_app
from test_failure import billed_once

LEASE = 3


class Gateway:
    """One of its own: ports, name, lease."""

    def __init__(self, site, name, port):
        self.site, self.name, self.port = site, name, port
        self.folder = site.i.var / name
        self.folder.mkdir(exist_ok=True)
        self.start()

    def start(self):
        (self.folder / "gateway.ready").unlink(missing_ok=True)
        self.process = self.site.i.popen(
            "gateway", f"--run-dir={self.folder}", f"--pile-port={self.port}", f"--ocpp-port={self.port + 10}", f"--bike-port={self.port + 20}",
            f"--gateway-id={self.name}", f"--gateway-lease={LEASE}", "--gateway-writers=1", f"--db-socket={self.site.i.var}/run/mysql.sock",
            stderr=open(os.devnull, "w"), start_new_session=True)
        wait_for((self.folder / "gateway.ready").exists, 10, "ready")

    def pile(self, serial):
        p = Peer(self.port, serial)
        assert p.login()
        p.expect(0x56)
        return p

    def all(self, sig):
        os.killpg(self.process.pid, sig)

    def kill(self):
        self.all(signal.SIGKILL)
        self.process.wait(10)

    def end(self):
        if self.process.poll() is None:
            self.all(signal.SIGCONT)
            self.process.terminate()
            assert self.process.wait(15) == 0


@pytest.fixture
def pair(site):
    made = [Gateway(site, name, site.i.pile + 2010 + n) for n, name in enumerate(("left", "right"))]
    yield made
    for g in made:
        g.end()


def owner(site, serial):
    return site.i.value("select l.gateway_id from pile_live l join pile p on p.id = l.pile_id where p.serial = %s", serial)


def last_event(site, serial):
    return site.i.rows("select event, reason from connectivity where pile_id = %s order by id desc limit 1", site.pile_id(serial))[0]


def log_of(site, name, what):
    return site.i.value(f"select {what} from gateway where name = %s", name)


def acknowledged_after_all(p, no, energy):
    def try_it():
        now = int(time.time())
        p.record(no, now - 600, now, energy)
        try:
            return p.acknowledged(no, 1)
        except TimeoutError:
            return None
    return wait_for(try_it, 10, "acknowledged")


@pytest.mark.feature("N1", "D12")
def test_the_newest_connection_wins_and_commands_find_it(site, pair, unused):
    left, right = pair
    serial, stays = next(unused), next(unused)
    old, other = left.pile(serial), left.pile(stays)
    no, card = start_by_app(site, old)
    charge(site, old, no)
    new = right.pile(serial)
    assert owner(site, serial) == "right" and last_event(site, serial) == ("online", "reconnect")
    site.probe("command", "sync_time", site.pile_id(serial), 0)
    site.probe("command", "sync_time", site.pile_id(stays), 0)
    new.expect(0x56, 5)
    other.expect(0x56, 5)
    assert old.silence(0x56, 0.3)
    old.wait_gone(LEASE + 3)                                  # the one that lost it lets it go
    time.sleep(0.3)
    assert site.online(serial) == 1 and owner(site, serial) == "right"
    charge(site, new, no, 15000)
    assert site.probe("stop", site.session(no, "id"))["asked"] == "1"
    new.expect(0x36, 5)
    new.stop_answer()
    assert acknowledged_after_all(new, no, 20000)
    billed_once(site, no, card)


@pytest.mark.feature("N1", "D12", "O2")
def test_one_killed_in_mid_charge_loses_its_piles_and_all_is_billed_once(site, pair, unused):
    left, right = pair
    piles = [left.pile(next(unused)) for _ in range(4)]
    charges = [start_by_app(site, p) for p in piles]
    for p, (no, _) in zip(piles, charges):
        charge(site, p, no)
    wait_for(lambda: log_of(site, "left", "piles") == 4, 5, "its figures")
    left.kill()
    back = [right.pile(p.serial) for p in piles[:2]]          # two come back at once, two stay away
    assert [owner(site, p.serial) for p in back] == ["right"] * 2
    for p, (no, _) in zip(back, charges):
        charge(site, p, no, 15000)
        assert site.probe("stop", site.session(no, "id"))["asked"] == "1"
        p.expect(0x36, 5)
    wait_for(lambda: log_of(site, "left", "state") == "lost", LEASE + 5, "its lease has run out")
    heir = log_of(site, "left", "heir")
    for p in piles[2:]:
        assert site.online(p.serial) == 0 and owner(site, p.serial) == heir and last_event(site, p.serial) == ("offline", "gateway_lost")
    assert [site.online(p.serial) for p in back] == [1, 1]
    back += [right.pile(p.serial) for p in piles[2:]]
    for p, (no, card) in zip(back, charges):
        assert acknowledged_after_all(p, no, 20000)
        assert acknowledged_after_all(p, no, 20000)           # the second time changes nothing
        billed_once(site, no, card)
    left.start()
    assert log_of(site, "left", "state") == "up" and log_of(site, "left", "heir") == ""


@pytest.mark.feature("N1")
def test_one_that_was_thought_dead_gives_way(site, pair, unused):
    """It stands still for longer than its lease: when it goes on, its piles are another's, so it closes them and begins anew."""
    left, _ = pair
    p = left.pile(next(unused))
    no, card = start_by_app(site, p)
    charge(site, p, no)
    group = [int(d.name) for d in Path("/proc").iterdir() if d.name.isdigit() and _group(d) == left.process.pid]
    assert len(group) >= 4
    left.all(signal.SIGSTOP)
    wait_for(lambda: log_of(site, "left", "state") == "lost", LEASE + 6, "thought dead")
    left.all(signal.SIGCONT)
    p.wait_gone(10)
    wait_for(lambda: log_of(site, "left", "state") == "up", 10, "begun anew")

    def again():
        try:
            return left.pile(p.serial)
        except (ConnectionRefusedError, Gone, TimeoutError, OSError, AssertionError):
            return None
    p = wait_for(again, 10, "log-in", 0.3)
    assert owner(site, p.serial) == "left"
    charge(site, p, no, 15000)
    assert acknowledged_after_all(p, no, 20000)
    billed_once(site, no, card)


def _group(folder):
    try:
        return int((folder / "stat").read_text().rsplit(")", 1)[1].split()[2])
    except (FileNotFoundError, ProcessLookupError):
        return 0


@pytest.mark.feature("N1")
def test_stopped_in_good_order_its_answers_still_arrive(site, pair, unused):
    """A record that the gateway has read is billed and acknowledged although the gateway is told to end right after it."""
    left, right = pair
    p = left.pile(next(unused))
    no, card = start_by_app(site, p)
    charge(site, p, no)
    now = int(time.time())
    p.record(no, now - 600, now, 20000)
    p.heartbeat()
    p.expect(0x04)                                            # so it has read the record as well
    left.process.terminate()
    assert p.acknowledged(no, 5)
    assert left.process.wait(15) == 0
    assert log_of(site, "left", "state") == "stopped" and last_event(site, p.serial) == ("offline", "gateway_stop")
    billed_once(site, no, card)
    assert right.pile(p.serial) and owner(site, p.serial) == "right"
