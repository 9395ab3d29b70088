"""Log-in, strangers, heartbeats, prices, clock."""
import socket
import struct
import time

import pytest

from instance import wait_for
from peer import from_cp56


@pytest.mark.feature("N1")
def test_login_is_answered_and_the_clock_set(site, serial):
    p = site.peer(serial, guns=2)
    assert p.login()
    assert abs(from_cp56(p.expect(0x56)[7:14]) - time.time()) < 3
    assert sorted(p.expect(0x12)[7] for _ in range(2)) == [1, 2]        # every gun is asked for its state
    row = site.i.rows("select online, protocol_version, firmware, iccid, gateway_id, address from pile_live where pile_id = %s",
                      site.pile_id(serial))[0]
    assert row[:5] == (1, "1.6", "V1.2.3", "898604861024C0006426", "g1") and row[5].startswith("127.0.0.1:")
    assert site.i.value("select event from connectivity where pile_id = %s order by id desc limit 1", site.pile_id(serial)) == "online"
    p.close()
    wait_for(lambda: site.online(serial) == 0, 5, "offline after the link is gone")


@pytest.mark.feature("N1")
def test_stranger_is_refused_shown_and_hung_up(site):
    for _ in range(2):
        p = site.peer("99990000000001")
        assert not p.login()
        p.wait_gone()
    assert site.i.rows("select count, protocol from stranger where serial = '99990000000001'") == [(2, "ykc")]


def test_frames_before_the_login_are_ignored(site, serial):
    p = site.peer(serial)
    p.heartbeat()
    assert p.silence(0x04, 0.3)
    assert p.login()


@pytest.mark.feature("N1")
def test_heartbeat_is_echoed_with_its_gun(site, serial):
    p = site.pile(serial)
    for gun in (1, 2):
        p.heartbeat(gun)
        assert p.expect(0x04) == p.pile + bytes([gun, 0])


@pytest.mark.feature("N1", "P1", "P3")
def test_prices_are_asked_given_and_known_as_held(site, serial):
    p = site.pile(serial)
    number = f"{site.version % 9999 + 1:04d}"
    p.send(0x05, p.pile + bytes(2))
    assert p.expect(0x06) == p.pile + b"\0\0" + b"\x01"
    p.send(0x09, p.pile)
    body = p.expect(0x0A)
    assert body[7:9].hex() == number
    assert struct.unpack("<8I", body[9:41]) == (0, 0, 110000, 60000, 70000, 40000, 30000, 20000)
    assert list(body[42:]) == [3] * 16 + [1] * 20 + [2] * 12
    p.send(0x05, p.pile + bytes.fromhex(number))
    assert p.expect(0x06)[9] == 0
    wait_for(lambda: site.i.value("select tariff_version_id from pile_live where pile_id = %s", site.pile_id(serial)) == site.version)


def test_clock_skew_is_kept(site, serial):
    p = site.pile(serial)
    from peer import cp56
    p.send(0x55, p.pile + cp56(time.time() - 3600))
    wait_for(lambda: abs((site.i.value("select clock_skew from pile_live where pile_id = %s", site.pile_id(serial)) or 0) + 3600) < 5)


@pytest.mark.feature("N1")
def test_second_connection_takes_over(site, serial):
    first = site.pile(serial)
    second = site.pile(serial)
    first.wait_gone()
    second.heartbeat()
    second.expect(0x04)
    time.sleep(0.5)
    assert site.online(serial) == 1


def test_another_piles_name_on_this_link_is_not_believed(site, serial):
    p = site.pile(serial)
    p.send(0x03, bytes.fromhex("32010600000099") + b"\x01\x00")
    assert p.silence(0x04, 0.3)
    p.heartbeat()
    p.expect(0x04)


@pytest.mark.feature("N1")
def test_guns_are_shown_as_they_say(site, serial):
    p = site.pile(serial)
    p.live(gun=1, state=2, plugged=0)
    p.live(gun=2, state=2, plugged=1, cable=75, fault=3)

    def states():
        return site.i.rows("select v.state, v.plugged, v.temperature, v.fault from connector_live v join connector c on c.id = v.connector_id"
                           " where c.pile_id = %s order by c.number", site.pile_id(serial))
    wait_for(lambda: states() == [("idle", 0, None, 0), ("plugged", 1, 25, 3)], 3, "states")
    p.live(gun=1, state=1)
    wait_for(lambda: states()[0][0] == "fault", 3, "fault")
    p.close()
    wait_for(lambda: [s[0] for s in states()] == ["offline", "offline"], 3, "offline")


@pytest.mark.feature("N1")
def test_a_crowd_logs_in_at_once(site, unused):
    """Registered ones, strangers and one pile twice in the same moment: each gets its own answer."""
    serials = [next(unused) for _ in range(60)]
    peers = [site.peer(s) for s in serials + ["99990000000777", serials[0]]]
    for p in peers:
        p.raw(p.login_frame())
    answers = [p.expect(0x02, 10)[7] for p in peers[1:60]]
    assert answers == [0] * 59
    assert peers[60].expect(0x02, 10)[7] == 1
    assert peers[61].expect(0x02, 10)[7] == 0                  # the later one of the two stays
    peers[61].heartbeat()
    peers[61].expect(0x04)
    assert all(site.online(s) == 1 for s in serials)
    logins = site.i.value("select count(*) from connectivity where pile_id = %s", site.pile_id(serials[1]))
    for p in peers:
        p.close()
    wait_for(lambda: not any(site.online(s) for s in serials), 10, "all offline")
    assert site.i.value("select count(*) from connectivity where pile_id = %s", site.pile_id(serials[1])) == logins + 1
