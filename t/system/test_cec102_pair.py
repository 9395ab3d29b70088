"""Two platforms of ours that speak T/CEC 102 with each other: drivers of one charge at piles of the other, and both books agree (I9, I6, I2)."""
import json
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk
from instance import wait_for
from site_rows import Site
from test_cec102 import OURS, THEIRS, THEM, US, befriend, lively, secrets_of

CHARGES = 12


class Side:
    """A platform with a site, a partner and a peer; `mine` are the keys it gave the other one."""

    def __init__(self, name, piles):
        self.at = lively(name)
        self.site = Site(self.at, piles=piles, guns=1)
        self.clerk = Clerk(self.at)

    def know(self, other, name, operator, their_operator, mine, theirs):
        self.partner = befriend(self.site, name)
        self.peer = self.clerk.add("exchange_peer", {
            "name": name, "provider_id": self.site.provider, "full_name": name, "our_operator": operator, "their_operator": their_operator,
            "base_url": f"{other.at.url}/open/evcs/v1", "progress_seconds": "1", "check_sig": "1", "push_status": "1",
            **secrets_of("our", mine), **secrets_of("their", theirs)})


class Pair:
    def __init__(self):
        self.a, self.b = Side("cec-a", CHARGES + 6), Side("cec-b", 1)
        self.a.know(self.b, "乙平台", US, THEM, OURS, THEIRS)
        self.b.know(self.a, "甲平台", THEM, US, THEIRS, OURS)
        self.piles = iter(self.a.site.serials)
        self.web = self.driver()

    def driver(self):
        """A driver of b, logged in, with money."""
        at, phone = self.b.at, "13700009999"
        web = at.session()
        page = web.get("/d/login?next=/c/P00011")
        page = web.submit(page, page.form("phone"), {"phone": phone})
        code = json.loads(at.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone))["code"]
        web.submit(page, page.form("code"), {"code": code})
        self.member = at.value("select id from member where phone = %s", phone)
        at.sql("update member set provider_id = %s where id = %s", self.b.site.provider, self.member)
        self.b.clerk.act("member", self.member, "recharge", {"cash_amount": "500"})
        return web

    def mirrored(self):
        self.b.at.job("exchange")
        wait_for(lambda: self.b.at.value("select count(*) from remote_connector") == CHARGES + 6, 25, "stations come over")
        return self.b.at.value("select id from remote_station")

    def plugged(self):
        serial = next(self.piles)
        p = self.a.site.pile(serial)
        p.live(gun=1, state=2, plugged=1)
        code = self.a.at.value("select code from connector where id = %s", self.a.site.connector(serial))
        wait_for(lambda: self.b.at.value("select state from remote_connector where code = %s", code) == "plugged", 25, "the state comes over")
        return p, code

    def start(self, code, status=200):
        gun = self.b.at.value("select id from remote_connector where code = %s", code)
        page = self.web.get(f"/d/remote/{self.b.at.value('select id from remote_station')}")
        done = self.web.submit(page, page.form("once", action=f"/d/remote/{gun}/start"))
        assert done.status == status, done.text[:400]
        return int(done.url.rsplit("/", 1)[1]) if status == 200 else done

    def state(self, session):
        return self.b.at.value("select state from remote_session where id = %s", session)

    def charge(self, energy):
        """(remote session at b, number of the session at a)"""
        p, code = self.plugged()
        session = self.start(code)
        no = p.expect(0x34, 20)[:16].hex().upper()
        p.start_answer(no)
        p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=energy // 2, amount=energy // 2, soc=50)
        wait_for(lambda: self.state(session) == "charging", 25, "charging")
        now = int(time.time())
        p.record(no, now - 600, now, energy, amount=energy)
        assert p.acknowledged(no, 20)
        p.close()
        return session, no


@pytest.fixture(scope="module")
def pair():
    made = Pair()
    yield made
    made.a.at.destroy()
    made.b.at.destroy()


@pytest.mark.feature("I9")
def test_stations_prices_and_states_come_over(pair):
    pair.mirrored()
    assert pair.b.at.rows("select code, name, state from remote_station") == [("S1", "一站", 50)]
    wait_for(lambda: pair.b.at.value("select prices from remote_station"), 25, "prices")
    prices = json.loads(pair.b.at.value("select prices from remote_station"))
    assert [p["ElecPrice"] for p in prices] == [0.3, 1.1, 0.7]
    page = pair.web.get("/d/remote")
    assert "一站" in page.text and "甲平台" in page.text
    shown = pair.web.get(f"/d/remote/{pair.b.at.value('select id from remote_station')}")
    assert shown.status == 200 and "0.3" in shown.text
    assert "一站" in pair.b.clerk.get("/admin/remote_station").text
    assert pair.b.at.value("select count(*) from remote_connector where state <> 'offline'") == 0


@pytest.mark.feature("I9", "U4")
def test_our_driver_watches_and_stops_a_charge_there(pair):
    p, code = pair.plugged()
    session = pair.start(code)
    no = p.expect(0x34, 20)[:16].hex().upper()
    assert pair.b.at.value("select prepaid from remote_session where id = %s", session) > 0
    p.start_answer(no)
    p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=12000, amount=12000, soc=51)
    wait_for(lambda: pair.state(session) == "charging", 25, "charging")
    time.sleep(1.1)
    p.live(gun=1, state=3, no=no, volts=400, amps=100, energy=15000, amount=15000, soc=52)
    wait_for(lambda: pair.b.at.value("select energy from remote_session where id = %s", session) == Decimal("1.5"), 25, "progress comes over")
    page = pair.web.get(f"/d/remote/session/{session}")
    assert "1.50" in page.text and "52%" in page.text
    assert f"/d/remote/session/{session}" in pair.web.get("/d/remote").html
    pair.web.submit(page, page.form(action="/stop"))
    assert p.expect(0x36, 20)
    p.stop_answer()
    now = int(time.time())
    p.record(no, now - 600, now, 20000, amount=20000)
    assert p.acknowledged(no, 20)
    wait_for(lambda: pair.state(session) == "finished", 25, "the order comes over")
    ours = pair.a.at.rows("select amount, energy from session where no = %s", no)[0]
    assert pair.b.at.rows("select amount, energy, member_amount, prepaid from remote_session where id = %s", session) == [(*ours, ours[0], 0)]
    assert "findings=0" in pair.b.at.job("ledger_proof") and "findings=0" in pair.a.at.job("ledger_proof")
    over = pair.web.get(f"/d/remote/session/{session}")
    assert f"¥{ours[0]:.2f}" in over.text
    p.close()


@pytest.mark.feature("I9")
def test_a_refused_start_gives_the_money_back(pair):
    p, code = pair.plugged()
    session = pair.start(code)
    no = p.expect(0x34, 20)[:16].hex().upper()
    p.start_answer(no, ok=0, reason=3)
    wait_for(lambda: pair.state(session) == "failed", 25, "failed")
    assert pair.b.at.value("select sum(balance) from account where owner_kind = 'member' and owner_id = %s and kind like '%%_held'", pair.member) == 0
    busy = pair.start(code)
    pair.b.at.sql("update remote_session set requested_at = now() - interval 6 minute where id = %s", busy)
    p.expect(0x34, 20)
    pair.b.at.job("exchange")
    assert pair.state(busy) == "failed", "no answer in five minutes"
    pair.b.at.sql("update remote_connector set state = 'offline' where code = %s", code)
    page = pair.web.get(f"/d/remote/{pair.b.at.value('select id from remote_station')}")
    gun = pair.b.at.value("select id from remote_connector where code = %s", code)
    assert f"/d/remote/{gun}/start" not in page.html
    p.close()


@pytest.mark.feature("I9", "I6")
def test_a_dozen_charges_and_both_reports_agree_to_the_fen(pair):
    done = [pair.charge(10000 + 777 * i) for i in range(CHARGES)]
    for session, no in done:
        wait_for(lambda: pair.state(session) == "finished", 25, "settled")
    today = time.strftime("%Y-%m-%d")
    for side in (pair.a, pair.b):
        side.at.job("daily_report", "--date", today)
    receive = pair.a.at.rows("select sessions, amount from daily_report where direction = 'receivable' and partner_id = %s", pair.a.partner)
    pay = pair.b.at.rows("select sessions, amount from daily_report where direction = 'payable' and partner_id = %s", pair.b.partner)
    assert receive == pay and receive[0][0] == CHARGES + 1, (receive, pay)
    assert receive[0][1] == pair.a.at.value("select sum(amount) from session where pay_kind = 'none' and state = 'finished'")
    wait_for(lambda: pair.a.at.value("select count(*) from exchange_session where confirm_result = 0") == CHARGES + 1, 25, "all accepted")
    pair.a.at.job("daily_report", "--date", today)
    assert pair.a.at.value("select sum(differs) from daily_report") == 0
    assert "findings=0" in pair.b.at.job("ledger_proof")


@pytest.mark.feature("I6", "I9")
def test_what_differs_is_marked_with_the_reason_and_sent_again(pair):
    a, b = pair.a.at, pair.b.at
    today = time.strftime("%Y-%m-%d")
    session, no = pair.charge(30000)
    wait_for(lambda: pair.state(session) == "finished", 25, "settled")
    amount = a.value("select amount from session where no = %s", no)
    wait_for(lambda: a.value("select count(*) from exchange_session where confirmed_at is null and order_amount is not null") == 0, 25, "accepted")
    a.sql("update session set amount = amount + 1, service_fee = service_fee + 1, meter_end = meter_end + 5 where no = %s", no)
    a.sql("insert into device_record (protocol, pile_serial, session_no, digest, body, outcome, first_at, last_at) values ('ykc', 'x', %s, repeat('0', 64),"
          " 'x', 'conflict', now(), now())", no)
    a.job("daily_report", "--date", today)
    row = a.value("select id from daily_report where direction = 'receivable'")
    assert a.value("select differs from daily_report where id = %s", row) == 1
    page = pair.a.clerk.get(f"/admin/daily_report/{row}").text
    for words in ("推送订单与账单不符", "设备补报的记录不同", "电表读数与电量不符"):
        assert words in page, words
    assert "对方有争议" not in page
    pair.a.clerk.act("daily_report", row, "resend")
    wait_for(lambda: a.value("select confirm_result from exchange_session x join session s on s.id = x.session_id where s.no = %s", no) == 1, 25,
             "they keep the first order")
    assert b.value("select amount from remote_session where id = %s", session) == amount, "the first order counts"
    assert json.loads(b.value("select order_other from remote_session where id = %s", session))["TotalMoney"] == float(amount + 1)
    pair.a.clerk.act("daily_report", row, "check")
    page = pair.a.clerk.get(f"/admin/daily_report/{row}").text
    assert "对方有争议" in page and "推送订单与账单不符" not in page
    b.job("daily_report", "--date", today)
    assert b.value("select differs from daily_report where direction = 'payable'") == 1


@pytest.mark.feature("I9")
def test_a_days_orders_are_compared(pair):
    a, b = pair.a.at, pair.b.at
    a.sql("update session s join exchange_session x on x.session_id = s.id set s.ended_at = s.ended_at - interval 1 day, s.requested_at ="
          " s.requested_at - interval 1 day")
    a.sql("update exchange_peer set checked_day = null")
    a.job("exchange")
    wait_for(lambda: a.value("select count(*) from exchange_session where dispute = 3") == 1, 25, "the one that differs is disputed")
    assert a.value("select count(*) from exchange_session where dispute is not null") == 1
    asked = a.value("select answer from exchange_message where interface = 'check_charge_orders' and direction = 'out' order by id desc limit 1")
    assert json.loads(asked)["TotalDisputeOrder"] == 1
    before = a.value("select count(*) from exchange_message where interface = 'check_charge_orders'")
    a.job("exchange")
    time.sleep(1)
    assert a.value("select count(*) from exchange_message where interface = 'check_charge_orders'") == before, "once a day"
    assert b.value("select count(*) from exchange_message where interface = 'check_charge_orders' and direction = 'in'") == 1
