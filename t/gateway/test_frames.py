"""Every other frame of the protocol: what it does to the database, and what a row of a command does to the wire."""
import struct

import pytest

from instance import wait_for
from peer import frame


def command(site, serial, kind, what="status"):
    return site.i.value(f"select {what} from command where pile_id = %s and kind = %s order by id desc limit 1", site.pile_id(serial), kind)


def words(site, serial, kind, value, text, connector=0):
    site.probe("words", kind, site.pile_id(serial), connector, value, text)


def start(site, p, card, physical):
    told = p.card_start(physical)
    assert told["ok"] == 1, told
    return told


@pytest.mark.feature("N1", "D14")
def test_offline_cards_are_written_cleared_and_asked_for(site, serial):
    p = site.pile(serial)
    words(site, serial, "set_cards", 0, "90000001:D14B0A54:1000000077,90000002:E14C0A54")      # the member is for those who know parents
    body = p.expect(0x44)
    assert body[:8] == p.pile + b"\x02"
    assert body[8:] == bytes.fromhex("0000000090000001" "00000000D14B0A54" "0000000090000002" "00000000E14C0A54")
    p.send(0x43, p.pile + bytes([1, 0]))
    wait_for(lambda: command(site, serial, "set_cards") == "done", 10, "the answer")
    words(site, serial, "set_cards", 0, "90000001:D14B0A54")
    p.expect(0x44)
    p.send(0x43, p.pile + bytes([0, 2]))
    wait_for(lambda: command(site, serial, "set_cards", "result") == "no space", 10, "the refusal")
    words(site, serial, "query_cards", 0, "D14B0A54,E14C0A54")
    assert p.expect(0x48) == p.pile + b"\x02" + bytes.fromhex("00000000D14B0A5400000000E14C0A54")
    p.send(0x47, p.pile + bytes.fromhex("00000000D14B0A54" "01" "00000000E14C0A54" "00"))
    wait_for(lambda: command(site, serial, "query_cards", "result") == "1 of 2; not: 00000000E14C0A54", 10, "the answer")
    words(site, serial, "clear_cards", 0, "D14B0A54")
    assert p.expect(0x46) == p.pile + b"\x01" + bytes.fromhex("00000000D14B0A54")
    p.send(0x45, p.pile + bytes.fromhex("00000000D14B0A54" "0101"))
    wait_for(lambda: command(site, serial, "clear_cards") == "done", 10, "the answer")


class CardHouse:
    """A provider of its own: what changes about its cards is told to its piles alone."""

    def __init__(self, site, serial, protocol="ykc"):
        self.site, self.i, self.serial = site, site.i, serial
        n = int(serial[-4:])
        self.provider = site.insert("provider", name=f"卡商{n}", phone=f"1380077{n:04d}", audit_status="approved")
        property_ = site.insert("property", provider_id=self.provider, name="物业", phone=f"1380078{n:04d}")
        station = site.insert("station", provider_id=self.provider, property_id=property_, code=f"K{n}", name="卡站", tariff_id=site.tariff)
        area = site.insert("area", station_id=station, code=f"KA{n}", name="区")
        self.pile = site.insert("pile", station_id=station, area_id=area, code=f"KP{n}", serial=serial, name="卡桩", connector_count=1, protocol=protocol)
        self.member = site.insert("member", no=f"3000{n:05d}", provider_id=self.provider, phone=f"1390077{n:04d}")

    def cards(self, first, n):
        """Cards with money of their own: chip numbers; logical numbers are their last four digits."""
        numbers = [f"CC{i:06d}" for i in range(first, first + n)]
        for k in numbers:
            self.site.insert("card", no=f"4{k[-4:]}{self.pile:04d}", kind="physical", member_id=self.member, provider_id=self.provider,
                             logical_no=f"7{k[-6:]}{self.pile}", physical_no=k)
        return numbers

    def touch(self, numbers):
        self.site.probe("cards", self.provider, ",".join(numbers))

    def commands(self, status):
        return self.i.value("select count(*) from command where pile_id = %s and kind = 'sync_cards' and status = %s", self.pile, status)


def told(body):
    """Chip numbers of a 0x44 or 0x46."""
    rows = body[8:]
    step = 16 if len(rows) % 16 == 0 and len(rows) == body[7] * 16 else 8
    return [rows[i + step - 8:i + step].hex().upper().lstrip("0") for i in range(0, len(rows), step)]


@pytest.mark.feature("M24", "W15", "M6")
def test_changed_cards_reach_a_pile_by_themselves_in_pages_by_one_waiting_command(site):
    house = CardHouse(site, "32010600008801")
    numbers = house.cards(1, 25)
    house.touch(numbers)                                      # while the pile is away: 25 changes, twice, are one command
    house.touch(numbers)
    assert house.commands("pending") == 1
    p = site.pile(house.serial)
    heard = []
    for size in (11, 11, 3):
        page = told(p.expect(0x44))
        assert len(page) == size
        heard += page
        p.send(0x43, p.pile + bytes([1, 0]))
    assert sorted(heard) == numbers
    wait_for(lambda: house.commands("done") >= 3 and house.commands("pending") == 0, 10, "the list")
    assert p.silence(0x44, 0.3)

    house.i.sql("update card set status = 'disabled' where physical_no in ('CC000001', 'CC000002') and provider_id = %s", house.provider)
    more = house.cards(26, 1)
    house.touch(["CC000001", "CC000002", *more])              # who leaves is told first
    assert told(p.expect(0x46)) == ["CC000001", "CC000002"]
    p.send(0x45, p.pile + bytes.fromhex("00000000CC000001" "0101" "00000000CC000002" "0002"))     # it never had the second: gone is gone
    assert told(p.expect(0x44)) == more
    p.send(0x43, p.pile + bytes([1, 0]))
    wait_for(lambda: house.commands("pending") + house.commands("sent") == 0, 10, "the answer")

    # A member who is stopped: every card of his leaves. The pile has no room for one that comes: asked again when something changes.
    house.i.sql("update member set status = 'disabled' where id = %s", house.member)
    house.touch(["CC000003"])
    assert told(p.expect(0x46)) == ["CC000003"]
    p.send(0x45, p.pile + bytes.fromhex("00000000CC000003" "0101"))
    house.i.sql("update member set status = 'enabled' where id = %s", house.member)
    house.touch(["CC000003"])
    assert told(p.expect(0x44)) == ["CC000003"]
    p.send(0x43, p.pile + bytes([0, 2]))
    wait_for(lambda: house.i.value("select failed_at is not null from card_list_pile where pile_id = %s", house.pile) == 1, 10, "no room")
    all_of = "select count(*) from command where pile_id = %s"
    before = house.i.value(all_of, house.pile)
    house.i.job("expire")
    assert house.i.value(all_of, house.pile) == before        # not each minute
    house.touch(["CC000004"])
    while (page := told(p.expect(0x44))) == ["CC000003"]:     # a change that waited while the pile refused
        p.send(0x43, p.pile + bytes([0, 2]))
    assert sorted(page) == ["CC000003", "CC000004"]
    p.send(0x43, p.pile + bytes([1, 0]))
    wait_for(lambda: house.commands("pending") + house.commands("sent") == 0, 10, "the answer")

    # A card that runs out is nobody's change: the minute's job finds it, once.
    house.i.sql("update card set expires_at = now() - interval 1 minute where physical_no = 'CC000005' and provider_id = %s", house.provider)
    house.i.job("expire")
    assert told(p.expect(0x46)) == ["CC000005"]
    p.send(0x45, p.pile + bytes.fromhex("00000000CC000005" "0101"))
    wait_for(lambda: house.commands("pending") + house.commands("sent") == 0, 10, "the answer")
    house.i.job("expire")
    assert house.commands("pending") == 0

    # An answer that is lost: an hour later it is told again.
    house.touch(["CC000006"])
    assert told(p.expect(0x44)) == ["CC000006"]
    house.i.sql("update command set expires_at = now() - interval 1 second where pile_id = %s and status = 'sent'", house.pile)
    house.i.job("expire")
    assert p.silence(0x44, 0.3)
    house.i.sql("update card_list_pile set failed_at = now() - interval 2 hour where pile_id = %s", house.pile)
    house.i.job("expire")
    assert told(p.expect(0x44)) == ["CC000006"]
    for _ in range(2):                                        # the first time it is taken for the answer that was lost
        p.send(0x43, p.pile + bytes([1, 0]))
    wait_for(lambda: house.commands("pending") + house.commands("sent") == 0, 10, "the answer")
    p.close()


def test_no_cards_is_no_frame(site, serial):
    p = site.pile(serial)
    words(site, serial, "set_cards", 0, "90000001")
    wait_for(lambda: command(site, serial, "set_cards", "result") == "no card", 10, "the refusal")
    assert p.silence(0x44, 0.2)


@pytest.mark.feature("N1")
def test_prefix_of_qr_codes(site, serial):
    p = site.pile(serial)
    words(site, serial, "set_qr", 0, "https://e.example/d/")
    assert p.expect(0xF0) == p.pile + bytes([0, 20]) + b"https://e.example/d/"
    p.send(0xF1, p.pile + b"\x01")
    wait_for(lambda: command(site, serial, "set_qr") == "done", 10, "the answer")


@pytest.mark.feature("D5")
def test_firmware_update_and_its_secret(site, serial):
    p = site.pile(serial)
    words(site, serial, "update_firmware", 2, "dc 120 10.0.0.1 21 pile sesame /fw/1.bin")
    assert "sesame" not in command(site, serial, "update_firmware", "payload")
    body = p.expect(0x94)
    assert len(body) == 94
    assert body[7:10] == bytes([1]) + struct.pack("<H", 120)
    assert body[10:26].rstrip(b"\0") == b"10.0.0.1" and struct.unpack("<H", body[26:28])[0] == 21
    assert body[44:60].rstrip(b"\0") == b"sesame" and body[92] == 2
    p.send(0x93, p.pile + b"\x03")
    wait_for(lambda: command(site, serial, "update_firmware", "result") == "the download took too long", 10, "the answer")


def test_ground_lock_state_alarm_and_move(site, serial):
    p = site.pile(serial)
    lock = lambda what: site.i.value(f"select {what} from connector_live where connector_id = %s", site.connector(serial))
    alarms = lambda: site.i.value("select count(*) from alarm where pile_id = %s and code = 'ground_lock' and closed = 0", site.pile_id(serial))
    p.send(0x61, p.pile + bytes([1, 0x55, 0, 80, 0]) + bytes(4))
    wait_for(lambda: lock("lock_state") == "up", 10, "the state")
    assert (lock("lock_car"), lock("lock_battery")) == (0, 80) and alarms() == 0
    words(site, serial, "lock", 0, "", site.connector(serial))
    assert p.expect(0x62) == p.pile + bytes([1, 0xFF]) + bytes(4)
    p.send(0x63, p.pile + bytes([1, 0]) + bytes(4))
    wait_for(lambda: command(site, serial, "lock", "result") == "the lock did not move", 10, "the answer")
    p.send(0x61, p.pile + bytes([1, 0xFF, 0xFF, 80, 0x55]) + bytes(4))
    wait_for(lambda: alarms() == 1, 10, "the alarm")
    p.send(0x61, p.pile + bytes([1, 0xFF, 0xFF, 80, 0]) + bytes(4))
    wait_for(lambda: alarms() == 0, 10, "its end")


@pytest.mark.feature("T3")
def test_fault_bits_open_and_close_alarms(site, serial):
    p = site.pile(serial)
    opened = lambda: {r[0] for r in site.i.rows("select code from alarm where pile_id = %s and closed = 0", site.pile_id(serial))}
    p.live(state=1, fault=0x0001 | 0x1000)
    wait_for(lambda: opened() == {"emergency_stop", "door_open"}, 10, "two alarms")
    p.live(state=1, fault=0x0001)
    wait_for(lambda: opened() == {"emergency_stop"}, 10, "one closed")
    for _ in range(3):
        p.live(state=1, fault=0x0001)
    p.close()
    wait_for(lambda: site.online(serial) == 0, 10, "gone")
    again = site.pile(serial)                                 # the fault went while the link was away
    again.live(state=2, fault=0)
    wait_for(lambda: opened() == set(), 10, "none left")
    assert site.i.value("select count(*) from alarm where pile_id = %s and code = 'emergency_stop'", site.pile_id(serial)) == 1


@pytest.mark.feature("P22")
def test_recharge_while_charging_reaches_the_pile(site, serial):
    card, physical = site.card(20)
    p = site.pile(serial)
    told = start(site, p, card, physical)
    assert told["balance"] == 2000
    p.live(state=3, no=told["no"], volts=400, amps=100, energy=1000)
    wait_for(lambda: site.session(told["no"]) == "charging", 10, "charging")
    site.probe("again", card, 30 * 100000, "a")
    body = p.expect(0x42, 10)
    assert body[7] == 1 and struct.unpack("<I", body[16:20])[0] == 5000
    assert site.session(told["no"], "prepaid") == 50
    site.probe("again", card, 30 * 100000, "a")               # the same recharge twice is one
    p.send(0x41, p.pile + body[8:16] + b"\x00")
    wait_for(lambda: command(site, serial, "set_balance") == "done", 10, "the answer")
    assert site.session(told["no"], "prepaid") == 50
    now = 1764000000
    p.record(told["no"], now, now + 600, 1000, trade=2, card=physical)
    assert p.acknowledged(told["no"], 10)
    held = site.i.value("select coalesce(sum(p.amount), 0) from posting p join account a on a.id = p.account_id join journal j"
                        " on j.id = p.journal_id where j.session_id = (select id from session where no = %s)"
                        " and a.kind in ('cash_held', 'gift_held')", told["no"])
    assert held == 0


@pytest.mark.feature("N1")
def test_battery_frames_stay_with_the_charge(site, serial):
    card, physical = site.card()
    p = site.pile(serial)
    told = start(site, p, card, physical)
    head = bytes.fromhex(told["no"]) + p.pile + b"\x01"
    p.send(0x15, head + bytes.fromhex("000101") + bytes([3]) + struct.pack("<HH", 2000, 3700) + b"CATL" + bytes(4)
           + bytes([35, 6, 1]) + bytes(3) + bytes([1, 0]) + b"LSVAA49J132047371" + bytes(8))
    for volts in (4100, 4200):                                # the second of a minute is not kept
        p.send(0x23, head + struct.pack("<HHBHHHBHHHH", volts, 4000 + 1200, 2, 4000, 4000 + 1180, 0x1170, 55, 30, 4010, 4000 + 1175, 12))
    p.send(0x25, head + bytes([3, 50 + 31, 2, 50 + 28, 4]) + bytes(2))
    p.live(state=3, no=told["no"], volts=400, amps=118, energy=1000)
    kept = lambda: dict(site.i.rows("select b.kind, b.words from session_battery b join session s on s.id = b.session_id where s.no = %s", told["no"]))
    wait_for(lambda: len(kept()) == 3, 10, "three kinds")
    assert "vin=LSVAA49J132047371" in kept()["bms_handshake"] and "capacity=200.0Ah" in kept()["bms_handshake"]
    assert "voltage_wanted=410.0V current_wanted=120.0A" in kept()["bms_demand"]
    wait_for(lambda: site.i.value("select battery_temperature from session_sample m join session s on s.id = m.session_id where s.no = %s",
                                  told["no"]) == 31, 10, "the battery's temperature in the curve")


@pytest.mark.feature("N1")
def test_two_guns_charge_one_car(site, serial):
    card, physical = site.card(300)
    p = site.pile(serial)
    shared = "261126160000"

    def ask(gun, second):
        p.send(0xA1, p.pile + bytes([gun, 1, 0]) + bytes.fromhex(physical.rjust(16, "0")) + bytes(16) + bytes(17) + bytes([second])
               + bytes.fromhex(shared))
        return p.expect(0xA2, 10)
    first, second = ask(1, 0), ask(2, 1)
    for gun, body in ((1, first), (2, second)):
        assert len(body) == 44 and body[23] == gun and body[36] == 1, body.hex()
        assert body[38:].hex() == shared
    assert site.session(first[:16].hex().upper(), "parallel") == shared
    third = site.pile(next(iter([site.serials[-1]])))
    assert third.card_start(physical)["ok"] == 0              # elsewhere the card is busy


@pytest.mark.feature("N1")
def test_start_by_two_guns_needs_version_1_6(site, unused):
    card, _ = site.card(300)
    old, new = site.peer(next(unused)), site.peer(next(unused))
    old.raw(old.login_frame(version=15))
    assert old.expect(0x02)[7] == 0
    new.raw(new.login_frame(version=16))
    assert new.expect(0x02)[7] == 0
    for p in (old, new):
        p.live(state=2)
        wait_for(lambda: site.i.value("select state from connector_live where connector_id = %s", site.connector(p.serial)) == "plugged", 10, "plugged")
    no = site.probe("start_parallel", site.connector(old.serial), card, "261126160001")["no"]
    wait_for(lambda: site.session(no) == "failed", 10, "refused")
    no = site.probe("start_parallel", site.connector(new.serial), card, "261126160001")["no"]
    body = new.expect(0xA4, 10)
    assert len(body) == 50 and body[44:].hex() == "261126160001"
    new.send(0xA3, body[:16] + new.pile + bytes([1, 1, 0, 0]) + body[44:])
    wait_for(lambda: site.i.value("select count(*) from session_event e join session s on s.id = e.session_id"
                                  " where s.no = %s and e.kind = 'start_accepted'", no) == 1, 10, "accepted")


def test_frames_before_the_log_in_do_nothing(site, serial):
    p = site.peer(serial)
    for kind, n in ((0x61, 16), (0x25, 31), (0x45, 7), (0xA1, 58), (0xF1, 8)):
        p.send(kind, p.pile + bytes(n - 7))
    assert p.login()


@pytest.mark.feature("W9", "D5")
def test_an_answer_finds_its_own_command(site, serial):
    p = site.pile(serial)
    ids, seqs = [], []
    for value in (30, 50, 70):
        ids.append(site.probe("command", "set_work", site.pile_id(serial), value)["command"])
        while True:
            kind, seq, body = p.next(5)
            if kind == 0x52:
                break
        assert body[8] == value
        seqs.append(seq)
    status = lambda n: site.i.value("select concat(status, ' ', result) from command where id = %s", ids[n])
    p.raw(frame(0x51, p.pile + b"\x00", seqs[1]))             # the second is answered first, by its number, and refused
    wait_for(lambda: status(1) == "failed refused by the pile", 10, "the second")
    assert status(0).startswith("sent") and status(2).startswith("sent")
    p.raw(frame(0x51, p.pile + b"\x01", seqs[1]))             # said twice: its number is taken, the oldest that waits gets it
    wait_for(lambda: status(0).startswith("done"), 10, "the oldest")
    assert status(1).startswith("failed") and status(2).startswith("sent")
    p.raw(frame(0x51, p.pile + b"\x01", seqs[2]))
    wait_for(lambda: status(2).startswith("done"), 10, "the third")


@pytest.mark.feature("D5")
def test_who_hangs_up_on_a_restart_did_it(site, serial):
    p = site.pile(serial)
    command = site.probe("command", "reboot", site.pile_id(serial), 1)["command"]
    p.expect(0x92)
    p.close()
    wait_for(lambda: site.i.value("select concat(status, ' ', result) from command where id = %s", command) == "done hung up", 10, "done")


@pytest.mark.feature("W9", "P11", "P12")
def test_prices_of_a_task_wait_until_the_charge_has_ended(site, serial):
    p = site.pile(serial)
    p.live(state=3, plugged=1, volts=400, amps=100)
    wait_for(lambda: site.i.value("select state from connector_live where connector_id = %s", site.connector(serial)) == "charging", 10, "it charges")
    task = site.insert("command_task", kind="set_tariff", provider_id=site.provider, wanted_at="2026-01-01", expires_at="2099-01-01")
    site.i.sql("insert into command (pile_id, kind, task_id, payload, created_at, expires_at) values (%s, 'set_tariff', %s, '{\"value\":0}', now(3), now() + interval 1 hour)",
               site.pile_id(serial), task)
    row = lambda what: site.i.value(f"select {what} from command where task_id = %s", task)
    wait_for(lambda: row("result") == "charging: follows when idle", 10, "the gateway's word")
    assert row("status") == "pending" and row("wanted_at > now()") == 1
    p.live(state=2, plugged=0)
    wait_for(lambda: site.i.value("select state from connector_live where connector_id = %s", site.connector(serial)) == "idle", 10, "it is idle")
    site.i.sql("update command set wanted_at = now() where task_id = %s", task)
    assert p.expect(0x58, 10)[7:9].hex() == f"{site.version % 9999 + 1:04d}"
    p.send(0x57, p.pile + b"\x01")
    wait_for(lambda: row("status") == "done", 10, "it holds them")
    assert row("tries") == 2
