"""OCPP 1.6J over the wire (N4): handshakes, frames, the right errors, charges that are billed once."""
import hashlib
import json
import time

import pytest

from fleet import Fleet
from instance import wait_for
from station import BINARY, CLOSE, PING, TEXT, Fault, Gone, Refused, Station, stamp


@pytest.fixture
def ocpp(site, serial):
    """Makes a station of the test's pile: ocpp(), or ocpp(password=...)."""
    site.i.sql("update pile set protocol = 'ocpp16' where serial = %s", serial)
    made = []

    def connect(boot=True, **how):
        s = Station(site.i.ocpp, serial, **how)
        made.append(s)
        if boot:
            s.boot()
        return s

    connect.serial = serial
    yield connect
    for s in made:
        s.close()


def live(site, serial, what="state", number=1):
    return site.i.value(f"select {what} from connector_live where connector_id = %s", site.connector(serial, number))


def start_by_app(site, s, yuan=100, meter=1000):
    """(session number, transaction, card): driver's tap, RemoteStart, StartTransaction."""
    card, _ = site.card(yuan)
    s.status("Preparing")
    wait_for(lambda: live(site, s.identity) == "plugged", 5, "plugged")
    answer = site.probe("start", site.connector(s.identity), card)
    assert answer["refusal"] == "accepted", answer
    wish = s.expect("RemoteStartTransaction", status="Accepted")
    assert wish["connectorId"] == 1 and wish["idTag"] == f"S{answer['session']}"
    started = s.start(wish["idTag"], meter, at=time.time() - 500)
    assert started["idTagInfo"]["status"] == "Accepted" and started["transactionId"] > 0
    return answer["no"], started["transactionId"], card


# --- handshake

@pytest.mark.feature("N4")
def test_boot_is_accepted_and_kept(site, ocpp):
    s = ocpp(boot=False)
    answer = s.boot()
    assert answer["currentTime"].endswith("Z") and answer["interval"] == 300
    wait_for(lambda: site.i.rows("select online, firmware, iccid, protocol_version from pile_live where pile_id = %s",
                                 site.pile_id(ocpp.serial)) == [(1, "1.2.3", "898600", "1.6")], 5, "the boot's facts")
    assert s.call("Heartbeat")["currentTime"].endswith("Z")
    s.close()
    wait_for(lambda: site.online(ocpp.serial) == 0, 5, "offline")


@pytest.mark.feature("N4")
def test_unknown_identity_is_404_and_a_stranger(site, instance):
    with pytest.raises(Refused) as refused:
        Station(instance.ocpp, "NOBODY-7")
    assert refused.value.status == 404
    wait_for(lambda: site.i.value("select count(*) from stranger where serial = 'NOBODY-7' and protocol = 'ocpp16'") == 1, 5, "stranger")


@pytest.mark.feature("N4")
def test_a_pile_of_another_protocol_is_none(site, serial, instance):
    with pytest.raises(Refused) as refused:
        Station(instance.ocpp, serial)
    assert refused.value.status == 404


@pytest.mark.feature("N4")
@pytest.mark.parametrize("request_, status", [
    (b"GET /ocpp/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    (b"GET /ocpp/x HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 426),
    (b"POST / HTTP/1.1\r\nHost: h\r\n\r\n", 405),
    (b"\x68\x0c\x00\x00\x00\x01" + b"\0" * 9000, 431),
])
def test_what_is_no_handshake_is_told_so(instance, request_, status):
    import socket
    with socket.create_connection(("127.0.0.1", instance.ocpp), timeout=5) as s:
        s.sendall(request_)
        assert s.recv(4096).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.feature("N4")
def test_no_common_subprotocol_is_closed_after_the_handshake(ocpp):
    for offered in ("ocpp2.0.1", None):
        s = ocpp(boot=False, protocols=offered)
        assert "sec-websocket-protocol" not in s.headers
        assert s.wait_gone() == 1002
    assert ocpp(boot=False, protocols="ocpp2.0.1, ocpp1.6").headers["sec-websocket-protocol"] == "ocpp1.6"


@pytest.mark.feature("N4")
def test_password_of_a_station(site, ocpp):
    secret = bytes(range(1, 17))
    digest = hashlib.sha256(ocpp.serial.encode() + b":" + secret).hexdigest()
    site.i.sql("update pile set access_key = %s where serial = %s", digest, ocpp.serial)
    for wrong in (None, b"", b"wrong", secret[:-1], secret + b"\0"):
        with pytest.raises(Refused) as refused:
            ocpp(password=wrong)
        assert refused.value.status == 401 and "basic" in refused.value.headers["www-authenticate"].lower()
    assert site.online(ocpp.serial) in (None, 0)
    assert site.i.value("select count(*) from stranger where serial = %s", ocpp.serial) == 0
    ocpp(password=secret).close()
    ocpp(password=secret.hex())                          # some send the key's digits


# --- frames

@pytest.mark.feature("N4")
def test_torn_glued_and_fragmented_frames(ocpp):
    s = ocpp()
    one = s.frame(json.dumps([2, "a", "Heartbeat", {}]))
    for byte in one:
        s.raw(bytes([byte]))
    s.answer_of("a", "Heartbeat")
    text = json.dumps([2, "b", "Heartbeat", {}]).encode()
    s.raw(s.frame(text[:3], TEXT, fin=False) + s.frame(b"hi", PING) + s.frame(text[3:9], 0, fin=False) + s.frame(text[9:], 0)
          + s.frame(json.dumps([2, "c", "Heartbeat", {}])))
    s.answer_of("b", "Heartbeat")
    s.answer_of("c", "Heartbeat")
    assert s.pongs == [b"hi"]


@pytest.mark.feature("N4")
def test_a_long_message_is_taken(ocpp):
    s = ocpp()
    values = [{"timestamp": stamp(), "sampledValue": [{"value": str(i)}]} for i in range(2000)]
    s.call("MeterValues", connectorId=1, meterValue=values)      # more than 100 kB


@pytest.mark.feature("N4")
@pytest.mark.parametrize("bytes_, code", [
    (Station.frame("[]", masked=False), 1002),
    (Station.frame("[]", rsv=0x40), 1002),
    (Station.frame("[]", op=3), 1002),
    (Station.frame("x", op=0), 1002),
    (Station.frame("a", fin=False) + Station.frame("b"), 1002),
    (Station.frame(b"x", op=PING, fin=False), 1002),
    (Station.frame(b"\xff\xfe"), 1007),
    (Station.frame(b"\0", op=BINARY), 1003),
    (b"\x81\xff" + (1 << 40).to_bytes(8, "big"), 1009),
    (Station.frame(b"\x03\xe8", op=CLOSE), 1000),
    (Station.frame(b"\x03\xed", op=CLOSE), 1002),
])
def test_unlawful_frames_close_with_their_code(ocpp, bytes_, code):
    s = ocpp()
    s.raw(bytes_)
    assert s.wait_gone() == code


# --- messages

@pytest.mark.feature("N4")
@pytest.mark.parametrize("action, payload, code", [
    ("Nonsense", {}, "NotImplemented"),
    ("heartbeat", {}, "NotImplemented"),
    ("RemoteStartTransaction", {"idTag": "A"}, "NotSupported"),
    ("Reset", {"type": "Soft"}, "NotSupported"),
    ("Heartbeat", [], "FormationViolation"),
    ("Authorize", {}, "OccurenceConstraintViolation"),
    ("Authorize", {"idTag": 7}, "TypeConstraintViolation"),
    ("Authorize", {"idTag": "x" * 21}, "PropertyConstraintViolation"),
    ("BootNotification", {"chargePointVendor": "v"}, "OccurenceConstraintViolation"),
    ("StartTransaction", {"connectorId": "1", "idTag": "A", "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"}, "TypeConstraintViolation"),
    ("StartTransaction", {"connectorId": 0, "idTag": "A", "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"}, "PropertyConstraintViolation"),
    ("FirmwareStatusNotification", {"status": "Baked"}, "PropertyConstraintViolation"),
])
def test_the_right_error_for_what_is_wrong(ocpp, action, payload, code):
    s = ocpp()
    s.send([2, "x-1", action, payload])
    with pytest.raises(Fault) as fault:
        s.answer_of("x-1", action)
    assert fault.value.code == code
    s.call("Heartbeat")                                  # the link lives on


@pytest.mark.feature("N4")
def test_malformed_texts_are_answered_where_an_id_is_and_do_no_harm(ocpp):
    s = ocpp()
    for text in ("", "nonsense", "{}", "[]", "[2]", "[2,7,\"Heartbeat\",{}]", "[" * 5000, "[7,\"a\",{}]", "[3,\"none\",{}]", "[4,\"none\",\"x\",\"\",{}]"):
        s.raw(s.frame(text))
    s.raw(s.frame('[2,"torn","Heartbeat",{'))
    with pytest.raises(Fault) as fault:
        s.answer_of("torn", "Heartbeat")
    assert fault.value.code == "FormationViolation"
    s.send([2, "null", "Heartbeat", None])
    s.answer_of("null", "Heartbeat")


@pytest.mark.feature("N4")
def test_telemetry_is_taken_as_it_comes(site, ocpp):
    s = ocpp()
    s.call("StatusNotification", connectorId=1, errorCode="Error", status="Available")
    s.call("StatusNotification", connectorId=0, errorCode="NoError", status="Available")
    s.call("StatusNotification", connectorId=77, errorCode="NoError", status="Charging", timestamp="1970-01-01T00:00:00Z", vendor=1)
    s.call("MeterValues", connectorId=1, meterValue={"timestamp": "1970-01-01T00:00:00Z", "sampledValue": [{"value": 5, "unit": "Celcius"}]})
    s.call("MeterValues", connectorId=1, meterValue=[{"timestamp": stamp(), "sampledValue": []}])
    s.call("DiagnosticsStatusNotification", status="Uploading")
    s.call("FirmwareStatusNotification", status="Installed")
    assert s.call("DataTransfer", vendorId="x", data="y")["status"] == "UnknownVendorId"
    s.call("SecurityEventNotification", type="StartupOfTheDevice", timestamp=stamp())
    wait_for(lambda: site.i.value("select count(*) from pile_notice where pile_id = %s", site.pile_id(ocpp.serial)) == 3, 5, "notices")


@pytest.mark.feature("N4", "D6")
def test_states_and_faults_of_connectors(site, ocpp):
    s = ocpp()
    for status, state in (("Available", "idle"), ("Preparing", "plugged"), ("Charging", "charging"), ("Finishing", "plugged"),
                          ("Unavailable", "offline"), ("Reserved", "idle")):
        s.status(status)
        wait_for(lambda: live(site, ocpp.serial) == state, 5, state)
    s.status("Faulted", error="GroundFailure")
    wait_for(lambda: live(site, ocpp.serial) == "fault", 5, "fault")
    opened = "select count(*) from alarm where pile_id = %s and code = 'ground_fault' and closed = 0"
    wait_for(lambda: site.i.value(opened, site.pile_id(ocpp.serial)) == 1, 5, "alarm")
    s.status("Available")
    wait_for(lambda: site.i.value(opened, site.pile_id(ocpp.serial)) == 0, 5, "alarm closed")


# --- tags

@pytest.mark.feature("N4", "W15")
def test_authorize_by_card(site, ocpp):
    s = ocpp()
    card, tag = site.card(30)
    info = s.call("Authorize", idTag=tag.lower())["idTagInfo"]
    assert info["status"] == "Accepted" and info["parentIdTag"].startswith("M1000000")
    assert s.call("Authorize", idTag="NOBODY")["idTagInfo"] == {"status": "Invalid"}
    site.i.sql("update card set expires_at = '2099-01-01' where id = %s", card)
    assert s.call("Authorize", idTag=tag)["idTagInfo"]["expiryDate"] == "2098-12-31T16:00:00Z"
    for change, status in (("expires_at = '2020-01-01'", "Expired"), ("expires_at = null, status = 'disabled'", "Blocked"),
                           ("status = 'enabled', physical_no = 'GONE'", "Invalid")):
        site.i.sql(f"update card set {change} where id = %s", card)
        assert s.call("Authorize", idTag=tag)["idTagInfo"]["status"] == status


# --- charges

@pytest.mark.feature("N4", "O2")
def test_a_whole_charge_by_app_is_billed_once_as_rated(site, ocpp):
    s = ocpp()
    no, tx, card = start_by_app(site, s, meter=1000)
    s.status("Charging")
    wait_for(lambda: site.session(no) == "charging", 5, "charging")
    s.meter(tx, 2500, Power_Active_Import=7200, SoC=40)
    wait_for(lambda: [str(v) for v in site.i.rows("select energy, power, soc from session where no = %s", no)[0]]
             == ["1.5000", "7.200", "40"], 5, "the reading")
    assert site.probe("stop", site.session(no, "id"))["asked"] == "1"
    assert s.expect("RemoteStopTransaction", status="Accepted") == {"transactionId": tx}
    now = int(time.time())
    for ident in ("stop-1", "stop-1", "stop-2"):
        s.stop(tx, 3000, now, ident, reason="Remote")
    s.status("Finishing")
    s.status("Available")
    assert site.session(no) == "finished"
    bill = site.i.rows("select energy, amount from cdr where session_id = %s", site.session(no, "id"))
    assert len(bill) == 1 and str(bill[0][0]) == "2.0000"
    assert site.i.value("select count(*) from statement where card_id = %s and session_id = %s", card, site.session(no, "id")) == 1
    assert site.i.value("select sum(amount) from cdr_line where cdr_id = (select id from cdr where session_id = %s)",
                        site.session(no, "id")) == bill[0][1]
    assert site.i.rows("select status from command where session_id = %s order by id", site.session(no, "id")) == [("done",), ("done",)]
    assert site.i.value("select count(*) from device_record where session_no = %s", no) == 1
    wait_for(lambda: live(site, ocpp.serial) == "idle", 5, "idle")


@pytest.mark.feature("N4")
def test_start_told_twice_is_the_same_charge(site, ocpp):
    s = ocpp()
    _, tag = site.card(30)
    at = time.time()
    first = s.start(tag, 500, at=at)
    assert first["idTagInfo"]["status"] == "Accepted"
    again = s.start(tag, 500, at=at)
    assert again["transactionId"] == first["transactionId"] and again["idTagInfo"]["status"] == "Accepted"
    assert site.i.value("select count(*) from wire_charge where pile_id = %s", site.pile_id(ocpp.serial)) == 1
    assert site.i.value("select count(*) from session where pile_id = %s", site.pile_id(ocpp.serial)) == 1
    other = s.start(tag, 500, connector=2)
    assert other["idTagInfo"]["status"] == "ConcurrentTx" and other["transactionId"] != first["transactionId"]


@pytest.mark.feature("N4")
def test_one_message_sent_four_times_at_once_starts_one_charge(site, ocpp):
    s = ocpp()
    _, tag = site.card(30)
    frame = s.frame(json.dumps([2, "same", "StartTransaction",
                                {"connectorId": 1, "idTag": tag, "meterStart": 5, "timestamp": stamp()}]))
    s.raw(frame * 4)
    assert s.answer_of("same", "StartTransaction")["idTagInfo"]["status"] == "Accepted"
    assert site.i.value("select count(*) from session where pile_id = %s", site.pile_id(ocpp.serial)) == 1


@pytest.mark.feature("N4")
def test_unknown_tag_gets_a_number_and_invalid(site, ocpp):
    s = ocpp()
    answer = s.start("NOBODY", 0)
    assert answer["idTagInfo"]["status"] == "Invalid" and answer["transactionId"] > 0
    s.stop(answer["transactionId"], 700)
    assert site.i.rows("select outcome from device_record where pile_serial = %s", ocpp.serial) == [("unknown",)]


@pytest.mark.feature("N4", "W15")
def test_cards_of_one_member_have_one_parent_and_stop_each_others_charges(site, ocpp):
    s = ocpp()
    card, tag = site.card(30)
    _, strange = site.card(30)
    member, spare = site.i.value("select member_id from card where id = %s", card), "B" + tag[1:]
    site.insert("card", no="3" + tag[1:], member_id=member, provider_id=site.provider, logical_no="91" + tag[2:], physical_no=spare)
    mine, own, other = (s.call("Authorize", idTag=t)["idTagInfo"]["parentIdTag"] for t in (tag, spare, strange))
    assert mine == own != other
    started = s.start(tag, 500, at=time.time() - 500)
    assert started["idTagInfo"]["parentIdTag"] == mine
    s.stop(started["transactionId"], 2500, idTag=spare)       # the station compares parents itself; the platform bills who began
    session = site.i.value("select id from session where pile_id = %s", site.pile_id(ocpp.serial))
    assert site.i.rows("select state, card_id from session where id = %s", session) == [("finished", card)]
    assert site.i.rows("select card_id from statement where session_id = %s", session) == [(card,)]


@pytest.mark.feature("N4")
def test_a_card_without_money_is_blocked(site, ocpp):
    s = ocpp()
    card, tag = site.card(1)
    site.i.sql("update account set balance = 0 where owner_kind = 'card' and owner_id = %s", card)
    assert s.start(tag)["idTagInfo"]["status"] == "Blocked"


@pytest.mark.feature("N4")
@pytest.mark.parametrize("tx", [0, -1, 2000000000])
def test_a_stop_of_an_unknown_charge_is_kept_and_acknowledged(site, ocpp, tx):
    s = ocpp()
    at = int(time.time())
    for _ in range(2):
        s.stop(tx, 4000, at)
    assert site.i.rows("select outcome, times from device_record where pile_serial = %s", ocpp.serial) == [("unknown", 2)]


@pytest.mark.feature("N4")
def test_a_stop_closes_only_its_own_stations_charge(site, ocpp, unused):
    s = ocpp()
    other = next(unused)
    site.i.sql("update pile set protocol = 'ocpp16' where serial = %s", other)
    theirs = Station(site.i.ocpp, other)
    theirs.boot()
    no, tx, _ = start_by_app(site, s)
    theirs.stop(tx, 9000)
    assert site.session(no) in ("starting", "charging")
    assert site.i.value("select outcome from device_record where pile_serial = %s", other) == "unknown"
    theirs.close()


@pytest.mark.feature("N4")
def test_minus_one_is_matched_by_its_tag(site, ocpp):
    s = ocpp()
    _, tag = site.card(30)
    s.start(tag, 100, at=time.time() - 300)
    s.stop(-1, 1100, idTag=tag)
    assert site.i.rows("select state, energy from session where pile_id = %s", site.pile_id(ocpp.serial))[0][0] == "finished"


@pytest.mark.feature("N4", "O6")
def test_a_queue_of_offline_messages_after_a_reconnect(site, ocpp):
    s = ocpp()
    no, tx, _ = start_by_app(site, s)
    s.meter(tx, 1500)
    wait_for(lambda: site.session(no) == "charging", 5, "charging")
    s.close()
    s = ocpp(boot=False)                                 # the stop, and a charge that nobody saw, all at once
    now = int(time.time())
    card, tag = site.card(50)
    ids = [s.begin("StopTransaction", transactionId=tx, meterStop=2000, timestamp=stamp(now - 60)),
           s.begin("StartTransaction", connectorId=1, idTag=tag, meterStart=2000, timestamp=stamp(now - 300))]
    s.answer_of(ids[0], "StopTransaction")
    second = s.answer_of(ids[1], "StartTransaction")
    assert site.session(no) == "finished" and second["idTagInfo"]["status"] == "Accepted"
    s.stop(second["transactionId"], 3000, now)
    assert [str(v) for v in site.i.rows("select state, energy from session where card_id = %s", card)[0]] == ["finished", "1.0000"]


@pytest.mark.feature("N4")
def test_readings_find_their_charge_after_a_reconnect(site, ocpp):
    s = ocpp()
    no, tx, _ = start_by_app(site, s)
    s.close()
    s = ocpp(boot=False)
    s.meter(tx, 1200)                                    # asks for the charge
    wait_for(lambda: s.meter(tx, 1700) == {} and str(site.session(no, "energy")) == "0.7000", 10, "the reading", 0.3)


@pytest.mark.feature("N4")
def test_the_newer_connection_of_an_identity_wins(site, ocpp):
    old = ocpp()
    new = ocpp(boot=False)
    with pytest.raises(Gone):
        while True:
            old.next(5)
    new.call("Heartbeat")
    time.sleep(0.5)
    assert site.online(ocpp.serial) == 1
    site.probe("command", "reboot", site.pile_id(ocpp.serial), 2)
    assert new.expect("Reset", status="Accepted") == {"type": "Soft"}


@pytest.mark.feature("N4")
def test_charges_the_platform_gave_up_are_stopped(site, ocpp):
    s = ocpp()
    no, tx, _ = start_by_app(site, s)
    site.i.sql("update session set state = 'failed' where no = %s", no)
    s.meter(tx, 1500)
    assert s.expect("RemoteStopTransaction", status="Accepted") == {"transactionId": tx}


@pytest.mark.feature("N4", "O2")
def test_a_refused_remote_start_releases_the_money(site, ocpp):
    s = ocpp()
    card, _ = site.card(100)
    s.status("Preparing")
    wait_for(lambda: live(site, ocpp.serial) == "plugged", 5, "plugged")
    answer = site.probe("start", site.connector(ocpp.serial), card)
    s.expect("RemoteStartTransaction", status="Rejected")
    wait_for(lambda: site.session(answer["no"]) == "failed", 5, "failed")


# --- virtual stations

@pytest.mark.feature("N4", "N7", "O2", "P1")
def test_a_whole_charge_of_a_virtual_station(site, unused, tmp_path):
    """App start, plug, readings, stop by the driver; a card start beside it; the reconnect in between loses nothing."""
    serial = next(unused)
    site.i.sql("update pile set protocol = 'ocpp16' where serial = %s", serial)
    card, physical = site.card(100)
    fleet = Fleet(site, [serial], tmp_path, "--protocol", "ocpp16", "--speedup", 9, "--port", site.i.ocpp)
    try:
        fleet.ask(f"plug {serial} 1")
        wait_for(lambda: live(site, serial) == "plugged", 5, "plugged")
        driver, _ = site.card(100)
        answer = site.probe("start", site.connector(serial), driver)
        assert answer["refusal"] == "accepted"
        fleet.ask(f"plug {serial} 2")
        fleet.ask(f"card {serial} 2 {physical}")
        wait_for(lambda: fleet.status(serial)["gun1"] == "charging" and fleet.status(serial)["gun2"] == "charging", 10, "both charge")
        wait_for(lambda: site.session(answer["no"]) == "charging", 10, "charging")
        fleet.ask(f"drop {serial}")
        wait_for(lambda: int(fleet.status(serial)["energy1"]) > 10000, 30, "1 kWh")
        site.probe("stop", site.session(answer["no"], "id"))
        wait_for(lambda: site.session(answer["no"]) == "finished", 15, "settled")
        fleet.ask(f"stop {serial} 2")
        second = wait_for(lambda: site.i.rows("select id, state, energy, amount from session where card_id = %s and state = 'finished'", card), 15)
        wait_for(lambda: fleet.status(serial)["records"] == "0", 10, "acknowledged")
    finally:
        fleet.end()
    first = site.i.rows("select id, state, energy, amount from session where no = %s", answer["no"])
    for row in (first[0], second[0]):
        assert row[2] > 1
        lines = site.i.rows("select sum(l.energy), sum(l.amount) from cdr_line l join cdr c on c.id = l.cdr_id where c.session_id = %s", row[0])
        assert lines == [(row[2], row[3])]
        assert site.i.value("select count(*) from cdr where session_id = %s", row[0]) == 1


# --- commands

@pytest.mark.feature("N4")
@pytest.mark.parametrize("kind, value, action, payload, answer, status", [
    ("reboot", 1, "Reset", {"type": "Hard"}, {"status": "Accepted"}, "done"),
    ("set_work", 0, "ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, {"status": "Scheduled"}, "done"),
    ("set_work", 100, "ChangeAvailability", {"connectorId": 0, "type": "Operative"}, {"status": "Rejected"}, "failed"),
    ("sync_time", 0, "TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "Accepted"}, "done"),
    ("read_live", 0, "TriggerMessage", {"requestedMessage": "StatusNotification"}, {"status": "NotImplemented"}, "failed"),
    ("query_cards", 0, "GetLocalListVersion", {}, {"listVersion": 3}, "done"),
])
def test_commands_are_calls(site, ocpp, kind, value, action, payload, answer, status):
    s = ocpp()
    command = site.probe("command", kind, site.pile_id(ocpp.serial), value)["command"]
    assert s.expect(action, **answer) == payload
    wait_for(lambda: site.i.value("select status from command where id = %s", command) == status, 5, status)
    assert json.loads(site.i.value("select answer from command where id = %s", command)) == answer


@pytest.mark.feature("N4", "W15")
def test_cards_go_into_the_local_list(site, ocpp):
    s = ocpp()
    site.probe("words", "set_cards", site.pile_id(ocpp.serial), 0, 0, "90000001:A0000001,90000002:A0000002")
    wish = s.expect("SendLocalList", status="Accepted")
    assert wish["updateType"] == "Differential" and wish["listVersion"] > 0
    assert wish["localAuthorizationList"] == [{"idTag": f"A000000{i}", "idTagInfo": {"status": "Accepted"}} for i in (1, 2)]
    site.probe("words", "clear_cards", site.pile_id(ocpp.serial), 0, 0, "A0000001")
    gone = s.expect("SendLocalList", status="Accepted")
    assert gone["localAuthorizationList"] == [{"idTag": "A0000001"}] and gone["listVersion"] > wish["listVersion"]
    site.probe("words", "set_cards", site.pile_id(ocpp.serial), 0, 1, "90000001:A0000001:1000000077,90000002:A0000002:")
    site.probe("words", "set_cards", site.pile_id(ocpp.serial), 0, 0, "90000003:A0000003:1000000077")
    whole, more = (s.expect("SendLocalList", status="Accepted") for _ in range(2))
    assert (whole["updateType"], more["updateType"]) == ("Full", "Differential") and gone["listVersion"] < whole["listVersion"] < more["listVersion"]
    parent = {"status": "Accepted", "parentIdTag": "M1000000077"}
    assert whole["localAuthorizationList"] == [{"idTag": "A0000001", "idTagInfo": parent}, {"idTag": "A0000002", "idTagInfo": {"status": "Accepted"}}]
    assert more["localAuthorizationList"] == [{"idTag": "A0000003", "idTagInfo": parent}]
    site.probe("words", "clear_cards", site.pile_id(ocpp.serial), 0, 1, "A0000001")
    none = s.expect("SendLocalList", status="Accepted")
    assert (none["updateType"], none["localAuthorizationList"]) == ("Full", [])
    site.probe("words", "set_cards", site.pile_id(ocpp.serial), 0, 0, "90000001:A0000001")
    s.expect("SendLocalList", status="VersionMismatch")
    wait_for(lambda: site.i.value("select status from command where pile_id = %s order by id desc limit 1", site.pile_id(ocpp.serial)) == "failed", 5, "told")


@pytest.mark.feature("N4", "W15", "M24")
def test_a_changed_card_reaches_the_local_list_by_itself(site, ocpp):
    """The first time the whole list, then differences; a station that refuses one gets the whole list when something changes again."""
    s = ocpp()
    pile = site.pile_id(ocpp.serial)
    card, number = site.card()
    site.i.sql("update card set kind = 'physical', station_id = (select station_id from pile where id = %s) where id = %s", pile, card)
    others = "update pile set status = 'disabled' where id <> %s and status = 'enabled'"
    site.i.sql(others, pile)                                  # the site's other piles are for other tests
    try:
        site.probe("cards", site.provider, number)
        whole = s.expect("SendLocalList", status="Accepted")
        assert whole["updateType"] == "Full" and number in [e["idTag"] for e in whole["localAuthorizationList"]]
        wait_for(lambda: site.i.value("select put > 0 and command_id is null from card_list_pile where pile_id = %s", pile) == 1, 5, "kept")
        site.i.sql("update card set status = 'disabled' where id = %s", card)
        site.probe("cards", site.provider, number)
        gone = s.expect("SendLocalList", status="Failed")
        assert (gone["updateType"], gone["localAuthorizationList"]) == ("Differential", [{"idTag": number}])
        wait_for(lambda: site.i.value("select failed_at is not null from card_list_pile where pile_id = %s", pile) == 1, 5, "refused")
        site.i.sql("update card set status = 'enabled' where id = %s", card)
        site.probe("cards", site.provider, number)
        again = s.expect("SendLocalList", status="Accepted")
        assert again["updateType"] == "Full" and number in [e["idTag"] for e in again["localAuthorizationList"]]
    finally:
        site.i.sql("update pile set status = 'enabled' where id <> %s and status = 'disabled'", pile)
        site.i.sql("delete from card_list_change where provider_id = %s", site.provider)


@pytest.mark.feature("N4")
@pytest.mark.parametrize("action, payload", [
    ("GetConfiguration", {"key": ["HeartbeatInterval"]}),
    ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}),
    ("ClearCache", {}),
    ("UnlockConnector", {"connectorId": 1}),
    ("GetLocalListVersion", {}),
    ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}),
    ("ReserveNow", {"connectorId": 1, "expiryDate": "2030-01-01T00:00:00Z", "idTag": "A", "reservationId": 7}),
    ("CancelReservation", {"reservationId": 7}),
    ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": {
        "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.5}]}}}),
    ("ClearChargingProfile", {"id": 1}),
    ("GetCompositeSchedule", {"connectorId": 1, "duration": 3600}),
    ("GetDiagnostics", {"location": "ftp://h/x"}),
    ("UpdateFirmware", {"location": "http://h/x", "retrieveDate": "2030-01-01T00:00:00Z"}),
    ("DataTransfer", {"vendorId": "v", "data": "d"}),
])
def test_any_call_can_be_sent(site, ocpp, action, payload):
    s = ocpp()
    site.probe("words", "ocpp", site.pile_id(ocpp.serial), 0, 0, json.dumps({"action": action, "payload": payload}))
    assert s.expect(action, status="Accepted") == payload


@pytest.mark.feature("N4")
@pytest.mark.parametrize("text, word", [
    ('{"action":"Reset","payload":{"type":"Now"}}', "PropertyConstraintViolation"),
    ('{"action":"Heartbeat","payload":{}}', "no such call"),
    ("nonsense", "no such call"),
])
def test_unlawful_calls_are_not_sent(site, ocpp, text, word):
    s = ocpp()
    site.probe("words", "ocpp", site.pile_id(ocpp.serial), 0, 0, text)
    said = wait_for(lambda: site.i.value("select result from command where pile_id = %s and status = 'failed'", site.pile_id(ocpp.serial)), 5)
    assert word in said
    s.call("Heartbeat")


@pytest.mark.feature("N4")
def test_one_call_at_a_time_and_a_reset_may_hang_up(site, ocpp):
    s = ocpp()
    commands = [site.probe("command", "reboot", site.pile_id(ocpp.serial), 2)["command"] for _ in range(3)]
    s.expect("Reset", status="Accepted")
    with pytest.raises(TimeoutError):
        s.expect("Nothing", 1)                           # the second came, the third waits for its answer
    assert [c[2] for c in s.calls] == ["Reset"]
    s.close()
    wait_for(lambda: site.i.rows("select status from command where id in (%s, %s, %s) order by id", *commands)
             == [("done",), ("done",), ("failed",)], 5, "each call has ended")


@pytest.mark.feature("N4")
def test_the_black_box_shows_calls_and_hides_keys(site, ocpp):
    s = ocpp()
    site.probe("words", "ocpp", site.pile_id(ocpp.serial), 0, 0,
               '{"action":"ChangeConfiguration","payload":{"key":"AuthorizationKey","value":"c0ffeec0ffee"}}')
    s.expect("ChangeConfiguration", status="Accepted")
    words = "select group_concat(concat(direction, ' ', type, ' ', words) separator '\n') from raw_frame where pile_id = %s"
    told = wait_for(lambda: (t := site.i.value(words, site.pile_id(ocpp.serial))) and "AuthorizationKey" in t and t, 10, "frames")
    assert "up BootNotification" in told and "down ChangeConfiguration" in told and "c0ffee" not in told


@pytest.mark.feature("W12", "D17")
@pytest.mark.parametrize("end,status", [("Installed", "done"), ("InstallationFailed", "failed"), ("DownloadFailed", "failed")])
def test_an_update_ends_when_the_station_says_so(site, ocpp, end, status):
    s, told = ocpp(), lambda what: site.i.value(f"select {what} from command where pile_id = %s and kind = 'update_firmware' order by id desc limit 1",
                                                site.pile_id(ocpp.serial))
    site.probe("words", "update_firmware", site.pile_id(ocpp.serial), 0, 0, "url http://127.0.0.1/new.bin")
    assert s.expect("UpdateFirmware")["location"] == "http://127.0.0.1/new.bin"
    for on_the_way in ("Downloading", "Downloaded", "Installing"):
        s.call("FirmwareStatusNotification", status=on_the_way)
        assert told("status") == "sent", "agreed to is not done"
    s.call("FirmwareStatusNotification", status=end)
    wait_for(lambda: told("status") == status, 5, end)
    assert told("result") == end
