"""Worklists: each shows a broken record to who may mend it, its click mends it, the second changes nothing, another tenant sees nothing (W8)."""
import re

import pytest

from tenants import Tenants

AGO = "2026-01-01 08:00:00"
# list: (screen, table, what breaks it, what says that it is mended, inputs the click asks for)
BROKEN = {
    "anomaly": ("session", "session", {"state": "finished", "anomaly": "pending", "ended_at": AGO}, "anomaly = 'settled'", {"note": "核对无误"}),
    "review": ("session", "session", {"state": "finished", "anomaly": "review", "ended_at": AGO, "handled_by": None}, "anomaly = 'settled'", {"note": "同意"}),
    "stuck": ("session", "session", {"state": "suspended", "anomaly": "none", "seen_at": AGO, "started_at": AGO, "ended_at": None}, "state = 'finished'",
              {"why": "设备离线"}),
    "refund": ("refund", "refund", {"state": "failed", "way": "channel", "withdrawal_id": None, "problem": "渠道余额不足"}, "state <> 'failed'", {}),
    "invoice": ("invoice", "invoice", {"state": "failed", "problem": "税号错误"}, "state <> 'failed'", {}),
    "split": ("split", "split", {"state": "failed", "problem": "接收方未绑定", "way": "ledger"}, "state <> 'failed'", {}),
    "settlement": ("settlement", "settlement", {"state": "draft", "answer": "差一单", "sessions": 3, "amount": 5}, "state = 'confirmed'", {}),
    "settle": ("settlement", "settlement", {"state": "agreed", "agreed_at": AGO}, "state = 'settled'", {}),
    "received": ("settlement_received", "settlement", {"state": "confirmed", "confirmed_at": AGO, "note": "十月"}, "state = 'agreed'", {}),
    "payable": ("payable", "cycle_bill", {"state": "confirmed", "confirmed_at": AGO}, "state = 'agreed'", {}),
    "webhook": ("webhook_delivery", "delivery", {"status": "dead", "last_error": "HTTP 500"}, "status = 'pending'", {}),
    "parking": ("parking_delivery", "delivery", {"status": "dead", "last_error": "HTTP 502"}, "status = 'pending'", {}),
    "alarm": ("alarm", "alarm", {"state": "open", "handling": "waiting", "code": "emergency_stop"}, "handling <> 'waiting'",
              {"handling": "done", "way": "remote", "note": "已处理"}),
}


@pytest.fixture(scope="module")
def ground(instance):
    instance.admin()
    t = Tenants(instance)
    t.person("work-a", "provider", "a1")
    t.person("work-b", "provider", "b")
    t.person("look-a", "provider", "a1", words=("worklist.show", "session.list", "session.show", "refund.list"))
    instance.stop("courier")
    yield t
    instance.start("courier")


def web(instance, account):
    made = instance.session()
    made.login(instance, account, instance.password)
    return made


@pytest.fixture(scope="module")
def mine(instance, ground):
    return web(instance, "work-a")


@pytest.fixture(scope="module")
def theirs(instance, ground):
    return web(instance, "work-b")


def listed(web, name):
    page = web.get(f"/admin/worklist?list={name}")
    assert page.status == 200
    return page, re.findall(r'formaction="/admin/\w+/(\d+)/\w+"', page.html)


def click(instance, web, page, screen, row, inputs):
    """The button of the row: at once, or by way of the page that asks."""
    address = re.search(rf'form="(act|ask)" formaction="(/admin/{screen}/{row}/\w+)"', page.html)
    if address[1] == "act":
        form = page.form("_csrf", "_back")
        return web.post(address[2], dict(form.values)), address
    asked = web.get(address[2] + "?_back=/admin/worklist")
    form = next(f for f in asked.forms if f.method == "post" and "_token" in f)
    return web.submit(asked, form, {k: v for k, v in {**inputs, "_payment": instance.password}.items() if k in form}), address


@pytest.mark.feature("W8")
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_listed_mended_once_and_nobody_elses(instance, ground, mine, theirs, name):
    screen, table, broken, mended, inputs = BROKEN[name]
    row = ground.rows[screen]["a1"]
    ground.sql(f"update `{table}` set " + ", ".join(f"`{c}` = %s" for c in broken) + " where id = %s", *broken.values(), row)
    page, rows = listed(mine, name)
    assert str(row) in rows, page.text
    problem = broken.get("problem") or broken.get("last_error")
    assert not problem or problem in page.text
    assert str(row) not in listed(theirs, name)[1]
    done, address = click(instance, mine, page, screen, row, inputs)
    assert done.status == 200, done.text[:600]
    assert ground.query(f"select {mended} from `{table}` where id = %s", row)[0][0] == 1, done.text[:600]
    assert str(row) not in listed(mine, name)[1]
    before = ground.query(f"select * from `{table}` where id = %s", row)
    again, _ = click(instance, mine, page, screen, row, inputs)
    assert again.status in (200, 404, 409, 422)
    after = ground.query(f"select * from `{table}` where id = %s", row)
    assert before == after or table == "alarm", "the second click changes nothing"


@pytest.mark.feature("W8")
def test_only_who_may_mend_is_shown_a_list(instance, ground):
    page = web(instance, "look-a").get("/admin/worklist")
    assert page.status == 200 and "没有等待处理的记录" in page.text and "kpi-label" not in page.html


@pytest.mark.feature("W8", "H4")
def test_home_counts_what_waits(instance, ground, mine, theirs):
    row = ground.rows["webhook_delivery"]["a1"]
    ground.sql("update delivery set status = 'dead' where id = %s", row)
    for other in ("a2", "b"):
        ground.sql("update delivery set status = 'sent' where id = %s", ground.rows["webhook_delivery"][other])
    tile = re.compile(r'href="/admin/worklist\?list=webhook".*?kpi-value d-block">(\d+)<', re.S)
    assert tile.search(mine.get("/admin/?figures=1").html)[1] == "1"
    assert not tile.search(theirs.get("/admin/?figures=1").html)
    every = mine.get("/admin/worklist?list=webhook")
    assert every.status == 200 and len(re.findall('class="kpi ', every.html) + re.findall('class="kpi"', every.html)) >= 13


@pytest.mark.feature("W8")
def test_one_click_for_all_of_a_page(instance, ground, mine):
    for _ in range(3):
        ground.add("delivery", kind="webhook", provider_id=ground.rows["provider"]["a1"], webhook_id=ground.rows["webhook"]["a1"],
                   target="https://example.com/hook", subject="session_settled", payload="{}", status="dead", created_at=ground.day)
    page, rows = listed(mine, "webhook")
    form = next(f for f in page.forms if "batch" in (f.action or ""))
    asked = mine.submit(page, form)
    done = mine.submit(asked, next(f for f in asked.forms if f.method == "post" and "id" in f))
    assert done.status == 200 and "worklist" in done.url
    assert listed(mine, "webhook")[1] == [] and len(rows) >= 3
