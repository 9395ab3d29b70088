"""The ledger: a made-up month agrees with another count of it to the fen, its postings are those of docs/ledger.md; trial balance, statements,
postings for other books and the proof as accountants read them, each provider the own books (DESIGN law 3)."""
import io
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from clerk import Clerk
from instance import Instance
from month import YUAN, Month
from people import Tenant
from work import download, ended, export, task_of

ROOT = Path(__file__).resolve().parents[2]


def money(text):
    return Decimal(text.replace(",", "").strip() or 0)


def cells(row):
    return [re.sub(r"<[^>]+>", "", c).strip() for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)]


def table(page):
    """Rows of the page's first table by their first cell, and its foot."""
    body, foot = re.search(r"<tbody>(.*?)</tbody>.*?<tfoot>(.*?)</tfoot>", page.html, re.S).groups()
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.S):
        first, *rest = re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
        name = re.sub(r"<[^>]+>", "", first.split("<div")[0]).strip()
        rows[name] = [money(re.sub(r"<[^>]+>", "", c)) for c in rest]
    return rows, [money(c) for c in cells(foot)[-6:]]


def held(i, day, owner, kind, provider=None):
    own = "" if provider is None else f" and p.provider_id = {provider}"
    return i.value("select coalesce(sum(p.amount), 0) from posting p join account a on a.id = p.account_id"
                   f" where p.at < %s and a.owner_kind = %s and a.kind = %s{own}", day, owner, kind)


@pytest.fixture(scope="module")
def month():
    made = Instance("month")
    made.up("--bare")
    try:
        for name in ("withdraw_booked", "withdraw_on"):
            made.sql("replace into setting (name, value, updated_at) values (%s, '1', now())", name)
        m = Month(made)
        m.run()
        yield m
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def clerk(month):
    return Clerk(month.i)


@pytest.mark.feature("F1", "F5", "F12", "O14", "R1", "W10")
def test_every_account_is_what_another_count_says(month):
    for kind in ("recharge", "withdraw", "charge", "refund", "correct", "void", "withdrawal pay", "withdrawal cancel", "booking keep", "booking back",
                 "undo"):
        assert month.done[kind] >= 3, f"{kind}: {dict(month.done)}"
    print(dict(month.done), month.i.value("select count(*) from posting"), "postings")
    real = {(o, n, k): int(b * YUAN) for o, n, k, b in month.i.rows("select owner_kind, owner_id, kind, balance from account")}
    wrong = {key: (real.get(key, 0), want) for key in {*real, *month.model.held} if real.get(key, 0) != (want := month.model.held.get(key, 0))}
    assert not wrong, wrong
    assert "findings=0" in month.i.job("ledger_proof")


def test_the_trial_balance_of_each_day_is_the_models(month, clerk):
    names = {"member cash": "会员 · 现金", "card cash": "电卡 · 现金", "provider income_energy": "服务商 · 电费收入",
             "provider income_service": "服务商 · 服务费收入", "provider split": "服务商 · 分账", "property split": "物业 · 分账", "platform split": "平台 · 分账",
             "provider cash_taken": "服务商 · 已收现金", "member gift": "会员 · 赠送"}
    opening = defaultdict(int)
    for day in [f"2026-10-{d:02d}" for d in range(1, 31)]:
        moved = {name: month.model.day[day, *name.split()] for name in names}
        if day[-1] in "158":
            rows, foot = table(clerk.get(f"/admin/ledger?from={day}&to={day}"))
            assert foot[0] == foot[1] and foot[2] == foot[3] and foot[4] == foot[5]
            for name, shown in names.items():
                od, oc, d, c, cd, cc = rows[shown]
                assert oc - od == Decimal(opening[name]) / YUAN, (day, name)
                assert c - d == Decimal(moved[name]) / YUAN and cc - cd == oc - od + c - d, (day, name)
        for name in names:
            opening[name] += moved[name]


# --- docs/ledger.md

def documented():
    """Journal kind -> the (owner, account, sign) its rows in docs/ledger.md name. A person's purse is a member's or a card's."""
    flows = defaultdict(set)
    for line in (ROOT / "docs/ledger.md").read_text().splitlines():
        cells = [c.strip() for c in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) != 3 or not cells[0].startswith("`"):
            continue
        for kind in re.findall(r"`(\w+)`", cells[0]):
            owner = None
            for part in re.split(r",\s*", re.sub(r"\([^)]*\)", "", cells[2])):
                found = re.search(r"(?:(\w+) )?(\w+) ([+-])[\d.]+$", part.strip())
                if found:
                    owner = found[1] or owner
                    flows[kind].add((owner, found[2]))
    return flows


@pytest.mark.feature("F12", "W10")
def test_what_is_posted_is_what_the_documents_say(month):
    kinds = re.findall(r'X\(\w+, "(\w+)"', (ROOT / "lib/charge/tbl/journal_kind.h").read_text())
    flows = documented()
    assert set(flows) == set(kinds), f"documented and known kinds differ: {set(flows) ^ set(kinds)}"
    people = {"member", "card", "person"}
    posted = month.i.rows("select distinct j.kind, a.owner_kind, a.kind from journal j join posting p on p.journal_id = j.id"
                          " join account a on a.id = p.account_id")
    strange = [(j, o, k) for j, o, k in posted
               if not any(k == kind and (o == owner or (o in people and owner in people)) for owner, kind in flows[j])]
    assert not strange, f"docs/ledger.md does not say: {strange}"
    assert len({j for j, _, _ in posted}) >= 12
    chart = {(o.lower(), k.lower()) for o, k in re.findall(r"X\((\w+), (\w+)\)", (ROOT / "lib/charge/tbl/account_chart.h").read_text())}
    kept = set(re.findall(r'X\(\w+, "(\w+)"', (ROOT / "lib/charge/tbl/account_kind.h").read_text()))
    assert {k for _, k in chart} == kept, "a kind of account is in no chart"
    about = (ROOT / "templates/text/zh-CN/ledger.hdf").read_text()
    assert kept <= set(re.findall(r"^\t\t\t(\w+) =", about, re.M))
    said = set()
    for line in (ROOT / "docs/ledger.md").read_text().splitlines():
        cells = [c.strip() for c in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) == 3 and not cells[0].startswith("`") and "`" in cells[1]:
            said |= {(o, k) for o in cells[0].split(", ") for k in re.findall(r"`(\w+)`", cells[1])}
    assert said == chart, f"the chart of accounts and the document differ: {said ^ chart}"


# --- the pages

def test_the_trial_balance_of_any_day_is_zero_and_is_the_postings(month, clerk):
    month.i.job("ledger_proof")
    day, after = month.i.rows("select date(at), date(at) + interval 1 day from posting group by date(at) order by count(*) desc limit 1")[0]
    days = month.i.value("select count(*) from ledger_close")
    assert days >= 28 and month.i.value("select count(*) from ledger_day") > days
    for frm, to, until in ((day, day, after), (day, "2036-01-01", "2036-01-02")):
        page = clerk.get(f"/admin/ledger?from={frm}&to={to}")
        assert "试算平衡：" in page.text
        rows, foot = table(page)
        assert foot[0] == foot[1] and foot[2] == foot[3] and foot[4] == foot[5] and foot[2] > 0
        for name, owner, kind in (("会员 · 现金", "member", "cash"), ("电卡 · 现金", "card", "cash"), ("服务商 · 电费收入", "provider", "income_energy"),
                                  ("服务商 · 已收现金", "provider", "cash_taken")):
            six = rows[name]
            assert six[1] - six[0] == held(month.i, frm, owner, kind) and six[5] - six[4] == held(month.i, until, owner, kind), name
            assert six[1] - six[0] - six[2] + six[3] == six[5] - six[4], name
    # what closed days say is what their postings say: the same page without them
    before = table(clerk.get(f"/admin/ledger?from={day}&to={day}"))
    month.i.sql("create table kept_close as select * from ledger_close")
    month.i.sql("create table kept_day as select * from ledger_day")
    month.i.sql("delete from ledger_close")
    month.i.sql("delete from ledger_day")
    assert table(clerk.get(f"/admin/ledger?from={day}&to={day}")) == before
    month.i.sql("insert into ledger_close select * from kept_close")
    month.i.sql("insert into ledger_day select * from kept_day")
    book = openpyxl.load_workbook(io.BytesIO(clerk.web.http.get(f"{month.i.url}/admin/ledger/download?from={day}&to={day}").content)).active
    lines = {r[0]: [Decimal(str(v or 0)) for v in r[1:7]] for r in book.iter_rows(min_row=2, values_only=True) if r[0]}
    assert lines["会员 · 现金"] == before[0]["会员 · 现金"]
    assert "请重新选择" in clerk.get(f"/admin/ledger?from={after}&to={day}").text


def test_a_statement_goes_from_opening_to_closing(month, clerk):
    account, owner = month.i.rows("select account_id, count(*) from posting p join account a on a.id = p.account_id where a.owner_kind in ('member', 'card')"
                               " and a.kind = 'cash' group by account_id order by count(*) desc limit 1")[0]
    frm, to = month.i.rows("select date(min(at)) + interval 5 day, date(max(at)) from posting where account_id = %s", account)[0]
    page = clerk.get(f"/admin/ledger_account/{account}/statement?from={frm}&to={to}")
    opening = month.i.value("select coalesce(sum(amount), 0) from posting where account_id = %s and at < %s", account, frm)
    moved = month.i.value("select count(*) from posting where account_id = %s and at >= %s and at < %s + interval 1 day", account, frm, to)
    rows = [cells(r) for r in re.findall(r"<tr>(.*?)</tr>", re.search(r"<tbody>(.*?)</tbody>", page.html, re.S)[1], re.S)]
    assert money(rows[0][1]) == opening and len(rows) - 1 == min(moved, 100)
    balance = opening
    for row in rows[1:]:
        balance += money(row[4]) - money(row[3])
        assert money(row[5]) == balance
    foot = cells(re.search(r"<tfoot>(.*?)</tfoot>", page.html, re.S)[1])
    closing = month.i.value("select coalesce(sum(amount), 0) from posting where account_id = %s and at < %s + interval 1 day", account, to)
    assert money(foot[3]) == closing == opening + money(foot[2]) - money(foot[1])
    assert re.search(r'href="/admin/session/\d+"', page.html), "a movement leads to what caused it"
    book = openpyxl.load_workbook(io.BytesIO(clerk.web.http.get(
        f"{month.i.url}/admin/ledger_account/{account}/statement/download?from={frm}&to={to}").content)).active
    lines = list(book.iter_rows(min_row=2, values_only=True))
    assert Decimal(str(lines[0][5])) == opening and Decimal(str(lines[moved + 1][5])) == closing
    empty = clerk.get(f"/admin/ledger_account/{account}/statement?from=2020-01-01&to=2020-01-02")
    assert "没有发生额" in empty.text


def test_postings_are_exported_with_journal_date_account_amount_reference(month, clerk):
    day = month.i.value("select date(at) from posting group by date(at) order by count(*) desc limit 1")
    task = export(clerk.web, "posting", f"at_from={day}&at_to={day}")
    assert ended(month.i, task)[0] == "done"
    sheet = download(clerk.web, task).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    at = {name: i for i, name in enumerate(head)}
    wanted = month.i.value("select count(*) from posting where date(at) = %s", day)
    lines = [r for r in rows if isinstance(r[at["凭证号"]], (int, float))]
    assert len(lines) == wanted
    debit, credit = (next(i for n, i in at.items() if n and n.startswith(word)) for word in ("借方", "贷方"))
    total = [sum(Decimal(str(r[c] or 0)) for r in lines) for c in (debit, credit)]
    assert total[0] == total[1] > 0, "a day's debits are its credits"
    assert all(r[at["摘要编号"]] for r in lines) and all(r[at["日期"]] for r in lines)


def test_the_proof_is_run_by_a_click_and_says_what_is_wrong(month, clerk):
    page = clerk.get("/admin/ledger/proof")
    form = next(f for f in page.forms if f.action == "/admin/ledger/proof")

    def prove():
        task = task_of(clerk.web.submit(page, form))
        assert ended(month.i, task)[0] == "done"
        return clerk.get("/admin/ledger/proof").text

    assert "账务一致" in prove()
    account = month.i.value("select min(id) from account where owner_kind = 'card' and kind = 'cash'")
    month.i.sql("update account set balance = balance + 0.01 where id = %s", account)
    month.i.sql("update ledger_day set credit = credit + 1 order by day limit 1")
    try:
        text = prove()
        assert "发现问题" in text and "余额与分录合计不符" in text and "日结与分录不符" in text
        assert f"/admin/ledger_account/{account}" in clerk.get("/admin/ledger/proof").html
    finally:
        month.i.sql("update account set balance = balance - 0.01 where id = %s", account)
        month.i.sql("update ledger_day set credit = credit - 1 order by day limit 1")
    assert "账务一致" in prove()
    assert month.i.rows("select findings > 0, asked_by is not null from ledger_proof order by id desc limit 3") == [(0, 1), (1, 1), (0, 1)]
    month.i.job("ledger_proof")
    assert "每晚任务" in clerk.get("/admin/ledger/proof").text


def test_a_provider_reads_the_own_books_alone(month, clerk):
    providers = [r[0] for r in month.i.rows("select provider_id from posting where provider_id is not null group by provider_id order by count(*) desc limit 2")]
    person = Tenant(month.i, ("ledger.show", "ledger_account.*", "posting.*", "ledger_account.list", "ledger_account.show", "ledger_account.statement",
                           "posting.list", "ledger_proof.show"))
    month.i.sql("update user set provider_id = %s where id = %s", providers[0], person.user)
    month.i.sql("update role set provider_id = %s where id = %s", providers[0], person.role)
    web = person.web()
    page = web.get("/admin/ledger?from=2036-01-01&to=2036-01-01")
    rows, foot = table(page)
    assert foot[0] == foot[1] and foot[4] == foot[5]
    mine = held(month.i, "2036-01-01", "provider", "income_energy", providers[0])
    assert rows["服务商 · 电费收入"][5] == mine and mine != held(month.i, "2036-01-01", "provider", "income_energy")
    chosen = web.get(f"/admin/ledger?from=2036-01-01&to=2036-01-01&provider_id={providers[1]}")
    assert table(chosen)[0] == rows, "another provider's books cannot be chosen"
    theirs = month.i.value("select min(id) from account where provider_id = %s", providers[1])
    own = month.i.value("select min(id) from account where provider_id = %s", providers[0])
    assert web.get(f"/admin/ledger_account/{own}/statement").status == 200
    assert web.get(f"/admin/ledger_account/{theirs}/statement").status == 404
    assert web.get(f"/admin/ledger_account/{theirs}/statement/download").status == 404
    assert web.get("/admin/ledger/proof").status == 403
    assert web.get("/admin/posting").status == 200
