"""A charge over the wire: start, report, stop, settle; what comes twice counts once."""
import struct
import time

import pytest

from instance import wait_for


def start_by_app(site, p, yuan=100):
    """(session number, card id): the pile has accepted."""
    card, _ = site.card(yuan)
    p.live(gun=1, state=2, plugged=1)
    wait_for(lambda: site.i.value("select plugged from connector_live where connector_id = %s", site.connector(p.serial)) == 1, 3, "plugged")
    answer = site.probe("start", site.connector(p.serial), card)
    assert answer["refusal"] == "accepted", answer
    body = p.expect(0x34)
    assert body[:16].hex().upper() == answer["no"]
    p.start_answer(answer["no"])
    return answer["no"], card


def charge(site, p, no, energy=10000):
    p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=energy, amount=energy, soc=50)
    wait_for(lambda: site.session(no) == "charging", 3, "charging")


@pytest.mark.feature("N1", "O2")
def test_start_by_app_report_stop_and_bill(site, serial):
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    start = p.kept  # nothing else is waiting for an answer
    assert not [k for k, _ in start if k == 0x34]
    charge(site, p, no, 12345)
    assert [str(v) for v in site.i.rows("select energy, power, soc from session where no = %s", no)[0]] == ["1.2345", "40.000", "50"]
    assert site.probe("stop", site.session(no, "id"))["asked"] == "1"
    assert p.expect(0x36) == p.pile + b"\x01"
    p.stop_answer()
    now = int(time.time())
    p.record(no, now - 600, now, 20000, amount=34000)
    assert p.acknowledged(no)
    assert site.session(no) == "finished"
    assert [str(v) for v in site.i.rows("select energy, stop_reason, device_reason from session where no = %s", no)[0]] == ["2.0000", "driver", "64"]
    assert site.i.value("select count(*) from cdr where session_id = %s", site.session(no, "id")) == 1
    rows = site.i.rows("select kind, status from command where session_id = %s order by id", site.session(no, "id"))
    assert rows == [("start", "done"), ("stop", "done")]


@pytest.mark.feature("N1")
def test_start_carries_card_and_balance(site, serial):
    p = site.pile(serial)
    card, physical = site.card(50)
    p.live(gun=1, state=2, plugged=1)
    time.sleep(0.4)
    answer = site.probe("start", site.connector(serial), card)
    body = p.expect(0x34)
    assert body[16:23] == p.pile and body[23] == 1
    assert body[24:32].hex().endswith(site.i.value("select logical_no from card where id = %s", card))
    assert body[32:40].hex().upper().endswith(physical)
    assert struct.unpack("<I", body[40:44])[0] == 5000
    p.start_answer(answer["no"], ok=0, reason=3)
    wait_for(lambda: site.session(answer["no"]) == "failed", 3, "failed")
    assert site.i.rows("select status, result from command where session_id = %s", site.session(answer["no"], "id")) == [("failed", "fault")]


@pytest.mark.feature("N1")
def test_not_plugged_waits_for_the_plug(site, serial):
    p = site.pile(serial)
    card, _ = site.card()
    answer = site.probe("start", site.connector(serial), card)
    assert answer["refusal"] == "accepted"                        # nothing is known of the gun yet: the pile decides
    p.expect(0x34)
    p.start_answer(answer["no"], ok=0, reason=5)
    time.sleep(0.5)
    assert site.session(answer["no"]) == "starting"
    p.start_answer(answer["no"])
    charge(site, p, answer["no"])


@pytest.mark.feature("N1")
def test_record_sent_again_and_again_is_billed_once(site, serial):
    p = site.pile(serial)
    no, card = start_by_app(site, p)
    charge(site, p, no)
    now = int(time.time())
    for _ in range(3):
        p.record(no, now - 600, now, 20000)
    for _ in range(3):
        assert p.acknowledged(no)
    p.close()
    p = site.pile(serial)                                 # and once more after a reconnect
    p.record(no, now - 600, now, 20000)
    assert p.acknowledged(no)
    assert site.i.value("select times from device_record where session_no = %s", no) == 4
    assert site.i.value("select count(*) from cdr where session_id = %s", site.session(no, "id")) == 1
    assert site.i.value("select count(*) from statement where card_id = %s and session_id = %s", card, site.session(no, "id")) == 1


@pytest.mark.feature("N1", "M24")
def test_a_charge_card_with_a_password_starts_by_it_alone(site, serial):
    p = site.pile(serial)
    member = site.insert("member", no="500000001", provider_id=site.provider, phone="13900770001")
    site.probe("fill", member, 100 * 100000)
    token = site.insert("token", no="EE000001", kind="verify", provider_id=site.provider, member_id=member)
    site.probe("password", token, "4711")
    for typed in (None, "4712"):
        told = p.card_start("EE000001", password=typed)
        assert (told["ok"], told["reason"]) == (0, 7), told
    assert p.card_start("EE000001", password="4711")["ok"] == 1


@pytest.mark.feature("N1", "M2")
def test_card_start_at_the_pile(site, serial):
    p = site.pile(serial)
    card, physical = site.card(30)
    a = p.card_start(physical)
    assert (a["ok"], a["reason"], a["balance"], a["gun"]) == (1, 0, 3000, 1)
    assert a["no"].startswith(serial + "01")
    charge(site, p, a["no"])
    now = int(time.time())
    p.record(a["no"], now - 60, now, 10000, trade=2, card=physical)
    assert p.acknowledged(a["no"])
    assert site.session(a["no"], "start_mode") == "card" and site.session(a["no"]) == "finished"


@pytest.mark.feature("N1", "M2")
@pytest.mark.parametrize("spoil, reason", [
    ("update card set status = 'disabled' where id = %s", 2),
    ("update member m join card c on c.member_id = m.id set m.status = 'frozen' where c.id = %s", 2),
    ("update account set balance = 0 where owner_kind = 'card' and owner_id = %s", 3),
    ("update card set physical_no = 'BEEF' where id = %s", 1),
])
def test_card_start_is_refused_with_the_wires_reason(site, serial, spoil, reason):
    p = site.pile(serial)
    card, physical = site.card(30)
    site.i.sql(spoil, card)
    a = p.card_start(physical)
    assert (a["ok"], a["reason"], a["no"]) == (0, reason, "0" * 32)


def test_vin_start_is_unknown(site, serial):
    p = site.pile(serial)
    a = p.card_start("", mode=3, vin=b"LSVAA49J132047371")
    assert (a["ok"], a["reason"]) == (0, 9)


@pytest.mark.feature("N1")
def test_record_of_an_unknown_charge_is_kept_and_acknowledged(site, serial):
    p = site.pile(serial)
    now = int(time.time())
    no = serial + "01" + "261120101010" + "0001"
    p.record(no, now - 60, now, 10000)
    assert p.acknowledged(no)
    assert site.i.value("select outcome from device_record where session_no = %s", no) == "unknown"


@pytest.mark.feature("N1")
def test_record_body_is_kept_byte_for_byte(site, serial):
    p = site.pile(serial)
    now = int(time.time())
    no = serial + "01" + "261120101010" + "0002"
    frame = p.record_frame(no, now - 60, now, 10000)
    p.raw(frame)
    assert p.acknowledged(no)
    assert site.i.value("select body from device_record where session_no = %s", no) == frame[6:-2]


@pytest.mark.feature("N1")
@pytest.mark.parametrize("kind, value, down, answer, status", [
    ("reboot", 1, (0x92, b"\x01"), (0x91, b"\x01"), "done"),
    ("reboot", 2, (0x92, b"\x02"), (0x91, b"\x00"), "failed"),
    ("set_work", 50, (0x52, b"\x00\x32"), (0x51, b"\x01"), "done"),
])
def test_commands_and_their_answers(site, serial, kind, value, down, answer, status):
    p = site.pile(serial)
    command = site.probe("command", kind, site.pile_id(serial), value)["command"]
    assert p.expect(down[0]) == p.pile + down[1]
    p.send(answer[0], p.pile + answer[1])
    wait_for(lambda: site.i.value("select status from command where id = %s", command) == status, 3, status)


@pytest.mark.feature("P4", "P11")
def test_new_prices_are_pushed_when_idle_only(site, serial):
    p = site.pile(serial)
    no, _ = start_by_app(site, p)
    charge(site, p, no)
    busy = site.probe("command", "set_tariff", site.pile_id(serial), site.version)["command"]
    wait_for(lambda: site.i.value("select status from command where id = %s", busy) == "failed", 3, "refused while charging")
    assert "charging" in site.i.value("select result from command where id = %s", busy)
    p.live(gun=1, state=2, plugged=0)
    time.sleep(0.3)
    idle = site.probe("command", "set_tariff", site.pile_id(serial), site.version)["command"]
    body = p.expect(0x58)
    assert body[7:9].hex() == f"{site.version % 9999 + 1:04d}"
    p.send(0x57, p.pile + b"\x01")
    wait_for(lambda: site.i.value("select status from command where id = %s", idle) == "done", 3, "done")
    wait_for(lambda: site.i.value("select tariff_version_id from pile_live where pile_id = %s", site.pile_id(serial)) == site.version)


def test_command_for_a_pile_that_is_away_stays_until_it_comes(site, serial):
    command = site.probe("command", "sync_time", site.pile_id(serial), 0)["command"]
    time.sleep(0.5)
    assert site.i.value("select status from command where id = %s", command) == "pending"
    p = site.pile(serial)
    p.expect(0x56)
    wait_for(lambda: site.i.value("select status from command where id = %s", command) == "sent", 3, "sent")


def test_commands_reach_the_wire_at_once(site, serial):
    p = site.pile(serial)
    for _ in range(20):
        began = time.monotonic()
        site.probe("command", "read_live", site.pile_id(serial), 0)
        p.expect(0x12)
        p.expect(0x12)
        assert time.monotonic() - began < 0.5
    time.sleep(1.1)
    assert site.i.metrics("gateway")["chargeops_gateway_command_wire_p50_ms"] <= 50
