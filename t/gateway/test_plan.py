"""A fleet's plan of sixty connectors, five seconds apart on the wire: a stranger is stopped, a connector that fails has the rest planned anew."""
import datetime
import select
import struct
import time

import pytest

from instance import wait_for

GAP, PILES = 5, 30
OURS, THEIRS = b"LGXCE6CB1N7000001", b"LGXCE6CB1N7999999"
HANDSHAKE = bytes.fromhex("00010103") + struct.pack("<HH", 2000, 3700) + b"CATL" + bytes(4) + bytes([35, 6, 1]) + bytes(3) + bytes([1, 0])


def starts(peers, seconds, n):
    """[(second on the wire, peer, gun, session no)] of the next n starts."""
    end, got = time.monotonic() + seconds, []
    by_socket = {p.socket: p for p in peers}
    while len(got) < n:
        assert time.monotonic() < end, f"{len(got)} of {n} starts"
        for s in select.select(list(by_socket), [], [], 0.2)[0]:
            kind, _, body = by_socket[s].next()
            if kind == 0x34:
                got.append((time.monotonic(), by_socket[s], body[23], body[:16].hex().upper()))
    return got


def depot(site, serials):
    """A fleet with an administrator, money and a vehicle, and its plan of all guns, each for 10 kWh at 60 kW."""
    begin = site.i.value("select now()").replace(second=0, microsecond=0) + datetime.timedelta(hours=1)
    begin -= datetime.timedelta(minutes=begin.minute % 30)
    fleet = site.insert("fleet", name="六十枪车队", provider_id=site.provider, phone="13710000700")
    admin = site.insert("member", no="700000001", provider_id=site.provider, phone="13710000701")
    site.insert("fleet_member", fleet_id=fleet, member_id=admin)
    site.i.sql("update fleet set admin_id = %s, credit = 100000 where id = %s", admin, fleet)
    site.insert("vehicle", provider_id=site.provider, fleet_id=fleet, plate="粤B70001D", vin=OURS.decode())
    site.i.sql("update pile set rated_power = 60, current_type = 'dc' where serial in %s", serials)
    plan = site.insert("plan", provider_id=site.provider, fleet_id=fleet, station_id=site.station, name="六十枪", start_time=f"{begin:%H:%M}",
                       gap_seconds=GAP, limit_watt=60000 * 2 * PILES, until_time=f"{begin + datetime.timedelta(hours=9):%H:%M}", state="running")
    rank = 0
    for serial in serials:
        for gun in (1, 2):
            site.insert("plan_connector", plan_id=plan, connector_id=site.connector(serial, gun), energy=10, start_after=rank * GAP)
            rank += 1
    return plan


@pytest.mark.feature("Z1", "Z2", "Z3")
def test_sixty_connectors_five_seconds_apart(site):
    i, serials = site.i, site.serials[-PILES:]
    plan = depot(site, serials)
    peers = [site.pile(serial, guns=2) for serial in serials]
    for p in peers:
        p.live(gun=1)
        p.live(gun=2)
    wait_for(lambda: i.value("select count(*) from connector_live v join connector c on c.id = v.connector_id join pile p on p.id = c.pile_id"
                             " where v.plugged and p.serial in %s", serials) == 2 * PILES, 15, "plugged")
    i.sql("update plan set next_at = now() where id = %s", plan)
    out = i.job("start_plans")
    assert "runs=1" in out and "refused=0" in out, out
    for what, where, n in (("planned_at", "1 = 1", 2 * PILES), ("start_at", "state = 'started'", 11)):
        rows = i.rows(f"select {what} from plan_start where plan_id = %s and {where} order by id", plan)
        assert len(rows) >= n and {(b[0] - a[0]).seconds for a, b in zip(rows, rows[1:])} == {GAP}, "each at its own second"
    assert "runs=0" in i.job("start_plans"), "once"
    once = "select count(*), count(distinct connector_id), count(session_id), count(distinct session_id), sum(state = 'started') from plan_start where plan_id = %s"
    rows, connectors, sessions, distinct, started = i.rows(once, plan)[0]
    assert (rows, connectors) == (2 * PILES, 2 * PILES) and sessions == distinct == started and 11 <= started <= 15, "those of the minute, each once"
    # On the wire: one after the other. The second one's car is a stranger, the third one's pile cannot.
    wire = starts(peers, 40, 5)
    assert [(w[1].serial, w[2]) for w in wire] == [(s, g) for s in serials[:3] for g in (1, 2)][:5]
    gaps = [b[0] - a[0] for a, b in zip(wire[1:], wire[2:])]       # the first one waited for this reader
    assert all(gap == pytest.approx(GAP, abs=2) for gap in gaps) and sum(gaps) == pytest.approx(3 * GAP, abs=2.2), gaps
    for k, (_, p, gun, no) in enumerate(wire[:3]):
        p.start_answer(no, ok=k != 2, reason=3 if k == 2 else 0, gun=gun)
    for k, (_, p, gun, no) in enumerate(wire[:2]):
        p.live(gun=gun, state=3, no=no, volts=400, amps=100, energy=1000)
        wait_for(lambda: site.session(no) == "charging", 10, "charging")
        p.send(0x15, bytes.fromhex(no) + p.pile + bytes([gun]) + HANDSHAKE + (OURS, THEIRS)[k] + bytes(8))
    stopped = peers[0].expect(0x36, 15)
    assert stopped == peers[0].pile + b"\x02", "the stranger's gun"
    assert site.session(wire[0][3]) == "charging" and site.session(wire[1][3], "stop_reason") == "stranger"
    now = int(time.time())
    peers[0].stop_answer(gun=2)
    peers[0].record(wire[1][3], now - 20, now, 2000, gun=2, amount=2000)
    assert peers[0].acknowledged(wire[1][3])
    wait_for(lambda: site.session(wire[2][3]) == "failed", 10, "the third failed")
    i.job("start_plans")
    assert i.rows("select state, count(*) from plan_start where plan_id = %s and state in ('failed', 'broken') group by state order by state", plan) \
        == [("broken", 1), ("failed", 1)]
    assert sorted(r[0] for r in i.rows("select reason from plan_change where plan_id = %s and reason in ('failed', 'broken')", plan)) == ["broken", "failed"]
    assert i.value("select count(*) from plan_start where plan_id = %s and state in ('failed', 'broken') and session_id is null", plan) == 0
    # paused, what waits stays where it is
    i.sql("update plan set state = 'paused' where id = %s", plan)
    before = i.value("select count(*) from plan_start where plan_id = %s and state = 'started'", plan)
    i.job("start_plans")
    assert i.value("select count(*) from plan_start where plan_id = %s and state = 'started'", plan) == before
    for p in peers:
        p.close()
