"""Bytes as networks deliver them: torn, glued, broken, foreign. The connection lives, the frames that are whole count."""
import random
import time

import pytest

from instance import wait_for
from peer import frame


def counter(site, name):
    return site.i.metrics("gateway")[f"chargeops_gateway_{name}"]


@pytest.mark.feature("N1")
def test_frames_torn_into_bytes(site, serial):
    p = site.peer(serial)
    for byte in p.login_frame():
        p.raw(bytes([byte]))
        time.sleep(0.002)
    assert p.expect(0x02, 5)[7] == 0
    data = b"".join(p.make(0x03, p.pile + bytes([1, 0])) for _ in range(20))
    rng = random.Random(1)
    while data:
        n = rng.randint(1, 30)
        p.raw(data[:n])
        data = data[n:]
        time.sleep(0.001)
    for _ in range(20):
        p.expect(0x04)


def test_many_frames_in_one_packet(site, serial):
    p = site.pile(serial)
    p.raw(b"".join(p.make(0x03, p.pile + bytes([1, 0])) for _ in range(500)))
    for _ in range(500):
        p.expect(0x04)


@pytest.mark.feature("N1")
def test_both_crc_orders(site, serial):
    p = site.peer(serial, swapped=True)
    assert p.login()
    p.heartbeat()
    p.expect(0x04)
    p.heartbeat(swapped=False)
    p.expect(0x04)


@pytest.mark.feature("N1")
def test_wrong_crc_is_counted_and_the_link_kept(site, serial):
    p = site.pile(serial)
    before = counter(site, "bad_crc_total")
    for _ in range(5):
        p.heartbeat(spoil=True)
    p.heartbeat()
    p.expect(0x04)
    assert p.silence(0x04, 0.3)
    assert counter(site, "bad_crc_total") == before + 5
    lines = [l for l in site.i.log("gateway").splitlines() if "bad_crc" in l and serial in l]
    assert len(lines) == 1                                    # once a pile and minute


@pytest.mark.feature("N1")
def test_garbage_between_frames(site, serial):
    p = site.pile(serial)
    rng = random.Random(2)
    for _ in range(20):
        p.raw(bytes(rng.choice([b for b in range(256) if b != 0x68]) for _ in range(50)))
        p.heartbeat()
        p.expect(0x04)


def test_half_a_frame_then_a_pause_then_whole_ones(site, serial):
    p = site.pile(serial)
    p.raw(p.make(0x13, bytes(60))[:20])                       # its rest never comes
    time.sleep(2.5)
    p.heartbeat()
    p.expect(0x04, 2)


@pytest.mark.feature("N1")
def test_unknown_type_short_body_encrypted(site, serial):
    p = site.pile(serial)
    names = ("unknown_type_total", "short_total", "encrypted_total")
    before = [counter(site, n) for n in names]
    p.send(0x3D, p.pile + bytes(50))
    p.send(0x34, p.pile + bytes(60))                          # ours, not a pile's
    p.send(0x13, p.pile)
    p.raw(b"\x68\x0d\x01\x00\x01\x03" + p.pile + b"\x01\x00" + frame(0x03, b"")[-2:])
    inner = b"\x01\x00\x01\x03" + p.pile + b"\x01\x00"
    from peer import crc16
    p.raw(b"\x68" + bytes([len(inner)]) + inner + crc16(inner).to_bytes(2, "little"))
    p.heartbeat()
    p.expect(0x04)
    after = [counter(site, n) for n in names]
    assert [a - b for a, b in zip(after, before)] == [2, 1, 1]


def test_longer_bodies_are_taken(site, serial):
    p = site.pile(serial)
    p.send(0x03, p.pile + bytes([1, 0, 55, 0, 0]))
    p.expect(0x04)


def test_a_peer_that_does_not_read_is_given_up(site, serial):
    p = site.pile(serial)
    before = counter(site, "slow_total")
    beats = b"".join(p.make(0x03, p.pile + bytes([1, 0])) for _ in range(1000))
    p.socket.settimeout(0.2)

    def flood():
        try:
            p.raw(beats)
        except (BlockingIOError, TimeoutError):
            pass
        except (BrokenPipeError, ConnectionResetError):
            return True
        return counter(site, "slow_total") > before
    wait_for(flood, 30, "the gateway hangs up")


def test_table_is_full_politely(site, unused):
    """A gateway of its own with room for three."""
    import os
    folder = site.i.var / "small"
    folder.mkdir(exist_ok=True)
    port = site.i.pile + 2000
    g = site.i.popen("gateway", f"--run-dir={folder}", f"--pile-port={port}", "--gateway-id=small", "--gateway-max-piles=3",
                     f"--db-socket={site.i.var}/run/mysql.sock", stderr=open(os.devnull, "w"))
    try:
        wait_for(lambda: (folder / "gateway.ready").exists(), 10, "ready")
        from peer import Gone, Peer
        peers = [Peer(port, next(unused)) for _ in range(3)]
        assert all(p.login() for p in peers)
        extra = Peer(port, next(unused))
        with pytest.raises((Gone, BrokenPipeError, ConnectionResetError)):
            extra.login()
        peers[0].close()
        time.sleep(0.2)
        assert Peer(port, next(unused)).login()
    finally:
        g.terminate()
        assert g.wait(10) == 0


@pytest.mark.feature("N1")
def test_loops_share_the_port_and_all_get_commands(site, unused):
    """Four loops: piles are spread by the kernel, and a command reaches its pile whichever loop has it."""
    import os
    folder = site.i.var / "loops"
    folder.mkdir(exist_ok=True)
    port = site.i.pile + 2003
    g = site.i.popen("gateway", f"--run-dir={folder}", f"--pile-port={port}", "--gateway-id=many", "--gateway-loops=4",
                     "--gateway-writers=1", f"--db-socket={site.i.var}/run/mysql.sock", stderr=open(os.devnull, "w"))
    try:
        wait_for(lambda: (folder / "gateway.ready").exists(), 10, "ready")
        from peer import Peer
        peers = [Peer(port, next(unused)) for _ in range(16)]
        assert all(p.login() for p in peers)
        names = {site.i.value("select gateway_id from pile_live where pile_id = %s", site.pile_id(p.serial)) for p in peers}
        assert len(names) > 1 and names <= {"many", "many-2", "many-3", "many-4"}
        for p in peers:
            p.expect(0x56)
            site.probe("command", "sync_time", site.pile_id(p.serial), 0)
        for p in peers:
            p.expect(0x56, 3)
        again = Peer(port, peers[0].serial)                   # comes back, perhaps through another loop
        assert again.login()
        peers[0].close()
        time.sleep(0.5)
        again.heartbeat()
        again.expect(0x04)
        assert site.online(again.serial) == 1
    finally:
        g.terminate()
        assert g.wait(10) == 0
    assert site.i.value("select count(*) from pile_live where gateway_id like 'many%%' and online = 1") == 0
