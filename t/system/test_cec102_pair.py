"""Two platforms of ours that speak T/CEC 102 with each other: drivers of one charge at piles of the other, and both books agree (I9, I6, I2)."""
import json
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk
from instance import today, wait_for
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
    day = today()
    for side in (pair.a, pair.b):
        side.at.job("daily_report", "--date", day)
    receive = pair.a.at.rows("select sessions, amount from daily_report where direction = 'receivable' and partner_id = %s", pair.a.partner)
    pay = pair.b.at.rows("select sessions, amount from daily_report where direction = 'payable' and partner_id = %s", pair.b.partner)
    assert receive == pay and receive[0][0] == CHARGES + 1, (receive, pay)
    assert receive[0][1] == pair.a.at.value("select sum(amount) from session where pay_kind = 'none' and state = 'finished'")
    wait_for(lambda: pair.a.at.value("select count(*) from exchange_session where confirm_result = 0") == CHARGES + 1, 25, "all accepted")
    pair.a.at.job("daily_report", "--date", day)
    assert pair.a.at.value("select sum(differs) from daily_report") == 0
    assert "findings=0" in pair.b.at.job("ledger_proof")


@pytest.mark.feature("I6", "I9")
def test_what_differs_is_marked_with_the_reason_and_sent_again(pair):
    a, b = pair.a.at, pair.b.at
    day = today()
    session, no = pair.charge(30000)
    wait_for(lambda: pair.state(session) == "finished", 25, "settled")
    amount = a.value("select amount from session where no = %s", no)
    wait_for(lambda: a.value("select count(*) from exchange_session where confirmed_at is null and order_amount is not null") == 0, 25, "accepted")
    a.sql("update session set amount = amount + 1, service_fee = service_fee + 1, meter_end = meter_end + 5 where no = %s", no)
    a.sql("insert into device_record (protocol, pile_serial, session_no, digest, body, outcome, first_at, last_at) values ('ykc', 'x', %s, repeat('0', 64),"
          " 'x', 'conflict', now(), now())", no)
    a.job("daily_report", "--date", day)
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
    b.job("daily_report", "--date", day)
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


MANY = 1000
THEN = "2026-10-20"                      # a day of its own


def many_charges(owner, guest, operator):
    """As rows: MANY finished charges at the owner's pile by the guest's member, known to both, no order pushed yet."""
    at, there = owner.at, guest.at
    pile, gun, station = at.rows("select p.id, c.id, p.station_id from pile p join connector c on c.pile_id = p.id order by p.id limit 1")[0]
    site = owner.site
    member = guest.site.insert("member", no=f"9{operator[:8]}", provider_id=guest.site.provider, phone=f"13611{operator[:6]}", name="远行")
    theirs, their_gun = there.rows("select c.remote_station_id, c.id from remote_connector c order by c.id limit 1")[0]
    seq = [f"{operator}{n:018d}" for n in range(1, MANY + 1)]
    charges = []
    for n in range(MANY):
        energy, fee, service = Decimal(1000 + n * 7) / 100, Decimal(500 + n) / 100, Decimal(100 + n % 97) / 100
        charges.append((energy, fee, service, fee + service, f"{THEN} {n // 60 % 24:02d}:{n % 60:02d}:00"))
    for where, statement, rows in (
            (at, "insert into session (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, member_provider_id, start_mode, pay_kind,"
             " state, requested_at, started_at, ended_at, settled_at, energy, energy_fee, service_fee, amount, created_at, updated_at) values (%s, %s, %s, %s,"
             " %s, %s, %s, %s, 'platform', 'none', 'finished', %s, %s, %s, %s, %s, %s, %s, %s, now(), now())",
             [(f"{operator}{n:023d}", site.provider, site.property, station, site.area, pile, gun, owner.partner, c[4], c[4], c[4], c[4], *c[:4])
              for n, c in enumerate(charges)]),
            (at, "insert into exchange_session (session_id, exchange_peer_id, seq) select id, %s, %s from session where no = %s",
             [(owner.peer, s, f"{operator}{n:023d}") for n, s in enumerate(seq)]),
            (at, "insert into device_record (protocol, pile_serial, session_no, digest, body, outcome, first_at, last_at) values ('ykc', 'x', %s, repeat('0', 64),"
             " 'x', 'settled', now(), now())", [(f"{operator}{n:023d}",) for n in range(MANY)]),
            (there, "insert into remote_session (seq, exchange_peer_id, provider_id, partner_id, member_id, remote_station_id, remote_connector_id, state,"
             " requested_at) values (%s, %s, %s, %s, %s, %s, %s, 'charging', %s)",
             [(s, guest.peer, guest.site.provider, guest.partner, member, theirs, their_gun, c[4]) for s, c in zip(seq, charges)])):
        db = where.connect()
        with db.cursor() as cursor:
            cursor.executemany(statement, rows)
        db.commit()
        db.close()
    return sum(c[3] for c in charges)


def day_of(side, direction):
    rows = side.at.rows("select sessions, energy, amount, differs from daily_report where day = %s and direction = %s", THEN, direction)
    return rows[0] if rows else None


def both_reports(pair):
    for side in (pair.a, pair.b):
        side.at.job("daily_report", "--date", THEN)


def resend(side):
    side.clerk.act("daily_report", side.at.value("select id from daily_report where day = %s and direction = 'receivable'", THEN), "resend")


def open_orders(side):
    return side.at.value("select count(*) from exchange_session x join session s on s.id = x.session_id where date(s.ended_at) = %s and"
                         " coalesce(x.confirm_result, 9) <> 0", THEN)


@pytest.mark.feature("I6", "I9")
def test_two_thousand_charges_in_both_directions_and_what_is_tampered_lost_or_doubled_is_named(pair):
    pair.mirrored()
    pair.a.at.job("exchange")
    wait_for(lambda: pair.a.at.value("select count(*) from remote_connector"), 25, "their stations come over, too")
    for side in (pair.a, pair.b):
        side.at.sql("update exchange_peer set rate_limit = 100000")
    sums = {pair.a: many_charges(pair.a, pair.b, US), pair.b: many_charges(pair.b, pair.a, THEM)}
    both_reports(pair)
    for side in (pair.a, pair.b):
        assert day_of(side, "receivable")[3] == MANY, "no order is accepted yet"
        resend(side)
    for side in (pair.a, pair.b):
        wait_for(lambda s=side: open_orders(s) == 0, 120, "all orders are accepted")
    both_reports(pair)
    for owner, guest in ((pair.a, pair.b), (pair.b, pair.a)):
        receive, pay = day_of(owner, "receivable"), day_of(guest, "payable")
        assert receive == pay and receive[0] == MANY and receive[2] == sums[owner] and receive[3] == 0, "to the fen"
    a, b = pair.a, pair.b
    no = lambda n: f"{US}{n:023d}"                               # noqa: E731
    a.at.sql("update session set amount = amount + 1, service_fee = service_fee + 1 where no = %s", no(10))                       # tampered
    b.at.sql("update remote_session set state = 'charging', order_at = null, ended_at = null where seq = %s", f"{US}{21:018d}")   # lost there
    a.at.sql("update exchange_session x join session s on s.id = x.session_id set x.confirmed_at = null, x.confirm_result = null where s.no = %s", no(20))
    columns = [c for (c,) in a.at.rows("select column_name from information_schema.columns where table_schema = database() and table_name = 'session' and"
                                       " column_name not in ('id', 'no') and extra not like '%%GENERATED%%'")]
    names = ", ".join(f"`{c}`" for c in columns)
    a.at.sql(f"insert into session (no, {names}) select %s, {names} from session where no = %s", "D" * 32, no(30))               # doubled
    a.at.sql("insert into exchange_session (session_id, exchange_peer_id, seq) select id, %s, %s from session where no = %s", a.peer, f"{US}{777777:018d}", "D" * 32)
    both_reports(pair)
    receive, pay = day_of(a, "receivable"), day_of(b, "payable")
    assert (receive[0], pay[0], receive[3]) == (MANY + 1, MANY - 1, 3), "tampered, lost, doubled"
    report = a.at.value("select id from daily_report where day = %s and direction = 'receivable'", THEN)
    page = a.clerk.get(f"/admin/daily_report/{report}").text
    for words in ("推送订单与账单不符", "订单推送未被接收"):
        assert words in page, words
    resend(a)
    wait_for(lambda: b.at.value("select count(*) from remote_session where date(ended_at) = %s", THEN) == MANY, 60, "the lost one is there again")
    both_reports(pair)
    assert day_of(b, "payable")[0] == MANY and day_of(b, "payable")[2] == sums[a], "the first order of a charge counts, a doubled one is not paid"
