"""Interconnection by T/CEC 102: another platform written in Python, and two of our own, against real piles (I9, I6)."""
import json
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, errors, secret
from instance import Instance, today, wait_for
from site_rows import Site
from tcec import Caller, Keys, Partner

US, THEM = "100000001", "200000002"
OURS = Keys("our-operator-16c", "our-data-secret1", "our-data-iv-1234", "our-sig-secret-1")
THEIRS = Keys("their-operator-1", "their-data-16ccc", "their-iv-16ccccc", "their-sig-secret")


def lively(name):
    """An instance that may call 127.0.0.1."""
    made = Instance(name)
    made.up("--bare")
    return made


def befriend(site, name):
    """A provider that stands for another platform, and the accepted cooperation with it."""
    partner = site.insert("provider", name=name, phone=f"137{time.time_ns() % 100000000:08d}", audit_status="approved")
    site.insert("partner", provider_id=site.provider, partner_id=partner, state="accepted", provider_name="充电", partner_name=name)
    return partner


def secrets_of(side, keys):
    return {f"{side}_operator_secret": keys.operator_secret, f"{side}_data_secret": keys.data_secret, f"{side}_data_iv": keys.data_iv,
            f"{side}_sig_secret": keys.sig_secret}


class World:
    def __init__(self):
        self.at = lively("cec")
        self.site = Site(self.at, piles=24, guns=1)
        self.clerk = Clerk(self.at)
        self.piles = iter(self.site.serials)
        self.partner_id = befriend(self.site, "电网平台")
        self.them = Partner(THEM, THEIRS)
        self.peer = self.clerk.add("exchange_peer", {
            "name": "电网", "provider_id": self.site.provider, "full_name": "电网平台", "our_operator": US, "their_operator": THEM,
            "base_url": self.them.url, "progress_seconds": "1", "check_sig": "1", "push_status": "1",
            **secrets_of("our", OURS), **secrets_of("their", THEIRS)})
        self.us = Caller(f"{self.at.url}/open/evcs/v1", THEM, OURS)
        self.us.log_in()
        self.n = 0

    def seq(self):
        self.n += 1
        return f"{THEM}{int(time.time()):014d}{self.n:04d}"

    def code(self, serial):
        return self.at.value("select code from connector where id = %s", self.site.connector(serial))

    def plugged(self):
        """A pile with a car at it, and the code of its connector."""
        serial = next(self.piles)
        p = self.site.pile(serial)
        p.live(gun=1, state=2, plugged=1)
        wait_for(lambda: self.at.value("select plugged from connector_live where connector_id = %s", self.site.connector(serial)) == 1, 15, "plugged")
        return p, self.code(serial)

    def charge(self, energy=20000, meanwhile=None, **more):
        """A whole charge by the partner's driver: (StartChargeSeq, number of the session)."""
        p, code = self.plugged()
        seq = self.seq()
        answer = self.us.ask("query_start_charge", {"StartChargeSeq": seq, "ConnectorID": code, "QRCode": code, **more})
        assert (answer["SuccStat"], answer["StartChargeSeqStat"]) == (0, 1), answer
        no = p.expect(0x34, 20)[:16].hex().upper()
        p.start_answer(no)
        p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=energy // 2, amount=energy // 2, soc=50)
        wait_for(lambda: self.site.session(no) == "charging", 15, "charging")
        if meanwhile:
            meanwhile()
        now = int(time.time())
        p.record(no, now - 600, now, energy, amount=energy)
        assert p.acknowledged(no, 20)
        p.close()
        return seq, no

    def row(self, no, columns):
        return self.at.rows(f"select {columns} from session where no = %s", no)[0]


@pytest.fixture(scope="module")
def world():
    made = World()
    yield made
    made.them.end()
    made.at.destroy()


@pytest.mark.feature("I9")
def test_a_token_is_given_for_the_right_secret_alone(world):
    answer = world.us.ask("query_token", {"OperatorID": THEM, "OperatorSecret": OURS.operator_secret})
    assert answer["OperatorID"] == US and answer["SuccStat"] == 0 and len(answer["AccessToken"]) == 64 and answer["TokenAvailableTime"] == 7200
    assert world.us.ask("query_token", {"OperatorID": THEM, "OperatorSecret": "wrong"}) == {
        "OperatorID": US, "SuccStat": 1, "AccessToken": "", "TokenAvailableTime": 0, "FailReason": 2}
    assert world.at.value("select count(*) from exchange_token where token_hash = %s", answer["AccessToken"]) == 0, "its digest is kept"
    world.at.sql("update exchange_token set expires_at = now() where token_hash = sha2(%s, 256)", answer["AccessToken"])
    late = world.us.post("query_stations_info", world.us.envelope({}), token=answer["AccessToken"])
    assert late["Ret"] == 4002


@pytest.mark.feature("I9")
def test_what_is_wrong_with_the_envelope_is_refused_by_the_codes_of_the_standard(world):
    us, ask = world.us, {"LastQueryTime": "", "PageNo": 1, "PageSize": 10}

    def ret(envelope, **more):
        return us.post("query_stations_info", envelope, **more)["Ret"]
    good = us.envelope(ask)
    assert ret(good) == 0
    assert ret(good) == 4003, "Seq of this second came again"
    assert ret({**us.envelope(ask), "Sig": "0" * 32}) == 4001
    assert ret({**us.envelope(ask), "TimeStamp": "20250101000000"}) == 4001, "the time is signed"
    assert ret(us.envelope(ask, at=time.time() - 700)) == 4003
    assert ret(us.envelope(ask, at=time.time() + 700)) == 4003
    lower = us.envelope(ask)
    assert ret({**lower, "Sig": lower["Sig"].lower()}) == 0
    for name in ("OperatorID", "Data", "TimeStamp", "Seq", "Sig"):
        envelope = us.envelope(ask)
        del envelope[name]
        assert ret(envelope) == 4003, name
    assert ret({**us.envelope(ask), "OperatorID": "999999999"}) == 4003
    assert ret(us.envelope(ask), token="x" * 64) == 4002
    other = Caller(us.url, THEM, Keys(OURS.operator_secret, OURS.data_secret, OURS.data_iv, "not-the-sig-key!"))
    assert other.post("query_token", other.envelope({"OperatorID": THEM, "OperatorSecret": "x"}))["Ret"] == 4001
    kept = world.at.rows("select ret from exchange_message where interface = 'query_stations_info' and direction = 'in' and ret <> 0")
    assert {r for (r,) in kept} == {4002, 4003}, "what nobody signed is not kept"


@pytest.mark.feature("I9")
def test_content_is_checked_field_by_field(world):
    code = world.code(world.site.serials[0])
    assert world.us.refused("query_equip_auth", {"ConnectorID": code}) == (4004, "EquipAuthSeq is missing")
    assert world.us.refused("query_start_charge", {"StartChargeSeq": THEM + "1", "ConnectorID": 7}) == (4004, "ConnectorID is no text")
    assert world.us.refused("query_start_charge", {"StartChargeSeq": "999999999" + "1" * 18, "ConnectorID": code})[0] == 4004
    assert world.us.refused("query_equip_charge_status", {"StartChargeSeq": THEM + "unknown"})[0] == 4004
    assert world.us.refused("query_station_stats", {"StationID": "S1", "StartTime": "gestern", "EndTime": "2026-01-01"})[0] == 4004


@pytest.mark.feature("I9")
def test_only_listed_addresses_and_not_too_often(world):
    at, us = world.at, world.us
    try:
        at.sql("update exchange_peer set allow_list = '10.0.0.0/8' where id = %s", world.peer)
        assert us.refused("query_stations_info", {})[0] == 4003
        at.sql("update exchange_peer set allow_list = '10.0.0.0/8, 127.0.0.0/8' where id = %s", world.peer)
        assert us.ask("query_stations_info", {})["ItemSize"] == 1
        at.sql("update exchange_peer set rate_limit = 2 where id = %s", world.peer)
        at.sql("delete from throttle where name like 'exchange:%'")
        assert [us.post("query_stations_info", us.envelope({}))["Ret"] for _ in range(3)] == [0, 0, -1]
    finally:
        at.sql("update exchange_peer set allow_list = '', rate_limit = 600 where id = %s", world.peer)
        at.sql("delete from throttle where name like 'exchange:%'")


@pytest.mark.feature("I9")
def test_stations_piles_states_and_prices_are_shown(world):
    p, code = world.plugged()
    page = world.us.ask("query_stations_info", {"LastQueryTime": "", "PageNo": 1, "PageSize": 5})
    assert (page["PageNo"], page["PageCount"], page["ItemSize"]) == (1, 1, 1)
    station = page["StationInfos"][0]
    assert station["StationID"] == "S1" and station["OperatorID"] == US and station["StationName"] == "一站" and station["StationStatus"] == 50
    assert len(station["EquipmentInfos"]) == 24
    gun = station["EquipmentInfos"][0]["ConnectorInfos"][0]
    assert gun["ConnectorID"] == world.code(world.site.serials[0]) and gun["ConnectorType"] == 4
    assert world.us.ask("query_stations_info", {"LastQueryTime": "2099-01-01 00:00:00"})["ItemSize"] == 0
    states = world.us.ask("query_station_status", {"StationIDs": ["S1", "S9"]})
    assert states["Total"] == 1
    state = {c["ConnectorID"]: c["Status"] for c in states["StationStatusInfos"][0]["ConnectorStatusInfos"]}
    assert state[code] == 2 and state[world.code(world.site.serials[-1])] == 0
    assert world.us.ask("query_equip_auth", {"EquipAuthSeq": THEM + "A", "ConnectorID": code})["FailReason"] == 0
    assert world.us.ask("query_equip_auth", {"EquipAuthSeq": THEM + "A", "ConnectorID": world.code(world.site.serials[-1])})["FailReason"] == 2
    policy = world.us.ask("query_equip_business_policy", {"EquipBizSeq": THEM + "B", "ConnectorID": code})
    assert (policy["SumPeriod"], policy["SuccStat"]) == (3, 0)
    assert policy["PolicyInfos"][1] == {"StartTime": "080000", "ElecPrice": 1.1, "SevicePrice": 0.6}
    assert world.us.ask("query_equip_business_policy", {"EquipBizSeq": THEM + "B", "ConnectorID": "none"})["FailReason"] == 1
    wait_for(lambda: {"ConnectorID": code, "Status": 2, "ParkStatus": 0, "LockStatus": 0}
             in [c["ConnectorStatusInfo"] for c in world.them.told("notification_stationStatus")], 25, "the state is pushed")
    p.close()


@pytest.mark.feature("I9", "O2")
def test_a_partners_driver_starts_watches_and_stops(world):
    p, code = world.plugged()
    seq = world.seq()
    ask = {"StartChargeSeq": seq, "ConnectorID": code, "QRCode": code, "PhoneNum": "13911112222", "PlateNum": "粤B12345", "Balance": 30.5}
    answer = world.us.ask("query_start_charge", ask)
    assert answer == {"StartChargeSeq": seq, "StartChargeSeqStat": 1, "ConnectorID": code, "SuccStat": 0, "FailReason": 0}
    assert world.us.ask("query_start_charge", ask)["SuccStat"] == 0, "asked again: the same charge"
    no = p.expect(0x34, 20)[:16].hex().upper()
    assert world.row(no, "member_id, member_provider_id, pay_kind, phone, plate, limit_kind, limit_value, prepaid") == (
        None, world.partner_id, "none", "13911112222", "粤B12345", "amount", 3050000, 0)
    busy = world.us.ask("query_start_charge", {"StartChargeSeq": world.seq(), "ConnectorID": code, "QRCode": ""})
    assert (busy["SuccStat"], busy["FailReason"]) == (1, 4)
    p.start_answer(no)
    p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=12345, amount=12345, soc=51)
    wait_for(lambda: world.them.told("notification_start_charge_result", seq), 25, "the start is pushed")
    told = world.them.told("notification_start_charge_result", seq)[0]
    assert told["StartChargeSeqStat"] == 2 and told["ConnectorID"] == code
    state = world.us.ask("query_equip_charge_status", {"StartChargeSeq": seq})
    assert (state["StartChargeSeqStat"], state["TotalPower"], state["Soc"], state["ConnectorStatus"]) == (2, 1.23, 51, 3)
    assert state["VoltageA"] == 400 and state["CurrentA"] == 100
    time.sleep(1.1)
    p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=15000, amount=15000, soc=52)
    wait_for(lambda: world.them.told("notification_equip_charge_status", seq), 25, "progress is pushed")
    assert world.them.told("notification_equip_charge_status", seq)[-1]["TotalPower"] == 1.5
    assert world.us.ask("query_stop_charge", {"StartChargeSeq": seq, "ConnectorID": code})["SuccStat"] == 0
    p.expect(0x36, 20)
    p.stop_answer()
    now = int(time.time())
    p.record(no, now - 600, now, 20000, amount=34000)
    assert p.acknowledged(no, 20)
    wait_for(lambda: world.them.told("notification_charge_order_info", seq), 25, "the order is pushed")
    order = world.them.told("notification_charge_order_info", seq)[0]
    amount = world.row(no, "amount")[0]
    assert Decimal(str(order["TotalMoney"])) == amount and order["TotalPower"] == 2
    assert Decimal(str(order["TotalElecMoney"])) + Decimal(str(order["TotalSeviceMoney"])) == amount
    assert order["SumPeriod"] == len(order["ChargeDetails"]) >= 1 and order["StopReason"] == 0
    assert sum(Decimal(str(d["DetailPower"])) for d in order["ChargeDetails"]) == 2
    wait_for(lambda: world.at.value("select confirm_result from exchange_session where seq = %s", seq) == 0, 5, "confirmed")
    assert world.us.ask("query_stop_charge", {"StartChargeSeq": seq, "ConnectorID": code})["FailReason"] == 3
    assert world.us.ask("query_start_charge", ask)["StartChargeSeqStat"] == 4
    assert world.at.value("select count(*) from session where pay_kind = 'none'") == 1
    assert "findings=0" in world.at.job("ledger_proof")
    p.close()


@pytest.mark.feature("I9")
def test_a_start_that_the_pile_refuses_is_told(world):
    p, code = world.plugged()
    seq = world.seq()
    world.us.ask("query_start_charge", {"StartChargeSeq": seq, "ConnectorID": code, "QRCode": ""})
    no = p.expect(0x34, 20)[:16].hex().upper()
    p.start_answer(no, ok=0, reason=3)
    wait_for(lambda: world.them.told("notification_start_charge_result", seq), 25, "told")
    assert world.them.told("notification_start_charge_result", seq)[0]["StartChargeSeqStat"] == 4
    none = world.us.ask("query_start_charge", {"StartChargeSeq": world.seq(), "ConnectorID": "nothing", "QRCode": ""})
    assert (none["SuccStat"], none["FailReason"]) == (1, 1)
    away = world.us.ask("query_start_charge", {"StartChargeSeq": world.seq(), "ConnectorID": world.code(world.site.serials[-1]), "QRCode": ""})
    assert (away["SuccStat"], away["FailReason"]) == (1, 2)
    p.close()


@pytest.mark.feature("I9")
def test_what_fails_is_sent_again_with_a_new_token_where_that_is_the_reason(world):
    tokens = world.them.tokens
    world.them.tokens += 1000                       # the one they gave is void now
    seq, _ = world.charge()
    wait_for(lambda: world.them.told("notification_charge_order_info", seq), 25, "pushed with a new token")
    assert tokens + 1000 < world.them.tokens < tokens + 1010
    world.them.broken = 10
    seq, no = world.charge()
    delivery = wait_for(lambda: world.at.value("select id from delivery where subject = 'notification_charge_order_info' and status = 'failed'"), 25)
    assert "Ret -1" in world.at.value("select last_error from delivery where id = %s", delivery)
    world.them.broken = 0
    world.at.sql("update delivery set next_at = now() where status = 'failed'")
    wait_for(lambda: world.them.told("notification_charge_order_info", seq), 25, "pushed again")


@pytest.mark.feature("I9")
def test_a_partner_that_answers_garbage_or_not_at_all_gets_the_order_once_in_the_end(world):
    world.them.raw = [b"", b"<html>busy</html>", b"[1,2", b'{"Ret": 0}', b'{"Ret": "x", "Msg": 1, "Data": {}, "Sig": []}', None, b"\xff\xfe\x00", b"9" * 70000,
                      b'{"Ret": 0, "Msg": "", "Data": "AAAA", "Sig": "' + b"0" * 32 + b'"}', None]
    seq, no = world.charge()

    def through():                                  # at once again, but none that is under way: it was taken for 120 seconds just now
        world.at.sql("update delivery set next_at = now() where status = 'failed'"
                     " and (next_at < now() + interval 110 second or next_at > now() + interval 121 second)")
        return (not world.them.raw and world.at.value("select confirm_result from exchange_session where seq = %s", seq) == 0
                and world.at.value("select count(*) from delivery where status = 'failed'") == 0)
    wait_for(through, 40, "all accepted after all")
    assert len(world.them.told("notification_charge_order_info", seq)) == 1


@pytest.mark.feature("I9")
def test_the_vault_shows_both_directions_and_sends_again(world):
    seq, no = world.charge()
    wait_for(lambda: world.them.told("notification_charge_order_info", seq), 25, "pushed")
    page = world.clerk.get(f"/admin/exchange_message?seq={seq}")
    assert "query_start_charge" in page.text and "notification_charge_order_info" in page.text
    out = world.at.value("select id from exchange_message where seq = %s and interface = 'notification_charge_order_info'", seq)
    shown = world.clerk.get(f"/admin/exchange_message/{out}").text
    assert "TotalSeviceMoney" in shown and "ConfirmResult" in shown
    count = len(world.them.told("notification_charge_order_info", seq))
    world.clerk.act("exchange_message", out, "resend")
    wait_for(lambda: len(world.them.told("notification_charge_order_info", seq)) == count + 1, 25, "sent again")
    start = world.at.value("select id from exchange_message where seq = %s and interface = 'query_start_charge'", seq)
    world.clerk.act("exchange_message", start, "resend")
    assert world.at.value("select count(*) from exchange_session where seq = %s", seq) == 1
    everything = "".join(a + b for a, b in world.at.rows("select ask, answer from exchange_message"))
    for key in (OURS, THEIRS):
        assert key.operator_secret not in everything
    assert "token-" not in everything and world.us.token not in everything


@pytest.mark.feature("I9")
def test_secrets_are_sealed_and_never_shown(world):
    html = world.clerk.get(f"/admin/exchange_peer/{world.peer}").html + world.clerk.get(f"/admin/exchange_peer/{world.peer}/edit").html
    kept = "".join(world.at.rows("select our_secrets, their_secrets, token from exchange_peer where id = %s", world.peer)[0])
    for keys in (OURS, THEIRS):
        for value in vars(keys).values():
            assert value not in html and value not in kept
    other = world.clerk.add("exchange_peer", {"name": "备用", "provider_id": world.site.provider, "full_name": "电网平台", "our_operator": US,
                                              "their_operator": "300000003"})
    shown = secret(world.clerk.send(f"/admin/exchange_peer/{other}/secret", {})).split()
    assert len(shown) == 4 and all(len(s) == 16 for s in shown)
    caller = Caller(world.us.url, "300000003", Keys(*shown))
    assert caller.log_in()["SuccStat"] == 0
    nobody = world.clerk.add("exchange_peer", {"name": "x", "provider_id": world.site.provider, "full_name": "谁也不是", "our_operator": US,
                                               "their_operator": "400000004"}, 422)
    assert "没有找到已合作的商家" in nobody.text
    bad = world.clerk.add("exchange_peer", {"name": "x", "provider_id": world.site.provider, "full_name": "电网平台", "our_operator": US,
                                            "their_operator": "400000004", "their_data_secret": "short", "allow_list": "nowhere", "paths": "x"}, 422)
    assert len(errors(bad)) >= 3


def agree(world, **more):
    """A charge agreement with the partner over all stations, agreed to; its side and its version."""
    clerk, at = world.clerk, world.at
    clerk.send("/admin/agreement/new", {"provider_id": world.site.provider, "full_name": "电网平台", "type": "charge", "title": "网上充电", "role": "owner",
                                        "day_from": today(), "day_to": "2099-12-31", **more})
    deal = at.value("select max(agreement_id) from agreement_side")
    clerk.act("agreement", at.value("select id from agreement_side where agreement_id = %s and side = 'partner'", deal), "accept")
    return at.rows("select x.id, a.version_id from agreement a join agreement_side x on x.agreement_id = a.id and x.side = 'owner' where a.id = %s",
                   deal)[0]


@pytest.mark.feature("I2", "I9")
def test_agreed_prices_are_told_and_billed_to_guests_and_paid_to_the_owner_for_members(world):
    side, version = agree(world, price_energy="0.5", price_service="0.25")
    try:
        p, code = world.plugged()
        policy = world.us.ask("query_equip_business_policy", {"EquipBizSeq": THEM + "C", "ConnectorID": code})
        assert {(s["ElecPrice"], s["SevicePrice"]) for s in policy["PolicyInfos"]} == {(0.5, 0.25)}
        p.close()
        seq, no = world.charge(energy=20000)
        assert world.row(no, "energy_fee, service_fee, amount") == (1, Decimal("0.5"), Decimal("1.5"))
        wait_for(lambda: world.them.told("notification_charge_order_info", seq), 25, "pushed")
        order = world.them.told("notification_charge_order_info", seq)[0]
        assert (order["TotalElecMoney"], order["TotalSeviceMoney"], order["TotalMoney"]) == (1, 0.5, 1.5)
        assert order["ChargeDetails"][0]["ElecPrice"] == 0.5
        session = world.row(no, "id")[0]
        assert world.at.value("select amount from session_share where session_id = %s", session) is None, "what a guest pays is the owner's"
        member_pays(world, version)
    finally:
        world.clerk.act("agreement", side, "end")


@pytest.mark.feature("I2", "I5")
def test_a_charge_keeps_its_terms_when_the_agreement_ends_meanwhile(world):
    side, _ = agree(world, price_energy="0.5", price_service="0.25")
    seq, no = world.charge(energy=20000, meanwhile=lambda: world.clerk.act("agreement", side, "end"))
    assert world.row(no, "energy_fee, service_fee, amount") == (1, Decimal("0.5"), Decimal("1.5"))
    wait_for(lambda: world.them.told("notification_charge_order_info", seq), 25, "pushed")
    _, later = world.charge(energy=20000)
    assert world.row(later, "amount")[0] != Decimal("1.5"), "from its end on the station's own price"


def member_pays(world, version):
    """A member of the partner at our pile: pays the station's price, the owner is paid what was agreed."""
    serial = next(world.piles)
    p = world.site.pile(serial)
    p.live(gun=1, state=2, plugged=1)
    wait_for(lambda: world.at.value("select plugged from connector_live where connector_id = %s", world.site.connector(serial)) == 1, 15, "plugged")
    card, _ = world.site.card(100)
    no = world.site.probe("start", world.site.connector(serial), card)["no"]
    p.expect(0x34, 20)
    p.start_answer(no)
    session = world.row(no, "id")[0]
    world.at.sql("insert into session_share (session_id, agreement_version_id) values (%s, %s)", session, version)
    world.at.sql("update session set member_provider_id = %s where id = %s", world.partner_id, session)
    p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=10000, amount=10000, soc=50)
    now = int(time.time())
    p.record(no, now - 600, now, 20000, amount=20000)
    assert p.acknowledged(no, 20)
    amount = world.row(no, "amount")[0]
    assert amount != Decimal("1.5")               # of the station's slots, whichever hour it is
    assert world.at.rows("select energy_fee, service_fee, amount from session_share where session_id = %s", session) == [
        (1, Decimal("0.5"), Decimal("1.5"))]
    p.close()


@pytest.mark.feature("I6", "I9")
def test_the_daily_report_finds_the_charges_of_partners(world):
    world.at.job("daily_report", "--date", today())
    row = world.at.rows("select sessions, energy, amount from daily_report where direction = 'receivable' and partner_id = %s", world.partner_id)
    real = world.at.rows("select count(*), sum(s.energy), sum(coalesce(h.amount, s.amount)) from session s left join session_share h on h.session_id = s.id where member_provider_id = %s and state = 'finished'", world.partner_id)
    assert row == real
