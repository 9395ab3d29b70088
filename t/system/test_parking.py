"""Parking relief from both sides: the platform that charge providers and gates speak to, and our own charges told to it (K9, K10, K12, H3)."""
import hashlib
import hmac
import json
import time

import pytest
import requests

from clerk import Clerk, errors, secret
from instance import Instance, wait_for
from people import Tenant
from test_webhook import Site

T0 = "2026-11-20 10:00:00"
T1 = "2026-11-20 10:45:00"


def sign(key, fields, digest="hmac_sha256", name="key"):
    """As docs/parking.md tells a peer."""
    text = "&".join(f"{k}={fields[k]}" for k in sorted(fields) if k != "sign" and fields[k] != "")
    if digest == "hmac_sha256":
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    return getattr(hashlib, digest)(f"{text}&{name}={key}".encode()).hexdigest().upper()


class Peer:
    def __init__(self, url, app_id, key, digest="hmac_sha256"):
        self.url, self.app_id, self.key, self.digest = url, app_id, key, digest

    def ask(self, what, **fields):
        """(code, data or message)"""
        body = {"app_id": self.app_id, "timestamp": int(time.time()), **fields}
        body.setdefault("sign", sign(self.key, body, self.digest))
        done = requests.post(f"{self.url}/open/parking/{what}", json=body, timeout=10)
        assert done.status_code == 200, done.text
        answer = done.json()
        return answer["code"], answer["data"] if answer["code"] == 10000 else answer["msg"]


@pytest.fixture(scope="module")
def parked():
    made = Instance("parking")
    made.up("--bare")
    try:
        yield made
    finally:
        made.destroy()


class World:
    def __init__(self, at, place=None):
        self.at, self.clerk = at, Clerk(at)
        self.place = place or self.clerk.site(51)
        self.lot = self.clerk.add("parking_lot", {"provider_id": self.place.provider, "name": "东门车场", "code": "LOT1", "spaces": 120,
                                                  "occupancy_free": 15, "occupancy_minutes": 30, "occupancy_price": "2", "occupancy_cap": "5"})
        self.charger, self.gate = self.peer("充电商", "charger"), self.peer("道闸", "gate", digest="md5")

    def peer(self, name, kind, digest="hmac_sha256"):
        record = self.clerk.add("parking_peer", {"provider_id": self.place.provider, "name": name, "kind": kind, "sign_digest": digest})
        key = secret(self.clerk.send(f"/admin/parking_peer/{record}/secret", {}))
        peer = Peer(self.at.url, self.at.value("select app_id from parking_peer where id = %s", record), key, digest)
        peer.id = record
        return peer

    def plan(self, name, **more):
        return self.clerk.add("relief_plan", {"parking_lot_id": self.lot, "name": name, "kind": "minutes", "minutes": 20, **more})


@pytest.fixture(scope="module")
def world(parked):
    w = World(parked)
    w.plan("充电即减")
    w.plan("充满一度", min_energy="1", kind="amount", minutes="", amount="5")
    return w


def ended(order, energy="0.5", plate="粤B12345", **more):
    return {"lot": "LOT1", "order_no": order, "plate": plate, "start_time": T0, "end_time": T1, "energy": energy, "amount": "1.20", **more}


@pytest.mark.feature("K12")
def test_a_charge_earns_one_relief_and_the_gate_uses_it_once(world):
    charger, gate = world.charger, world.gate
    assert charger.ask("charge_start", lot="LOT1", order_no="A1", plate="粤B12345", start_time=T0) == (10000, {})
    assert gate.ask("query", lot="LOT1", plate="粤B12345") == (10000, {"reliefs": [], "occupancy": []})
    assert charger.ask("charge_start", lot="LOT1", order_no="A1", plate="粤B12345", start_time="2026-11-20 09:59:58") == (10000, {})
    code, relief = charger.ask("charge_end", **ended("A1"))
    assert code == 10000 and relief["minutes"] == 20 and relief["kind"] == "minutes" and relief["relief_no"].startswith("DR20")
    assert charger.ask("charge_end", **ended("A1")) == (10000, relief)
    code, found = gate.ask("query", lot="LOT1", plate="粤B12345")
    assert code == 10000 and found["reliefs"] == [relief]
    assert gate.ask("relief_use", lot="LOT1", relief_no=relief["relief_no"], stay_no="S1") == (10000, {})
    assert gate.ask("relief_use", lot="LOT1", relief_no=relief["relief_no"], stay_no="S1") == (10000, {})
    assert gate.ask("relief_use", lot="LOT1", relief_no=relief["relief_no"], stay_no="S2")[0] == 10409
    assert gate.ask("query", lot="LOT1", plate="粤B12345")[1]["reliefs"] == []
    page = world.clerk.get("/admin/relief?no=" + relief["relief_no"])
    assert "粤B12345" in page.text and "已使用" in page.text


@pytest.mark.feature("K12")
def test_the_plan_whose_conditions_are_hardest_counts(world):
    assert world.charger.ask("charge_end", **ended("B1", energy="1"))[1]["amount"] == "5.00"
    assert world.charger.ask("charge_end", **ended("B2", energy="0.9999"))[1]["minutes"] == 20


@pytest.mark.feature("K12")
def test_a_number_stands_for_one_charge(world):
    assert world.charger.ask("charge_end", **ended("C1"))[0] == 10000
    for other in ({"energy": "9"}, {"amount": "9"}, {"end_time": "2026-11-20 11:00:00"}, {"plate": "粤B99999"}, {"start_time": "2026-11-20 09:00:00"}):
        code, message = world.charger.ask("charge_end", **{**ended("C1"), **other})
        assert code == 10409 and "C1" in message, other
    assert world.at.value("select count(*) from relief r join charge_record c on c.id = r.charge_record_id where c.order_no = 'C1'") == 1


@pytest.mark.feature("K12")
def test_an_occupied_bay_costs_by_the_begun_unit_without_the_charge(world):
    held = {"lot": "LOT1", "booking_no": "R1", "plate": "粤B55555", "enter_time": "2026-11-20 09:00:00"}
    assert world.charger.ask("occupancy", **held) == (10000, {"minutes": 0, "fee": "0.00"})
    assert world.charger.ask("charge_end", **ended("D1", plate="粤B55555"))[0] == 10000
    done = {**held, "leave_time": "2026-11-20 11:00:00"}            # 120 minutes, 45 of them charging: 75, 60 to pay
    assert world.charger.ask("occupancy", **done) == (10000, {"minutes": 75, "fee": "4.00"})
    assert world.charger.ask("occupancy", **done) == (10000, {"minutes": 75, "fee": "4.00"})
    assert world.charger.ask("occupancy", **{**done, "leave_time": "2026-11-20 12:00:00"})[0] == 10409
    assert world.gate.ask("query", lot="LOT1", plate="粤B55555")[1]["occupancy"] == [{"booking_no": "R1", "minutes": 75, "fee": "4.00"}]
    assert world.gate.ask("occupancy_paid", lot="LOT1", booking_no="R1")[0] == 10000
    assert world.gate.ask("query", lot="LOT1", plate="粤B55555")[1]["occupancy"] == []
    assert world.gate.ask("occupancy_paid", lot="LOT1", booking_no="R9")[0] == 10404
    gone = {**held, "booking_no": "R2", "leave_time": "2026-11-20 10:00:00", "state": "cancelled"}
    assert world.charger.ask("occupancy", **gone) == (10000, {"minutes": 60, "fee": "0.00"})


@pytest.mark.feature("K12", "H3")
def test_stays_and_payments_are_kept_once_and_stand_on_the_home_page(world):
    gate = world.gate
    stay = {"lot": "LOT1", "stay_no": "P1", "plate": "苏K711CK", "gate": "YCC进口", "enter_time": time.strftime("%Y-%m-%d %H:%M:%S")}
    for _ in range(2):
        assert gate.ask("enter", **stay)[0] == 10000
    paid = {"lot": "LOT1", "payment_no": "PAY1", "stay_no": "P1", "plate": "苏K711CK", "amount": "10", "pay_time": stay["enter_time"]}
    for _ in range(2):
        assert gate.ask("payment", **paid)[0] == 10000
    assert gate.ask("payment", **{**paid, "amount": "11"})[0] == 10409
    assert world.at.rows("select count(*), sum(amount) from parking_payment where payment_no = 'PAY1'") == [(1, 10)]
    home = world.clerk.get("/admin/?figures=1").text
    for word in ("停车场", "车位总数", "减免方案", "YCC进口", "苏K711CK"):
        assert word in home, word
    assert world.clerk.get("/admin/parking_stay?tab=inside").html.count("苏K711CK") == 1
    assert gate.ask("leave", lot="LOT1", stay_no="P1", gate="出口", leave_time="2026-01-01 00:00:00")[0] == 10404
    assert gate.ask("leave", lot="LOT1", stay_no="P1", gate="出口", leave_time=time.strftime("%Y-%m-%d %H:%M:%S"))[0] == 10000
    assert world.clerk.get("/admin/parking_stay?tab=inside").html.count("苏K711CK") == 0


@pytest.mark.feature("K12")
def test_who_may_not_speak_is_refused(world, parked):
    charger, gate = world.charger, world.gate
    assert charger.ask("charge_start", **{"lot": "LOT1", "order_no": "F1", "plate": "粤B1", "start_time": T0, "sign": "0" * 64})[0] == 10401
    assert charger.ask("charge_start", lot="LOT1", order_no="F1", plate="粤B1", start_time=T0, timestamp=int(time.time()) - 700)[0] == 10401
    assert Peer(parked.url, "0" * 16, charger.key).ask("query", lot="LOT1", plate="粤B1")[0] == 10401
    assert charger.ask("query", lot="LOT1", plate="粤B1")[0] == 10403 and gate.ask("charge_end", **ended("F2"))[0] == 10403
    assert charger.ask("charge_start", lot="LOT9", order_no="F1", plate="粤B1", start_time=T0)[0] == 10404
    assert charger.ask("nonsense", lot="LOT1")[0] == 10404
    world.clerk.act("parking_peer", gate.id, "disable")
    assert gate.ask("query", lot="LOT1", plate="粤B1")[0] == 10401
    world.clerk.act("parking_peer", gate.id, "enable")
    assert gate.ask("query", lot="LOT1", plate="粤B1")[0] == 10000
    assert parked.value("select count(*) from charge_record where order_no like 'F%%'") == 0


@pytest.mark.feature("K12")
def test_another_providers_lot_is_not_there(world, parked):
    other = Tenant(parked)
    record = world.clerk.add("parking_peer", {"provider_id": other.provider, "name": "别家", "kind": "charger"})
    key = secret(world.clerk.send(f"/admin/parking_peer/{record}/secret", {}))
    stranger = Peer(parked.url, parked.value("select app_id from parking_peer where id = %s", record), key)
    assert stranger.ask("charge_end", **ended("G1"))[0] == 10404


@pytest.mark.feature("K12")
@pytest.mark.parametrize("change, word", [
    ({"order_no": ""}, "order_no"), ({"order_no": "x" * 41}, "order_no"), ({"order_no": "编号"}, "order_no"), ({"plate": "粤" * 13}, "plate"),
    ({"start_time": "yesterday"}, "start_time"), ({"start_time": "2099-01-01 00:00:00"}, "start_time"), ({"end_time": "2026-11-20 09:00:00"}, "end_time"),
    ({"energy": "-1"}, "energy"), ({"energy": "1e3"}, "energy"), ({"amount": "1.123456"}, "amount"), ({"energy": 1}, "energy")])
def test_a_wrong_field_is_named(world, change, word):
    code, message = world.charger.ask("charge_end", **{**ended("H1"), **change})
    assert code == 10400 and word in message
    assert world.at.value("select count(*) from charge_record where order_no = 'H1'") == 0


@pytest.mark.feature("K12")
def test_what_is_no_json_is_refused(parked):
    for body in (b"", b"{", b"[]", b'{"app_id": {"a": 1}}', b"x" * 20000):
        done = requests.post(f"{parked.url}/open/parking/charge_end", data=body, timeout=10)
        assert done.status_code == 200 and done.json()["code"] in (10400, 10401), body[:20]


@pytest.mark.feature("K12")
def test_bad_forms_say_what_is_wrong(world):
    for table, values in (("parking_lot", {"provider_id": world.place.provider, "name": "x", "occupancy_minutes": 30}),
                          ("relief_plan", {"parking_lot_id": world.lot, "name": "x", "kind": "minutes", "minutes": ""}),
                          ("relief_plan", {"parking_lot_id": world.lot, "name": "x", "kind": "minutes", "minutes": 5,
                                           "from_day": "2026-12-02", "to_day": "2026-12-01"}),
                          ("parking_push", {"provider_id": world.place.provider, "name": "x", "url": "ftp://x.example/", "secret_text": "k"}),
                          ("parking_push", {"provider_id": world.place.provider, "name": "x", "url": "https://x.example/"})):
        assert errors(world.clerk.add(table, values, status=422)), values
    other = Tenant(world.at)
    page = world.clerk.add("parking_lot", {"provider_id": world.place.provider, "property_id": other.property, "name": "别家物业"}, status=422)
    assert errors(page) and not world.at.value("select count(*) from parking_lot where name = '别家物业'")
    page = world.clerk.act("parking_lot", world.lot, "delete", status=422)
    assert "不能删除" in page.text


@pytest.mark.feature("K9", "K10", "K12")
def test_our_charge_is_told_at_its_start_and_end_and_earns_relief(world, parked):
    """The other side is this same platform, as any peer would meet it."""
    place = Site(parked, piles=1)
    ours = world.peer("我方", "charger")
    push = world.clerk.add("parking_push", {"provider_id": place.provider, "name": "东门减免", "url": parked.url + "/open/parking",
                                            "app_id": ours.app_id, "secret_text": ours.key})
    kept = parked.value("select secret from parking_push where id = %s", push)
    assert kept.startswith("v1:") and ours.key not in kept and ours.key not in world.clerk.get(f"/admin/parking_push/{push}").html
    world.clerk.add("parking_bind", {"parking_push_id": push, "station_id": place.station, "lot_code": "LOT1"})
    plain, _ = place.card(100)
    no = charge(place, parked, plain, plate="")
    assert parked.value("select count(*) from delivery where parking_push_id = %s", push) == 0, "no plate, nothing to tell"
    parked.sql("update member set plate = '粤BD00001'")
    no = charge(place, parked, place_card(place), plate="粤BD00001")
    assert parked.value("select count(*) from delivery where parking_push_id = %s", push) == 0, "the member is not certified"
    parked.sql("update member set certified = 1")
    no = charge(place, parked, place_card(place), plate="粤BD00001")
    wait_for(lambda: parked.value("select count(*) from delivery where parking_push_id = %s and status = 'sent'", push) == 2, 15, "both told")
    told = parked.rows("select subject, payload, answer, http_status from delivery where parking_push_id = %s order by id", push)
    assert [t[0] for t in told] == ["charge_start", "charge_end"]
    assert json.loads(told[1][1])["order_no"] == no and json.loads(told[1][1])["energy"] == "2.0000" and "sign" not in told[1][1]
    assert json.loads(told[1][2])["data"]["amount"] == "5.00" and told[1][3] == 200
    assert parked.rows("select state, plate, energy from charge_record where order_no = %s", no) == [("ended", "粤BD00001", 2)]
    log = world.clerk.get(f"/admin/parking_delivery?parking_push_id={push}").text
    assert "charge_end" in log and "LOT1" not in log


@pytest.mark.feature("K10")
def test_a_refusal_is_shown_and_pushed_again_by_hand(world, parked):
    push = parked.value("select max(id) from parking_push")
    last = parked.value("select max(id) from delivery where parking_push_id = %s", push)
    parked.sql("update parking_push set success_code = 7 where id = %s", push)
    world.clerk.act("parking_delivery", last, "resend")
    wait_for(lambda: parked.value("select status from delivery where id = %s", last) == "failed", 10, "refused")
    assert "not 7" in parked.value("select last_error from delivery where id = %s", last)
    parked.sql("update parking_push set success_code = 10000 where id = %s", push)
    world.clerk.act("parking_delivery", last, "resend")
    wait_for(lambda: parked.value("select status from delivery where id = %s", last) == "sent", 10, "taken")
    assert parked.value("select count(*) from relief r join charge_record c on c.id = r.charge_record_id join parking_peer p on"
                        " p.id = c.parking_peer_id where p.name = '我方'") == 1


def place_card(place):
    return place.i.value("select max(id) from card")


def charge(place, at, card, plate):
    """A whole charge of 2 kWh by the app; its number."""
    pile = place.pile(place.serials[0])
    try:
        pile.live(gun=1, state=2, plugged=1)
        gun = place.connector(pile.serial)
        wait_for(lambda: at.value("select plugged from connector_live where connector_id = %s", gun) == 1, 5, "plugged")
        no = place.probe("start", gun, card)["no"]
        pile.expect(0x34)
        pile.start_answer(no)
        at.sql("update session set plate = %s where no = %s", plate, no)
        pile.live(gun=1, state=3, no=no, volts=400, amps=100, energy=10000, amount=17000, soc=50)
        wait_for(lambda: at.value("select energy * 10000 from session where no = %s", no) == 10000, 5, "reported")
        now = int(time.time())
        pile.record(no, now - 600, now, 20000, amount=34000)
        assert pile.acknowledged(no)
        wait_for(lambda: at.value("select state from session where no = %s", no) == "finished", 5, "settled")
        pile.live(gun=1, state=2, plugged=0)
        return no
    finally:
        pile.close()
