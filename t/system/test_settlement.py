"""Settlement bills (N6): made on their day, counted anew until confirmed and never after, numbered without gaps, agreed to by the other side."""
import itertools
import re
import subprocess
from decimal import Decimal

import pytest

from clerk import Clerk
from instance import Instance
from office import opened
from people import Tenant


@pytest.fixture(scope="module")
def at():
    made = Instance("settle")
    made.up("--bare")
    yield made
    made.destroy()


number = itertools.count(1)


class House:
    """A provider whose station is of a property that has people of its own; one plan gives that property and others their parts."""

    def __init__(self, at):
        self.at, self.own, self.other = at, Tenant(at), Tenant(at)
        t = self.own
        self.clerk = Clerk(at, t.web())
        t.user = t.new_user("p" + t.account, ("*",), kind="property")
        at.sql("update user set provider_id = %s, property_id = %s where id = %s", t.provider, t.property, t.user)
        at.sql("update role set provider_id = %s, property_id = %s where id = %s", t.provider, t.property, t.role)
        web = at.session()
        web.login(at, "p" + t.account, at.password)
        self.people = Clerk(at, web)
        self.pile = t.insert("pile", station_id=t.station, area_id=t.area, code=f"P{t.station}", serial=f"{t.station:014d}", name="桩")
        self.gun = t.insert("connector", pile_id=self.pile, station_id=t.station, number=1, code=f"C{t.station}", name="枪")
        self.plan = t.insert("split_plan", station_id=t.station, name="方案", from_day="2026-01-01")

    def charge(self, ended, energy, fee, service, parts=(), state="finished", anomaly="none", member_provider=None, refunded=0):
        t, n = self.own, next(number)
        session = t.insert("session", no=f"ST{n:030d}", provider_id=t.provider, property_id=t.property, station_id=t.station, area_id=t.area,
                           pile_id=self.pile, connector_id=self.gun, start_mode="app", pay_kind="balance", state=state, anomaly=anomaly,
                           requested_at=ended, started_at=ended, ended_at=ended, settled_at=ended, energy=energy, energy_fee=fee, service_fee=service,
                           amount=Decimal(fee) + Decimal(service), refunded=refunded, member_provider_id=member_provider)
        for i, (kind, owner, name, amount, returned) in enumerate(parts):
            t.insert("split", no=f"SP{n:06d}{i}", provider_id=t.provider, station_id=t.station, session_id=session, session_no=f"ST{n:030d}", kind="car",
                     plan_id=self.plan, party_id=1, party_kind=kind, party_owner=owner, party_name=name, period="P1-202610", way="ledger",
                     order_amount=1, amount=amount, returned=returned, state="done", created_at=ended)
        return session

    def rule(self, kind, cycle="month", day=3):
        return self.clerk.add("settlement_rule", {"kind": kind, "cycle": cycle, "bill_day": str(day)})

    def bills(self):
        return self.at.rows("select kind, name, direction, sessions, energy, turnover, refunds, amount, state from settlement where provider_id = %s"
                            " order by kind desc, id", self.own.provider)

    def bill(self, kind, n=0):
        return self.at.rows("select id from settlement where provider_id = %s and kind = %s order by id", self.own.provider, kind)[n][0]

    def confirm(self, bill, status=200):
        return self.clerk.act("settlement", bill, "confirm", {"note": "十月", "_payment": self.at.password}, status)

    def state(self, bill):
        return self.at.rows("select state, no, amount from settlement where id = %s", bill)[0]


@pytest.fixture
def house(at):
    return House(at)


def october(house):
    """Three orders of October at its edges, and those that do not count."""
    own, other = house.own, house.other
    prop = ("property", own.property, own.name + "物业")
    house.charge("2026-10-01 00:00:00", "10", "8", "2", [(*prop, "1.50", 0), ("provider", other.provider, other.name, "0.30", 0)])
    house.charge("2026-10-31 23:59:59", "20", "16", "4", [(*prop, "3.00", "0.50"), ("platform", 0, "平台", "0.20", 0)], refunded="5")
    house.charge("2026-10-15 12:00:00", "1", "1", "0")
    for ended in ("2026-09-30 23:59:59", "2026-11-01 00:00:00"):
        house.charge(ended, "100", "1", "1", [(*prop, "100", 0), ("provider", other.provider, other.name, "100", 0)])
    house.charge("2026-10-15 12:00:00", "100", "100", "0", [(*prop, "9", 9)], anomaly="void")


@pytest.mark.feature("N6")
def test_bills_of_a_month_are_made_on_their_day_and_counted_anew_until_confirmed(house):
    own, other, at = house.own, house.other, house.at
    october(house)
    house.rule("property")
    house.rule("party")
    for wrong in ("2026-11-02", "2026-11-04"):
        at.job("settlement", "--date", wrong)
        assert list(house.bills()) == []
    d = Decimal
    for _ in range(2):
        at.job("settlement", "--date", "2026-11-03")
        assert list(house.bills()) == [
            ("property", own.name + "物业", "payable", 3, d(31), d(31), d(5), d("4"), "draft"),
            ("party", "平台", "payable", 1, d(20), d(20), d(5), d("0.2"), "draft"),
            ("party", other.name, "payable", 1, d(10), d(10), d(0), d("0.3"), "draft")]
    house.charge("2026-10-20 12:00:00", "2", "2", "0", [("property", own.property, "x", "1", 0)])          # came late
    at.job("settlement", "--date", "2026-11-03")
    bill = house.bill("property")
    assert house.state(bill) == ("draft", None, d(5))
    house.charge("2026-10-21 12:00:00", "2", "2", "0", [("property", own.property, "x", "1", 0)])
    house.clerk.act("settlement", bill, "recount")
    assert house.state(bill)[2] == 6
    house.confirm(bill)
    assert house.state(bill) == ("confirmed", f"S{own.provider:06d}-{at.value('select date_format(now(), %s)', '%Y%m')}-0001", d(6))
    house.charge("2026-10-22 12:00:00", "2", "2", "0", [("property", own.property, "x", "1", 0)])
    at.job("settlement", "--date", "2026-11-03")
    assert house.state(bill)[2] == 6, "what is confirmed stands still"
    assert house.clerk.post(f"/admin/settlement/{bill}/recount", {}).status in (409, 422)
    assert house.state(bill)[2] == 6
    second = house.bill("party", 1)
    house.confirm(second)
    assert house.state(second)[1].endswith("-0002")
    assert house.clerk.send("/admin/settlement_rule/new", {"kind": "property", "cycle": "month", "bill_day": "5"}, 422), "one rule a kind"
    assert "1-7" in house.clerk.send("/admin/settlement_rule/new", {"kind": "property", "cycle": "week", "bill_day": "8"}, 422).text


@pytest.mark.feature("N6", "M17")
def test_a_fleet_is_billed_what_its_wallet_paid(house):
    own, at = house.own, house.at
    fleet = own.insert("fleet", provider_id=own.provider, name="车队", phone=f"138{own.provider:08d}")
    for ended, energy, fee, refunded in (("2026-10-01 00:00:00", "10", "8", "0"), ("2026-10-31 23:59:59", "20", "16", "5"),
                                         ("2026-09-30 23:59:59", "1", "1", "0"), ("2026-11-01 00:00:00", "1", "1", "0")):
        session = house.charge(ended, energy, fee, "1", refunded=refunded)
        at.sql("update session set fleet_id = %s, pay_kind = 'fleet' where id = %s", fleet, session)
    house.charge("2026-10-15 12:00:00", "5", "5", "0")                       # a driver's own
    house.rule("fleet")
    for _ in range(2):
        at.job("settlement", "--date", "2026-11-03")
    d = Decimal
    assert list(house.bills()) == [("fleet", "车队", "receivable", 2, d(30), d(26), d(5), d(21), "draft")]
    bill = house.bill("fleet")
    at.sql("update user set kind = 'fleet', property_id = null, fleet_id = %s where id = %s", fleet, own.user)
    at.sql("update role set property_id = null, fleet_id = %s where id = %s", fleet, own.role)
    house.people.get(f"/admin/settlement_received/{bill}", 404)              # a draft is nobody else's
    house.confirm(bill)
    assert "车队" in house.people.get(f"/admin/settlement_received/{bill}").text
    house.people.act("settlement_received", bill, "agree", {"answer": "无误", "_payment": at.password})
    house.clerk.act("settlement", bill, "settle", {"note": "", "_payment": at.password})
    assert house.state(bill)[0] == "settled"
    assert house.clerk.web.http.get(f"{at.url}/admin/settlement/{bill}/pdf", timeout=60).content[:4] == b"%PDF"


@pytest.mark.feature("N6")
def test_a_week_is_monday_to_sunday(house):
    prop = [("property", house.own.property, "x", "1", 0)]
    for ended in ("2026-10-04 23:59:59", "2026-10-05 00:00:00", "2026-10-11 23:59:59", "2026-10-12 00:00:00"):
        house.charge(ended, "1", "1", "0", prop)
    house.rule("property", "week", 2)
    for day in ("2026-10-12", "2026-10-14"):
        house.at.job("settlement", "--date", day)
        assert list(house.bills()) == []
    house.at.job("settlement", "--date", "2026-10-13")
    assert house.at.rows("select cast(from_day as char), cast(to_day as char), sessions, amount from settlement where provider_id = %s", house.own.provider) == [
        ("2026-10-05", "2026-10-11", 2, Decimal(2))]


@pytest.mark.feature("N6")
def test_the_other_side_agrees_or_disputes_and_a_number_stays(house):
    at = house.at
    at.sql("update property set email = 'w@example.com' where id = %s", house.own.property)
    october(house)
    house.rule("property")
    house.rule("party")
    at.job("settlement", "--date", "2026-11-03")
    bill, platform = house.bill("property"), house.bill("party", 0)
    house.people.get(f"/admin/settlement_received/{bill}", 404)              # a draft is nobody else's
    assert "Not Found" not in house.clerk.get("/admin/").text and "结算单待确认" in house.clerk.get("/admin/").text
    wrong = house.clerk.act("settlement", bill, "confirm", {"_payment": "nonsense"}, 422)
    assert "支付密码" in wrong.text and house.state(bill)[0] == "draft"
    house.confirm(bill)
    assert at.value("select count(*) from delivery where kind = 'mail' and target = 'w@example.com' and subject = '结算单待核对'") == 1
    no = house.state(bill)[1]
    assert no in house.people.get("/admin/settlement_received?tab=confirmed").text
    assert "收到的结算单待核对" in house.people.get("/admin/").text
    house.people.act("settlement_received", bill, "dispute", {"answer": "少一单"})
    assert house.state(bill)[:2] == ("draft", no)
    house.confirm(bill)
    assert house.state(bill)[:2] == ("confirmed", no)
    assert house.clerk.post(f"/admin/settlement/{bill}/settle", {"_payment": at.password}).status in (409, 422)
    house.people.act("settlement_received", bill, "agree", {"answer": "无误", "_payment": at.password})
    house.clerk.act("settlement", bill, "settle", {"_payment": at.password})
    assert house.state(bill)[0] == "settled"
    house.confirm(platform)                                  # nobody of the platform answers
    house.clerk.act("settlement", platform, "settle", {"_payment": at.password})
    assert house.state(platform)[0] == "settled"
    stranger = Clerk(at, Tenant(at).web())
    for path in ("settlement", "settlement_received"):
        for more in ("", "/download", "/pdf"):
            stranger.get(f"/admin/{path}/{bill}{more}", 404)
    other = Clerk(at, house.other.web())
    received = house.bill("party", 1)
    house.confirm(received)
    assert "0.30" in other.get(f"/admin/settlement_received/{received}").text
    other.get(f"/admin/settlement_received/{bill}", 404)


@pytest.mark.feature("N6")
def test_excel_and_pdf_say_what_the_database_says(house, tmp_path):
    october(house)
    house.rule("property")
    house.at.job("settlement", "--date", "2026-11-03")
    bill = house.bill("property")
    house.confirm(bill)
    for clerk, noun in ((house.clerk, "settlement"), (house.people, "settlement_received")):
        book, = opened(clerk.web.http.get(f"{house.at.url}/admin/{noun}/{bill}/download", timeout=30).content)
        cells = [[c.value for c in row] for row in book["结算单"].iter_rows()]
        assert [r[1:6] for r in cells if r[0] == "合计"] == [[3, 31, 25, 6, 31]]
        assert [r[:5] for r in cells if r[0] == "结算服务"] == [["结算服务", 0.06, 3.77, 0.23, 4]]
        rows = [[c.value for c in row] for row in book["订单明细"].iter_rows()]
        said = [[r[0], str(r[3]), *(Decimal(str(v)) for v in r[4:])] for r in rows[1:-1]]
        kept = house.at.rows("select s.no, s.ended_at, s.energy, s.energy_fee, s.service_fee, s.amount, s.refunded, coalesce((select sum(p.amount - p.returned)"
                             " from split p where p.session_id = s.id and p.party_kind = 'property'), 0) from session s where s.property_id = %s and"
                             " s.ended_at >= '2026-10-01' and s.ended_at < '2026-11-01' and s.anomaly <> 'void' order by s.ended_at", house.own.property)
        assert said == [[r[0], str(r[1]), *r[2:]] for r in kept] and len(said) == 3
        pdf = clerk.web.http.get(f"{house.at.url}/admin/{noun}/{bill}/pdf", timeout=30)
        (tmp_path / "s.pdf").write_bytes(pdf.content)
        text = subprocess.run(["pdftotext", "-layout", tmp_path / "s.pdf", "-"], check=True, capture_output=True, text=True).stdout
        assert "物业结算单" in text and "2026-10-01 至 2026-10-31" in text and house.own.name in text and house.state(bill)[1] in text
        assert re.search(r"合计\s+3\s+31\.000\s+25\.00\s+6\.00\s+31\.00", text) and re.search(r"结算服务\s+6%\s+3\.77\s+0\.23\s+4\.00", text)
        assert "收款方（盖章）" in text and "付款方（盖章）" in text


@pytest.mark.feature("N6", "I3")
def test_an_agreements_month_is_billed_and_stands_still_once_confirmed(house):
    at, own, other = house.at, house.own, house.other
    deal = at_row(at, "agreement", kind="split", name="分成协议", owner_id=own.provider, partner_id=other.provider, proposed_by=own.provider,
                  from_day="2026-01-01", to_day="2030-01-01", state="running", all_stations=1)
    version = at_row(at, "agreement_version", updated=False, agreement_id=deal, number=1, from_day="2026-01-01", state="agreed", proposed_by=own.provider,
                     energy_rate="0.1", service_rate="0", bill_day=7)
    at.sql("update agreement set version_id = %s where id = %s", version, deal)
    house.charge("2026-10-10 12:00:00", "100", "50", "0", member_provider=other.provider)
    at.job("agreement", "--date", "2026-11-07")
    at.job("settlement", "--date", "2026-11-07")
    payee = Clerk(at, other.web())
    bill = at.value("select id from settlement where agreement_id = %s", deal)
    assert at.rows("select provider_id, partner_id, direction, sessions, energy, amount from settlement where id = %s", bill) == [
        (other.provider, own.provider, "receivable", 1, Decimal(100), Decimal(10))]
    payee.act("settlement", bill, "confirm", {"_payment": at.password})
    house.charge("2026-10-11 12:00:00", "100", "50", "0", member_provider=other.provider)
    at.job("agreement", "--date", "2026-11-07")
    at.job("settlement", "--date", "2026-11-07")
    assert at.value("select amount from settlement where id = %s", bill) == 10
    assert {a for (a,) in at.rows("select amount from agreement_due where agreement_id = %s", deal)} == {Decimal(10)}
    house.clerk.act("settlement_received", bill, "dispute", {"answer": "少一次"})
    payee.act("settlement", bill, "recount")
    assert at.rows("select amount, sessions from settlement where id = %s", bill) == [(Decimal(20), 2)]
    payee.act("settlement", bill, "confirm", {"_payment": at.password})
    house.clerk.act("settlement_received", bill, "agree", {"_payment": at.password})
    payee.act("settlement", bill, "settle", {"_payment": at.password})
    assert at.rows("select owner_id, balance from account where owner_kind = 'provider' and kind = 'cash_taken' and owner_id in (%s, %s) order by balance",
                   own.provider, other.provider) == [(other.provider, Decimal(-20)), (own.provider, Decimal(20))]


def at_row(at, table, updated=True, **values):
    values |= {"created_at": "2026-01-01"} | ({"updated_at": "2026-01-01"} if updated else {})
    at.sql(f"insert into {table} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})", *values.values())
    return at.value(f"select max(id) from {table}")


@pytest.mark.feature("N6")
def test_who_has_a_bill_waiting_is_told_every_third_day(house):
    at, own = house.at, house.own
    at.sql("update provider set email = concat('p', id, '@example.com')")
    bill = at_row(at, "settlement", kind="party", provider_id=own.provider, partner_id=house.other.provider, direction="payable", subject="party:provider:1",
                  name="x", subject_id=1, from_day="2026-10-01", to_day="2026-10-31")
    cycle = at_row(at, "cycle_bill", provider_id=own.provider, partner_id=house.other.provider, state="confirmed", confirmed_at="2026-11-03 05:00:00")
    at.sql("update settlement set created_at = '2026-11-03 05:00:00' where id = %s", bill)
    mails = lambda: at.rows("select target, count(*) from delivery where dedupe_key like %s or dedupe_key like %s group by target order by target",       # noqa: E731
                            f"remind:settlement:{bill}:%", f"remind:cycle_bill:{cycle}:%")
    maker, payer = f"p{own.provider}@example.com", f"p{house.other.provider}@example.com"
    told = []
    for day, n in (("05", 0), ("06", 1), ("06", 1), ("08", 1), ("09", 2), ("18", 3), ("24", 3)):
        at.job("settlement", "--date", f"2026-11-{day} 05:40:00")
        told.append(n)
        assert dict(mails()) == ({maker: n, payer: n} if n else {}), (day, told)
    at.sql("update settlement set state = 'confirmed', confirmed_at = '2026-11-24 12:00:00' where id = %s", bill)
    at.job("settlement", "--date", "2026-11-27 12:00:00")
    assert dict(mails())[payer] == 4, "now it is the other side's"
