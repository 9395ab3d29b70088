"""Partners and the bills between them: asked and accepted, days gathered, confirmed, agreed, settled; the Excel says what the
database says."""
import itertools
import re
import subprocess
import threading
from decimal import Decimal

import pytest

from clerk import Clerk, errors
from instance import Instance
from office import opened
from people import Tenant


@pytest.fixture(scope="module")
def instance():
    made = Instance("bill")
    made.up("--bare")
    yield made
    made.destroy()


class Pair:
    """A receives, B pays; each with a clerk of its own."""

    def __init__(self, instance):
        self.at = instance
        self.a, self.b = Tenant(instance), Tenant(instance)
        self.phone = {t: instance.value("select phone from provider where id = %s", t.provider) for t in (self.a, self.b)}
        self.clerk = {t: Clerk(instance, t.web()) for t in (self.a, self.b)}

    def day(self, day, amount, confirmed=True, sessions=3):
        """Both sides' rows of a day; returns the receiving side's."""
        fee = Decimal(amount) - 1
        for direction, own, other in (("receivable", self.a, self.b), ("payable", self.b, self.a)):
            self.at.sql("insert into daily_report (day, direction, provider_id, partner_id, sessions, energy, energy_fee, service_fee, amount,"
                        " confirm_status, created_at, updated_at) values (%s, %s, %s, %s, %s, 12.5, %s, 1, %s, %s, now(), now())",
                        day, direction, own.provider, other.provider, sessions, fee, amount, "confirmed" if confirmed else "pending")
        return self.at.value("select id from daily_report where day = %s and direction = 'receivable' and provider_id = %s", day, self.a.provider)

    def bill(self, *days):
        for d in days:
            self.clerk[self.a].act("daily_report", d, "bill")
        return self.at.value("select max(id) from cycle_bill where provider_id = %s", self.a.provider)

    def state(self, bill):
        return self.at.value("select state from cycle_bill where id = %s", bill)

    def confirm(self, bill, way="bank", status=200):
        return self.clerk[self.a].act("cycle_bill", bill, "confirm", {"settle_way": way, "_payment": self.at.password}, status)

    def balances(self):
        rows = self.at.rows("select owner_kind, owner_id, kind, balance from account where (owner_kind = 'provider' and owner_id in (%s, %s))"
                            " or owner_kind = 'partner'", self.a.provider, self.b.provider)
        names = {self.a.provider: "a", self.b.provider: "b"}
        return {(names.get(o, o) if k == "provider" else "wallet", kind): balance for k, o, kind, balance in rows if balance}


@pytest.fixture
def pair(instance):
    return Pair(instance)


@pytest.mark.feature("I1")
def test_a_partner_is_found_by_account_and_full_name_together(pair):
    asking = pair.clerk[pair.a]
    good = {"account": pair.phone[pair.b], "full_name": pair.b.name, "cycle": "month", "bill_day": "5"}
    for wrong in ({"full_name": "别的公司"}, {"account": "13800000000"}, {"account": pair.phone[pair.a]}):
        assert "必须同时" in "".join(errors(asking.add("partner", {**good, **wrong}, 422)))
    own = asking.add("partner", {**good, "account": pair.phone[pair.a], "full_name": pair.a.name}, 422)
    assert "自己" in own.text
    assert "1-7" in asking.add("partner", {**good, "cycle": "week", "bill_day": "9"}, 422).text
    record = asking.add("partner", good)
    assert "已有合作" in asking.add("partner", good, 422).text
    assert "已有合作" in pair.clerk[pair.b].add("partner", {**good, "account": pair.phone[pair.a], "full_name": pair.a.name}, 422).text
    asking.get(f"/admin/partner_request/{record}", 404)          # who asked does not answer
    pair.clerk[pair.b].act("partner_request", record, "reject", {"answer": "资料不全"})
    again = asking.add("partner", good)
    pair.clerk[pair.b].act("partner_request", again, "accept", {"answer": "欢迎"})
    assert pair.at.rows("select state, answer, cycle, bill_day from partner where id = %s", again) == [("accepted", "欢迎", "month", 5)]
    assert pair.at.value("select deleted from partner where id = %s", record) == record


@pytest.mark.feature("I7")
def test_confirmed_days_become_one_bill_and_a_day_may_leave_it(pair):
    first, second, third = pair.day("2026-09-01", "10"), pair.day("2026-09-02", "20.50"), pair.day("2026-09-03", "7", confirmed=False)
    bill = pair.bill(first, second)
    assert pair.at.rows("select days, amount, energy_fee, service_fee, sessions, cast(from_day as char), cast(to_day as char), no, state from cycle_bill where id = %s",
                        bill) == [(2, Decimal("30.5"), Decimal("28.5"), Decimal("2"), 6, "2026-09-01", "2026-09-02", None, "draft")]
    assert pair.at.value("select count(*) from daily_report where bill_id = %s", bill) == 4        # both sides' rows
    pair.clerk[pair.a].act("daily_report", third, "bill", status=422)            # not confirmed
    pair.clerk[pair.a].act("daily_report", second, "unbill")
    assert pair.at.rows("select days, amount from cycle_bill where id = %s", bill) == [(1, Decimal("10"))]
    assert pair.at.rows("select bill_status, bill_id from daily_report where id = %s", second) == [("none", None)]
    pair.clerk[pair.a].act("cycle_bill", bill, "delete")
    assert pair.at.value("select count(*) from daily_report where bill_id = %s", bill) == 0
    again = pair.bill(first, second)
    assert again != bill and pair.at.value("select amount from cycle_bill where id = %s", again) == Decimal("30.5")


@pytest.mark.feature("I7", "I8")
def test_a_bill_goes_from_draft_to_settled_by_bank(pair):
    bill = pair.bill(pair.day("2026-09-01", "10"), pair.day("2026-09-02", "20.50"))
    pair.clerk[pair.b].get(f"/admin/payable/{bill}", 404)        # a draft is nobody else's
    wrong = pair.clerk[pair.a].act("cycle_bill", bill, "confirm", {"settle_way": "bank", "_payment": "nonsense"}, 422)
    assert pair.state(bill) == "draft" and "支付密码" in wrong.text
    pair.confirm(bill)
    assert pair.at.value("select no from cycle_bill where id = %s", bill).endswith("-0001")
    pair.clerk[pair.a].act("daily_report", pair.at.value("select max(id) from daily_report where bill_id = %s and direction = 'receivable'", bill),
                           "unbill", status=422)
    pair.clerk[pair.b].act("payable", bill, "dispute", {"answer": "2 日少一单"})
    assert pair.state(bill) == "draft"
    pair.clerk[pair.a].act("cycle_bill", bill, "delete", status=422)
    assert pair.at.value("select deleted from cycle_bill where id = %s", bill) == 0      # a number stays in the books
    pair.confirm(bill)
    assert pair.at.value("select no from cycle_bill where id = %s", bill).endswith("-0001")      # and is kept
    pair.clerk[pair.b].act("payable", bill, "agree", {"answer": "无误", "_payment": pair.at.password})
    assert pair.state(bill) == "agreed" and pair.balances() == {}
    pair.clerk[pair.a].act("cycle_bill", bill, "settle", {"_payment": pair.at.password})
    assert pair.state(bill) == "settled"
    assert pair.balances() == {("a", "cash_taken"): Decimal("-30.5"), ("b", "cash_taken"): Decimal("30.5")}
    pair.at.job("ledger_proof")
    second = pair.bill(pair.day("2026-09-03", "5"))
    pair.confirm(second)
    assert pair.at.value("select no from cycle_bill where id = %s", second).endswith("-0002")


@pytest.mark.feature("I7")
def test_a_bill_kept_as_prepayment_pays_one_of_the_other_direction(pair):
    bill = pair.bill(pair.day("2026-09-01", "30"))
    pair.confirm(bill, "prepay")
    pair.clerk[pair.b].act("payable", bill, "agree", {"_payment": pair.at.password})
    assert pair.state(bill) == "settled"
    kept = pair.balances()
    assert kept[("a", "prepaid")] == Decimal("-30") and kept[("wallet", "cash")] == Decimal("30")
    pair.a, pair.b = pair.b, pair.a                              # now the other way round
    for day, amount, outcome in (("2026-10-01", "31", 422), ("2026-10-02", "12", 200)):
        back = pair.bill(pair.day(day, amount))
        pair.confirm(back)
        pair.clerk[pair.b].act("payable", back, "agree", {"_payment": pair.at.password})
        pair.clerk[pair.a].act("cycle_bill", back, "settle", {"from_wallet": "1", "_payment": pair.at.password}, outcome)
        assert pair.state(back) == ("settled" if outcome == 200 else "agreed")
    assert pair.balances()[("wallet", "cash")] == Decimal("18")
    pair.at.job("ledger_proof")


def test_nobody_else_touches_a_bill(pair):
    bill = pair.bill(pair.day("2026-09-01", "10"))
    pair.confirm(bill)
    stranger = Clerk(pair.at, Tenant(pair.at).web())
    for path in (f"/admin/cycle_bill/{bill}", f"/admin/payable/{bill}", f"/admin/cycle_bill/{bill}/download", f"/admin/payable/{bill}/download"):
        stranger.get(path, 404)
    pair.clerk[pair.a].get(f"/admin/payable/{bill}", 404)
    pair.clerk[pair.b].get(f"/admin/cycle_bill/{bill}", 404)
    assert pair.state(bill) == "confirmed"


@pytest.mark.feature("I7")
def test_the_excel_says_what_the_database_says(pair):
    bill = pair.bill(pair.day("2026-09-01", "113"), pair.day("2026-09-02", "20.50"))
    pair.confirm(bill)
    both = ((pair.clerk[pair.a], "cycle_bill"), (pair.clerk[pair.b], "payable"))
    for book in opened(*(clerk.web.http.get(f"{pair.at.url}/admin/{noun}/{bill}/download", timeout=30).content for clerk, noun in both)):
        assert book.sheetnames == ["对账单", "订单明细"]
        cells = [[c.value for c in row] for row in book["对账单"].iter_rows()]
        flat = [v for row in cells for v in row if v is not None]
        number = pair.at.value("select no from cycle_bill where id = %s", bill)
        assert "互联互通对账单" in flat and number in flat and pair.a.name in flat and pair.b.name in flat
        total = next(row for row in cells if row[0] == "合计")
        assert total[1:6] == [6, 25, 131.5, 2, 133.5]
        energy = next(row for row in cells if row[0] == "电费")
        assert [round(v, 4) for v in energy[2:5]] == [116.37, 15.13, 131.5]          # 131.50 / 1.13, the rest is tax
        assert "收款方（盖章）" in flat and "付款方（盖章）" in flat


def put(at, table, **values):
    names = ", ".join(values)
    at.sql(f"insert into {table} ({names}) values ({', '.join(['%s'] * len(values))})", *values.values())
    return at.value(f"select max(id) from {table}")


def charges(pair, at):
    """Two charges on the day at A's station by B's member, one on A's own platform, and two that are not of the day or of the pair."""
    a, b, n = pair.a, pair.b, itertools.count(1)
    pile = a.insert("pile", station_id=a.station, area_id=a.area, code=f"P{a.station}", serial=f"{a.station:014d}", name="桩")
    gun = a.insert("connector", pile_id=pile, station_id=a.station, number=1, code=f"C{a.station}", name="枪")
    member = a.insert("member", no=f"{b.provider:09d}", provider_id=b.provider, phone=f"139{b.provider:08d}", name="王五")
    own = a.insert("member", no=f"{a.provider:09d}", provider_id=a.provider, phone=f"139{a.provider:08d}", name="赵六")
    for ended, who, owner, energy, fee, service in ((f"{at} 00:00:00", member, b, "10", "8.12", "2"), (f"{at} 23:59:59", member, b, "2.5", "2", "0.5"),
                                                    ("2026-09-02 00:00:00", member, b, "1", "1", "1"), (f"{at} 10:00:00", own, a, "1", "1", "1")):
        a.insert("session", no=f"CB{a.provider:06d}{next(n)}", provider_id=a.provider, property_id=a.property, station_id=a.station, area_id=a.area, pile_id=pile,
                 connector_id=gun, member_id=who, member_provider_id=owner.provider, start_mode="app", pay_kind="balance", state="finished",
                 requested_at=ended, started_at=ended, ended_at=ended, settled_at=ended, energy=energy, energy_fee=fee, service_fee=service,
                 amount=Decimal(fee) + Decimal(service))
    peer = a.insert("exchange_peer", provider_id=b.provider, partner_id=a.provider, name="外平台", our_operator=f"U{a.provider:08d}", their_operator=f"T{a.provider:08d}")
    station = put(pair.at, "remote_station", exchange_peer_id=peer, provider_id=b.provider, code=f"RS{a.provider}", name="外站", seen_at=f"{at} 00:00:00")
    gun = put(pair.at, "remote_connector", remote_station_id=station, exchange_peer_id=peer, code=f"RC{a.provider}")
    put(pair.at, "remote_session", seq=f"RM{a.provider}", exchange_peer_id=peer, provider_id=b.provider, partner_id=a.provider, member_id=member,
                   remote_station_id=station, remote_connector_id=gun, state="finished", requested_at=f"{at} 09:00:00", started_at=f"{at} 09:00:00",
                   ended_at=f"{at} 10:00:00", energy="4", energy_fee="3", service_fee="1", amount="4")


@pytest.mark.feature("I7")
def test_the_detail_sheet_is_the_charges_of_its_days_cell_by_cell(pair):
    charges(pair, "2026-09-01")
    pair.at.job("daily_report", "--date", "2026-09-01")
    day = pair.at.value("select id from daily_report where direction = 'receivable' and provider_id = %s", pair.a.provider)
    pair.at.sql("update daily_report set confirm_status = 'confirmed' where id = %s", day)
    bill = pair.bill(day)
    pair.confirm(bill)
    answer = pair.clerk[pair.a].web.http.get(f"{pair.at.url}/admin/cycle_bill/{bill}/download", timeout=30)
    book, = opened(answer.content)
    rows = [[c.value for c in row] for row in book["订单明细"].iter_rows()]
    said = [[str(r[0]), r[1], str(r[3]), str(r[4]), *(Decimal(str(v)).quantize(Decimal("0.0001")) for v in r[5:])] for r in rows[1:-1]]
    kept = pair.at.rows("select s.no, t.name, s.started_at, s.ended_at, s.energy, s.energy_fee, s.service_fee, s.amount from session s join station t on t.id ="
                        " s.station_id where s.provider_id = %s and s.member_provider_id = %s and date(s.ended_at) = '2026-09-01' union all select x.seq, '外站',"
                        " x.started_at, x.ended_at, x.energy, x.energy_fee, x.service_fee, x.amount from remote_session x where x.partner_id = %s order by 4",
                        pair.a.provider, pair.b.provider, pair.a.provider)
    assert said == [[r[0], r[1], str(r[2]), str(r[3]), *(v.quantize(Decimal("0.0001")) for v in r[4:])] for r in kept] and len(said) == 3
    total = pair.at.rows("select sessions, energy, energy_fee, service_fee, amount from cycle_bill where id = %s", bill)[0]
    assert total[0] == len(said) and [Decimal(str(v)) for v in rows[-1][5:]] == list(total[1:])


@pytest.mark.feature("I6")
def test_a_day_that_is_made_anew_while_finance_confirms_it_is_one_or_the_other(pair):
    """Whoever comes first: what is confirmed stands still, and a difference is noted beside it."""
    charges(pair, "2026-09-01")
    for n in range(4):
        pair.at.sql("delete from daily_report where provider_id in (%s, %s)", pair.a.provider, pair.b.provider)
        day = pair.day("2026-09-01", "113", confirmed=False)                     # other figures than the charges give
        job = threading.Thread(target=lambda: pair.at.job("daily_report", "--date", "2026-09-01"))
        job.start()
        pair.clerk[pair.a].act("daily_report", day, "confirm")
        job.join()
        pair.at.job("daily_report", "--date", "2026-09-01")
        confirmed, amount, note = pair.at.rows("select confirm_status, amount, note from daily_report where id = %s", day)[0]
        assert confirmed == "confirmed"
        assert (amount == 113 and "确认后数据变动" in note) or (amount == Decimal("16.62") and note == ""), (amount, note)


@pytest.mark.feature("I7")
def test_the_pdf_has_head_period_parties_days_taxes_totals_and_lines_to_sign(pair, tmp_path):
    days = [pair.day(f"2026-{m:02d}-{d:02d}", "1113.50") for m in (7, 8, 9) for d in range(1, 29)]
    bill = pair.bill(*days[:1])
    pair.at.sql("update daily_report set bill_id = %s, bill_status = 'billed' where provider_id in (%s, %s)", bill, pair.a.provider, pair.b.provider)
    pair.at.sql("update daily_report set bill_id = null, bill_status = 'none' where id = %s", days[-1])
    pair.bill(days[-1])                                      # sums all of them
    pair.confirm(bill)
    number = pair.at.value("select no from cycle_bill where id = %s", bill)
    for clerk, noun in ((pair.clerk[pair.a], "cycle_bill"), (pair.clerk[pair.b], "payable")):
        assert f"/admin/{noun}/{bill}/pdf" in clerk.get(f"/admin/{noun}/{bill}").html
        answer = clerk.web.http.get(f"{pair.at.url}/admin/{noun}/{bill}/pdf", timeout=30)
        assert answer.headers["Content-Type"] == "application/pdf" and f"bill-{bill}.pdf" in answer.headers["Content-Disposition"]
        (tmp_path / "b.pdf").write_bytes(answer.content)
        text = subprocess.run(["pdftotext", "-layout", tmp_path / "b.pdf", "-"], check=True, capture_output=True, text=True).stdout
        pages = text.split("\f")[:-1]
        assert len(pages) == 3 and all(re.search(f"第\\s*{n}\\s*页", p) and "日期" in p for n, p in enumerate(pages, 1)), "the table's head stands on each page"
        assert all(w in pages[0] for w in ("互联互通对账单", number, "2026-07-01 至 2026-09-28", pair.a.name, pair.b.name, "银行转账"))
        assert "93,534.00" in text and "93,450.00" in text, "84 days of 1113.50, of which 1112.50 energy fee"
        for day in ("2026-07-01", "2026-08-15", "2026-09-28"):
            assert re.search(day + r"\s+3\s+12\.500\s+1,112\.50\s+1\.00\s+1,113\.50", text), text
        assert re.search(r"电费\s+13%\s+82,699\.12\s+10,750\.88\s+93,450\.00", text)
        assert "收款方（盖章）" in pages[-1] and "付款方（盖章）" in pages[-1] and "签字日期" in pages[-1]
    stranger = Clerk(pair.at, Tenant(pair.at).web())
    stranger.get(f"/admin/cycle_bill/{bill}/pdf", 404)


@pytest.mark.feature("I1", "N6")
def test_the_job_bills_the_cycle_on_its_day_and_once(pair):
    record = pair.clerk[pair.a].add("partner", {"account": pair.phone[pair.b], "full_name": pair.b.name, "cycle": "month", "bill_day": "5"})
    pair.day("2026-09-30", "10"), pair.day("2026-10-01", "3"), pair.day("2026-08-31", "4")
    pair.day("2026-09-15", "6", confirmed=False)
    bills = lambda: pair.at.rows("select amount, days from cycle_bill where provider_id = %s", pair.a.provider)      # noqa: E731
    pair.at.job("cycle_bill", "--date", "2026-10-05")
    assert list(bills()) == []                                   # not yet accepted
    pair.clerk[pair.b].act("partner_request", record, "accept")
    pair.at.sql("update provider set email = 'a@example.com' where id = %s", pair.a.provider)
    pair.at.job("cycle_bill", "--date", "2026-10-04")
    assert list(bills()) == []
    for _ in range(2):
        pair.at.job("cycle_bill", "--date", "2026-10-05")
        assert list(bills()) == [(Decimal("10"), 1)]
    assert pair.at.value("select count(*) from delivery where dedupe_key like %s", f"bill_remind:{pair.a.provider}:%") == 1
