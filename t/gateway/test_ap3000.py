"""E-bike socket devices over the wire (N3): AP3000 / DNY V8.6."""
import json
import struct
import time

import pytest

from bike import Bike
from clerk import Clerk
from instance import wait_for
from shed import Shed


@pytest.fixture(scope="module")
def shed(site):
    return Shed(site)


@pytest.fixture
def bike(site, shed):
    """Registers a device with two sockets at a station for e-bikes and connects to it: bike(), again: bike()."""
    device = shed.device()
    made = []

    def connect(login=True, **how):
        b = Bike(site.i.bike, device.number)
        made.append(b)
        if login:
            b.login(**how)
        return b

    connect.serial, connect.pile = device.serial, device.pile
    yield connect
    for b in made:
        b.close()


def live(site, serial, what="state", number=1):
    return site.i.value(f"select {what} from connector_live where connector_id = %s", site.connector(serial, number))


def started(site, b, yuan=100):
    """A charge by app at socket 1 that the device has taken: its number."""
    card, _ = site.card(yuan)
    b.beat((2, 0))
    wait_for(lambda: live(site, b.serial) == "plugged", 5, "plugged")
    answer = site.probe("start", site.connector(b.serial), card)
    assert answer["refusal"] == "accepted", answer
    no, order, _ = b.start_wish()
    assert order == answer["no"]
    b.answer_charge(no, order)
    wait_for(lambda: site.session(order) == "charging", 5, "charging")
    return order


@pytest.mark.feature("N3")
def test_login_states_and_time(site, bike):
    b = bike()
    wait_for(lambda: site.i.rows("select online, firmware, iccid from pile_live where pile_id = %s", bike.pile)
             == [(1, "V1.26", "89860461118C10000007")], 5, "online")
    b.beat((1, 3))
    wait_for(lambda: (live(site, b.serial), live(site, b.serial, number=2)) == ("charging", "plugged"), 5, "states")
    b.send(0x22)
    no, data = b.expect(0x22)
    assert no == b.no and abs(int.from_bytes(data, "little") - time.time()) < 5
    b.raw(b"link")
    b.close()
    wait_for(lambda: site.online(b.serial) == 0, 5, "offline")


@pytest.mark.feature("N3")
def test_a_stranger_hears_nothing(site, instance):
    b = Bike(instance.bike, 77)
    b.send(0x20, bytes(8))
    with pytest.raises(ConnectionResetError):
        b.next()
    wait_for(lambda: site.i.value("select count(*) from stranger where serial = '0400000077' and protocol = 'ap3000'") == 1, 5, "stranger")


@pytest.mark.feature("N3")
def test_torn_doubled_and_spoiled_frames(bike):
    b = bike()
    for byte in b.make(0x22):
        b.raw(bytes([byte]))
    b.expect(0x22)
    b.raw(b.make(0x22) + b"link" + b.make(0x22, spoil=True) + b.make(0x22, device=5) + b.make(0x99) + b.make(0x22))
    assert [b.expect(0x22)[0] for _ in range(2)] == [2 + 2, 2 + 6]
    assert b.silence(0x22, 0.5)


@pytest.mark.feature("N3")
def test_charge_by_app_to_its_bill(site, bike):
    b = bike()
    order = started(site, b)
    assert site.session(order, "kind") == "ebike"
    b.power(order, energy=12, watt=150.4)
    wait_for(lambda: str(site.session(order, "energy")) == "0.1200", 5, "energy")
    assert float(site.session(order, "power")) == pytest.approx(0.150)
    assert site.probe("stop", site.session(order, "id"))
    no, told, _ = b.start_wish(on=0)
    assert told == order
    b.answer_charge(no)                                  # the short answer of some vendors
    b.record(order, seconds=1, energy=13, reason=7)
    assert site.session(order) == "finished" and str(site.session(order, "energy")) == "0.1300"
    before = site.i.rows("select count(*), sum(amount) from cdr where session_id = %s", site.session(order, "id"))
    b.record(order, seconds=1, energy=13, reason=7)      # again: answered, nothing changes
    assert site.i.rows("select count(*), sum(amount) from cdr where session_id = %s", site.session(order, "id")) == before
    assert site.i.rows("select outcome, times from device_record where session_no = %s", order) == [("settled", 2)]


@pytest.mark.feature("N3")
def test_refused_start_fails_and_an_unanswered_is_sent_once_more(site, bike):
    b = bike()
    card, _ = site.card()
    b.beat((2, 0))
    wait_for(lambda: live(site, b.serial) == "plugged", 5, "plugged")
    order = site.probe("start", site.connector(b.serial), card)["no"]
    no, _, first = b.start_wish()
    again, _, second = (lambda x: (x[0], None, x[1]))(b.expect(0x82, 18))
    assert (again, second) == (no, first)
    b.answer_charge(no, order, code=1)
    wait_for(lambda: site.session(order) == "failed", 5, "failed")


@pytest.mark.feature("N3", "O6")
def test_suspended_charge_goes_on_and_ends_with_the_record_of_days_later(site, bike):
    b = bike()
    order = started(site, b)
    b.close()
    wait_for(lambda: site.online(b.serial) == 0, 5, "offline")
    site.i.sql("update session set state = 'suspended' where no = %s", order)
    b = bike(states=(1, 0))
    b.power(order, energy=20, watt=100)
    wait_for(lambda: site.session(order) == "charging", 5, "goes on")
    site.i.sql("update session set state = 'suspended', requested_at = requested_at - interval 3 day,"
               " started_at = started_at - interval 3 day, seen_at = seen_at - interval 3 day where no = %s", order)
    b.close()
    b = bike(login=False)
    b.record(order, seconds=7200, energy=40)             # before anything else: it is heard
    assert site.session(order) == "finished"
    assert site.session(order, "timestampdiff(second, started_at, ended_at)") == 7200
    assert site.session(order, "ended_at < now() - interval 2 day") == 1


@pytest.mark.feature("N3")
def test_cards_known_and_unknown(site, bike):
    b = bike()
    _, physical = site.card()
    b.beat((2, 0))
    b.send(0x02, bytes.fromhex(physical) + b"\0\0\0\0")
    no, data = b.expect(0x02)
    assert no == b.no and data[:4] == bytes.fromhex(physical) and data[4] == 0 and data[10] == 0
    no, order, _ = b.start_wish()
    b.answer_charge(no, order)
    wait_for(lambda: site.session(order) == "charging" and site.session(order, "start_mode") == "card", 5, "charging")
    b.send(0x02, b"\xde\xad\xbe\xef\0\x01\0\0")
    _, data = b.expect(0x02)
    assert data[4] == 1 and data[10] == 1
    assert b.silence(0x82, 1)


@pytest.mark.feature("N3")
def test_alarms_open_once_and_close(site, bike):
    b = bike()

    def state(code):
        return site.i.rows("select closed_at is not null from alarm where pile_id = %s and code = %s", bike.pile, code)

    b.beat((8, 0))
    wait_for(lambda: state("bad_contact") == [(0,)], 5, "opened")
    b.beat((8, 0))
    b.beat((0, 0))
    wait_for(lambda: state("bad_contact") == [(1,)], 5, "closed")
    b.send(0x42, b"\x04\0\x01")
    wait_for(lambda: state("smoke") == [(0,)], 5, "smoke")
    b.send(0x42, b"\x04\0\0")                           # the number of an input, not an end
    b.send(0x42, b"\x01\0\0")
    wait_for(lambda: state("power_loss") == [(0,)], 5, "power lost")
    b.send(0x20, bytes(8))
    b.expect(0x20)
    wait_for(lambda: state("power_loss") == [(1,)], 5, "power back")
    assert state("smoke") == [(0,)]


@pytest.mark.feature("D15")
def test_a_sleeping_vehicle_ends_its_charge_90_s_after_the_start(site, bike):
    b = bike()
    order = started(site, b)
    site.i.sql("update session set started_at = started_at - interval 80 second where no = %s", order)
    b.beat((2, 0))                                       # plugged, says the socket, and takes nothing
    assert b.silence(0x82, 1) and site.session(order) == "charging" and live(site, b.serial) == "charging"
    site.i.sql("update session set started_at = started_at - interval 11 second where no = %s", order)
    b.beat((2, 0))
    no, told, _ = b.start_wish(on=0)
    assert told == order
    b.answer_charge(no)
    b.record(order, seconds=91, energy=0, watt=0, reason=7)
    assert site.session(order) == "finished" and site.session(order, "stop_reason") == "asleep"
    b.beat((2, 0))                                       # the charge is over: this says nothing of it
    wait_for(lambda: live(site, b.serial) == "plugged", 5, "plugged")
    assert b.silence(0x82, 1)


@pytest.mark.feature("D15")
def test_little_current_ends_a_charge_where_the_station_asks_for_it(site, bike, shed):
    site.i.sql("update station set low_current = 200, low_minutes = 10 where id = %s", shed.station)
    b = bike()
    order = started(site, b)
    b.power(order, energy=12, watt=43)                   # 195 mA
    wait_for(lambda: site.session(order, "low_since is not null") == 1, 5, "it draws little")
    b.power(order, energy=13, watt=44)
    wait_for(lambda: site.session(order, "low_since is null") == 1, 5, "and more again")
    b.power(order, energy=14, watt=20)
    wait_for(lambda: site.session(order, "low_since is not null") == 1, 5, "it draws little")
    site.i.sql("update session set low_since = low_since - interval 10 minute where no = %s", order)
    b.power(order, energy=14, watt=20)
    no, _, _ = b.start_wish(on=0)
    b.answer_charge(no)
    b.record(order, energy=14, reason=7)
    assert site.session(order, "stop_reason") == "low"


@pytest.mark.feature("O3", "D4")
def test_a_device_that_is_away_starts_nothing(site, bike):
    b = bike()
    b.beat((2, 0))
    wait_for(lambda: live(site, b.serial) == "plugged", 5, "plugged")
    card, _ = site.card()
    order = site.probe("start", site.connector(b.serial), card)["no"]
    b.close()                                            # it goes away without a word
    wait_for(lambda: site.online(b.serial) == 0, 5, "offline")
    other, _ = site.card()
    assert site.probe("start", site.connector(b.serial, 2), other)["refusal"] == "pile_offline"
    site.i.sql("update session set requested_at = requested_at - interval 2 minute, seen_at = null where no = %s", order)
    site.i.job("expire")
    assert site.session(order) == "failed" and site.session(order, "amount") == 0
    assert site.i.value("select balance from account where owner_kind = 'card' and owner_id = %s and kind = 'hold'", card) in (0, None)


@pytest.mark.feature("N3", "D10")
def test_parameters_are_told_and_answered(site, bike):
    b = bike()

    def told(which, numbers):
        done = site.i.program("charge_probe", "words", "set_params", bike.pile, 0, which, numbers)
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split("command=")[1])

    command = told(0x85, "36000,8000,2700,1000")
    no, data = b.expect(0x85)
    assert data == struct.pack("<HHHH", 36000, 8000, 2700, 1000)
    b.send(0x85, b"\0", no=no)
    wait_for(lambda: site.i.value("select status from command where id = %s", command) == "done", 5, "taken")
    command = told(0x83, "3,10,20,1800,3600,180")
    no, data = b.expect(0x83)
    assert data == struct.pack("<HHBHHH", 3, 10, 20, 1800, 3600, 180)
    b.send(0x83, b"\1", no=no)
    wait_for(lambda: site.i.value("select status from command where id = %s", command) == "failed", 5, "refused")
    wrong = told(0x83, "3,10")
    wait_for(lambda: site.i.value("select status from command where id = %s", wrong) == "failed", 5, "not sent")


@pytest.mark.feature("N3", "D10")
def test_what_it_works_by_is_read_changed_by_hand_and_read_again(site, bike):
    b = bike()
    clerk = Clerk(site.i)

    def asked(call, payload):
        clerk.act("bike_device", bike.pile, "device_call", {"ap3000_call": call, "payload": payload})
        return site.i.value("select max(id) from command where pile_id = %s and kind = 'ap3000'", bike.pile)

    def ended(command, status):
        wait_for(lambda: site.i.value("select status from command where id = %s", command) == status, 5, status)
        return site.i.rows("select result, answer from command where id = %s", command)[0]

    limits = struct.pack("<HHHBHHHHHHBBBB", 8000, 10, 5, 15, 20, 3600, 600, 20, 1800, 7200, 130, 150, 1, 1)
    command = asked("read_limit", "{}")
    no, data = b.expect(0x91)
    assert data == b""
    b.send(0x91, limits, no=no)
    told = json.loads(ended(command, "done")[1])
    assert (told["overload"], told["noise_power"], told["light"]) == (800.0, 1.5, 1) and len(told) == 14
    page = clerk.get(f"/admin/command/{command}").text
    assert "设备指令" in page and "overload_time" in page
    told["overload"] = 650.5
    command = asked("params_limit", json.dumps(told))
    no, data = b.expect(0x84)
    assert data == struct.pack("<H", 6505) + limits[2:]
    b.send(0x84, b"\0", no=no)
    ended(command, "done")
    command = asked("params_limit", json.dumps(told))
    no, data = b.expect(0x84)
    b.send(0x84, b"\1", no=no)
    assert ended(command, "failed")[0] == "refused by the device"
    del told["detect"]
    assert ended(asked("params_limit", json.dumps(told)), "failed")[0] == "detect: 0 to 255 is wanted"
    command = asked("find", '{"value":9}')
    no, data = b.expect(0x96)
    assert data == b"\x09"
    b.send(0x96, b"\0", no=no)
    ended(command, "done")
    clerk.act("bike_device", bike.pile, "device_call", {"ap3000_call": "find", "payload": "9"}, status=422)
    clerk.act("bike_device", bike.pile, "device_call", {"ap3000_call": "reboot", "payload": "{}"}, status=422)


@pytest.mark.feature("N3", "D14")
def test_a_card_tells_its_balance_and_starts_nothing(site, bike):
    b = bike()
    _, physical = site.card(25)
    b.beat((2, 0))
    b.send(0x02, bytes.fromhex(physical) + b"\0\xff\0\0")
    _, data = b.expect(0x02)
    assert data[4] == 0 and int.from_bytes(data[6:10], "little") == 2500 and data[10] == 0xFF
    b.send(0x02, b"\xde\xad\xbe\xef\0\xff\0\0")
    _, data = b.expect(0x02)
    assert data[4] == 1
    assert b.silence(0x82, 1)
