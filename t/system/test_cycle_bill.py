"""Partners and the bills between them: asked and accepted, days gathered, confirmed, agreed, settled; the Excel says what the
database says."""
import io
from decimal import Decimal

import openpyxl
import pytest

from clerk import Clerk, errors
from instance import Instance
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
    for clerk, noun in ((pair.clerk[pair.a], "cycle_bill"), (pair.clerk[pair.b], "payable")):
        answer = clerk.web.http.get(f"{pair.at.url}/admin/{noun}/{bill}/download", timeout=30)
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
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
