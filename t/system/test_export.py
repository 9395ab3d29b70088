"""Exports: typed Excel files of what a list shows, made by a runner while the person goes on (H10, D7)."""
import datetime
import io
import os
import re
import signal
import zipfile

import pytest

from instance import wait_for
from people import Tenant
from work import csrf, download, ended, export, running, task_of

DAY = datetime.date(2031, 5, 1)


def report(tenant, partner, day=DAY, **values):
    row = dict(day=day, direction="receivable", provider_id=tenant.provider, partner_id=partner.provider, sessions=3, energy="12.3450",
               energy_fee="10.10000", service_fee="2.34567", amount="12.44567", note="")
    return tenant.insert("daily_report", **{**row, **values})


def columns(sheet):
    return {cell.value: i for i, cell in enumerate(sheet[1])}


@pytest.fixture(scope="module")
def pair(instance):
    one, other = Tenant(instance), Tenant(instance)
    report(one, other)
    report(one, other, DAY + datetime.timedelta(days=1), sessions=4, energy="0.0001", amount="1000000.00000", note="=1+2")
    report(one, other, DAY + datetime.timedelta(days=2), amount="-5.50000", note='@SUM(A1) "x" \x0b <b>&')
    report(other, one, amount="77.00000")
    return one, other


def exported(instance, tenant, query, resource="daily_report"):
    web = tenant.web()
    task = export(web, resource, query)
    status, message, _ = ended(instance, task)
    assert status == "done", message
    return download(web, task)


@pytest.mark.feature("H10")
def test_cells_have_types_and_totals_add_up(instance, pair):
    book = exported(instance, pair[0], "sort=day")
    sheet = book.worksheets[0]
    at = columns(sheet)
    first = [c for c in sheet[2]]
    assert sheet.title == "互联互通日报" and sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    day = first[at["日期"]] if "日期" in at else first[0]
    assert day.value == datetime.datetime(2031, 5, 1) and day.is_date
    money = [i for name, i in at.items() if "元" in name]
    energy = [i for name, i in at.items() if "kWh" in name]
    assert len(money) == 3 and len(energy) == 1, at
    assert first[energy[0]].value == 12.345 and first[energy[0]].number_format == "#,##0.000"
    amount = first[money[-1]]
    assert amount.value == 12.44567 and amount.number_format == "#,##0.00" and amount.data_type == "n"
    assert [type(c.value) for c in first].count(int) == 2, "the numbers of sessions and of differing ones are whole numbers"
    total = sheet[sheet.max_row]
    assert total[0].value == "合计"
    assert total[money[-1]].value == pytest.approx(12.44567 + 1000000 - 5.5, abs=1e-9)
    assert total[energy[0]].value == pytest.approx(12.345 + 0.0001 + 12.345, abs=1e-9)
    assert sheet.max_row == 5
    assert pair[1].name in [c.value for c in first], "a reference is shown by its title"
    assert "receivable" not in [c.value for c in first], "a choice is shown by its label"


@pytest.mark.feature("H10")
def test_text_that_looks_like_a_formula_stays_text(instance, pair):
    sheet = exported(instance, pair[0], "sort=day").worksheets[0]
    notes = [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str) and ("1+2" in cell.value or "SUM" in cell.value)]
    assert [(c.value, c.data_type) for c in notes] == [("=1+2", "s"), ('@SUM(A1) "x"  <b>&', "s")]


@pytest.mark.feature("H10")
def test_the_second_sheet_says_what_was_asked_and_the_filter_holds(instance, pair):
    book = exported(instance, pair[0], "day_from=2031-05-02&day_to=2031-05-02")
    sheet, notes = book.worksheets
    assert sheet.max_row == 3                       # head, one row, totals
    said = {r[0]: r[1] for r in notes.iter_rows(values_only=True)}
    assert said["内容"] == "互联互通日报" and said["行数"] == "1" and said["导出人"] == pair[0].account
    assert "2031-05-02" in said["查询条件"] and re.match(r"20\d\d-\d\d-\d\d \d\d:", said["导出时间"])


@pytest.mark.feature("H10", "G8")
def test_a_tenant_exports_its_own_rows_only(instance, pair):
    sheet = exported(instance, pair[1], "").worksheets[0]
    values = [c for row in sheet.iter_rows(values_only=True) for c in row]
    assert 77 in values and 12.44567 not in values


@pytest.mark.feature("H10", "G8")
def test_only_the_owner_fetches_the_file(instance, pair):
    web = pair[0].web()
    task = export(web, "daily_report")
    ended(instance, task)
    other = pair[1].web()
    for path in ("", "/download", "/progress"):
        assert other.get(f"/admin/task/{task}{path}").status == 404
    page = other.post(f"/admin/task/{task}/cancel", {"_csrf": csrf(other)})
    assert page.status == 404
    assert instance.session().http.get(f"{instance.url}/admin/task/{task}/download", allow_redirects=False).status_code == 303
    assert download(web, task)
    assert instance.value("select count(*) from audit where resource = 'task' and action = 'download' and record_id = %s and user_id = %s",
                          task, pair[0].user) == 1


@pytest.mark.feature("G8")
def test_without_the_permission_there_is_no_export(instance):
    tenant = Tenant(instance, ["daily_report.list"])
    web = tenant.web()
    assert web.post("/admin/daily_report/export", {"_csrf": csrf(web)}).status == 403
    assert instance.value("select count(*) from task where user_id = %s", tenant.user) == 0


@pytest.mark.feature("G8")
def test_permissions_count_when_the_task_runs(instance):
    tenant = Tenant(instance)
    web = tenant.web()
    instance.stop("task")
    try:
        task, late = export(web, "daily_report"), export(web, "daily_report")
        tenant.permit("daily_report.list")
        assert instance.program("task", "--once").returncode == 0
        assert instance.value("select status from task where id = %s", task) == "failed"
        assert instance.value("select file from task where id = %s", late) == ""
    finally:
        instance.start("task")


def test_phones_are_masked_without_the_permission_to_see_them(instance):
    tenant = Tenant(instance)
    tenant.insert("member", no="310000001", provider_id=tenant.provider, station_id=tenant.station, name="张三", phone="13912345678")
    whole = [c for row in exported(instance, tenant, "", "member").worksheets[0].iter_rows(values_only=True) for c in row]
    assert "13912345678" in whole
    tenant.permit("member.list", "member.export")
    masked = [c for row in exported(instance, tenant, "", "member").worksheets[0].iter_rows(values_only=True) for c in row]
    assert "13912345678" not in masked and "139****5678" in masked


@pytest.fixture(scope="module")
def many(instance):
    """So many rows that an export takes a while."""
    tenant, partner = Tenant(instance), Tenant(instance)
    instance.sql("insert into daily_report (day, direction, provider_id, partner_id, sessions, energy, energy_fee, service_fee, amount,"
                 " created_at, updated_at) select '1970-01-01' + interval seq day, 'payable', %s, %s, seq, seq / 7, seq / 3, 1, seq, now(), now()"
                 " from seq_1_to_250000", tenant.provider, partner.provider)
    return tenant


@pytest.mark.feature("H10")
def test_cancel_ends_it_and_leaves_no_file(instance, many):
    web = many.web()
    task = export(web, "daily_report", "tab=payable")
    running(instance, task)
    page = web.get(f"/admin/task/{task}")
    assert page.form(action="cancel") and 'http-equiv="refresh"' in page.html and "hx-get" in page.html
    web.submit(page, page.form(action="cancel"))
    assert ended(instance, task)[0] == "cancelled"
    wait_for(lambda: "event=task_end" in instance.log("task") and not list((instance.var / "data/task").glob(f"{task}-*")), 20,
             "the cancelled task's file goes")
    assert web.get(f"/admin/task/{task}/download").status == 404


@pytest.mark.feature("H10")
def test_a_runner_that_dies_costs_nothing(instance, many):
    """Killed in the middle: another one begins anew when the heartbeat is silent, and the file is whole."""
    web = many.web()
    task = export(web, "daily_report", "tab=payable")
    running(instance, task)
    pid = int(instance.value("select holder from task where id = %s", task).split(":")[1])
    os.kill(pid, signal.SIGKILL)
    instance.sql("update task set heartbeat_at = now() - interval 10 minute where id = %s", task)
    status, message, rows = ended(instance, task, 120)
    assert (status, rows) == ("done", 250000), message
    assert instance.value("select tries from task where id = %s", task) == 2
    answer = web.http.get(f"{instance.url}/admin/task/{task}/download", timeout=60)
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


@pytest.mark.feature("H10")
def test_a_task_that_kills_every_runner_is_given_up(instance):
    tenant = Tenant(instance)
    db = instance.connect()
    with db.cursor() as c:
        c.execute("insert into task (kind, resource, title, user_id, params, status, tries, holder, heartbeat_at, created_at, expires_at)"
                  " values ('export', 'daily_report', 'x', %s, '{}', 'running', 3, 'gone:1:x', now() - interval 1 hour, now(),"
                  " now() + interval 1 day)", (tenant.user,))
        task = c.lastrowid
    db.close()
    assert ended(instance, task)[0] == "failed"
    assert "中断" in tenant.web().get(f"/admin/task/{task}").text


@pytest.mark.feature("H10")
def test_files_go_after_their_time(instance, pair):
    web = pair[0].web()
    task = export(web, "daily_report")
    ended(instance, task)
    path = instance.var / "data/task" / instance.value("select file from task where id = %s", task)
    assert path.exists() and path.stat().st_mode & 0o077 == 0
    instance.sql("update task set expires_at = now() - interval 1 minute where id = %s", task)
    assert web.get(f"/admin/task/{task}/download").status == 404
    instance.job("purge")
    assert not path.exists()
    assert instance.value("select count(*) from task where id = %s", task) == 0


def test_an_export_sent_twice_is_one_task(instance, pair):
    web = pair[0].web()
    values = {"_csrf": csrf(web), "_token": "a" * 32}
    assert task_of(web.post("/admin/daily_report/export", values)) == task_of(web.post("/admin/daily_report/export", values))


def test_a_user_has_only_so_many_tasks_open(instance):
    tenant = Tenant(instance)
    web = tenant.web()
    instance.stop("task")
    try:
        tasks = [export(web, "daily_report") for _ in range(10)]
        page = web.post("/admin/daily_report/export", {"_csrf": csrf(web)})
        assert page.url.endswith("/admin/task") and len(set(tasks)) == 10
        assert instance.value("select count(*) from task where user_id = %s", tenant.user) == 10
    finally:
        instance.start("task")
    for task in tasks:
        ended(instance, task)


def test_a_search_that_is_no_search_is_told(instance, pair):
    web = pair[0].web()
    status, message, _ = ended(instance, export(web, "daily_report", "day_from=yesterday"))
    assert status == "failed" and "查询条件" in message


# --- QR codes

@pytest.fixture(scope="module")
def piles(instance):
    tenant = Tenant(instance)
    for n in (1, 2):
        pile = tenant.insert("pile", station_id=tenant.station, area_id=tenant.area, code=f"{tenant.station}P{n}",
                             serial=f"{32010200000000 + tenant.station * 10 + n}", name=f"{n}号桩")
        for k in (1, 2):
            tenant.insert("connector", pile_id=pile, station_id=tenant.station, number=k, code=f"{tenant.station}P{n}{k}", name=f"{k}号枪")
    return tenant


def qr_sheet(instance, web, resource, query=""):
    task = task_of(web.post(f"/admin/{resource}/page/qr_sheet?{query}", {"_csrf": csrf(web)}))
    status, message, rows = ended(instance, task)
    assert status == "done", message
    return download(web, task).worksheets[0], rows


@pytest.mark.feature("D7")
@pytest.mark.parametrize("resource", ["connector", "pile", "station"])
def test_the_qr_sheet_of_a_list(instance, piles, resource):
    sheet, rows = qr_sheet(instance, piles.web(), resource)
    assert rows == 4 and sheet.max_row == 5 and len(sheet._images) == 4
    assert [c.value for c in sheet[1]] == ["电站", "二维码", "二维码内容", "出厂标识", "电桩", "电枪编号", "电枪名称"]
    first = [c.value for c in sheet[2]]
    code = f"{piles.station}P11"
    assert first == [piles.name + "站", None, f"{instance.url}/c/{code}", str(32010200000000 + piles.station * 10 + 1), "1号桩", code, "1号枪"]
    assert sorted(i.anchor._from.row for i in sheet._images) == [1, 2, 3, 4]


@pytest.mark.feature("D7")
def test_the_qr_sheet_follows_the_search_and_the_scope(instance, piles):
    web = piles.web()
    assert qr_sheet(instance, web, "pile", "name=2")[1] == 2
    other = Tenant(instance).web()
    page = other.post("/admin/connector/page/qr_sheet", {"_csrf": csrf(other)})
    assert page.status == 422 and "没有可导出的二维码" in page.text


@pytest.mark.feature("D7")
def test_one_qr_code_as_page_and_picture(instance, piles):
    web = piles.web()
    connector = instance.value("select id from connector where station_id = %s order by id", piles.station)
    page = web.get(f"/admin/connector/{connector}/qr")
    assert page.status == 200 and f"{instance.url}/c/{piles.station}P11" in page.html
    png = web.http.get(f"{instance.url}/admin/connector/{connector}/qr.png")
    assert png.headers["Content-Type"] == "image/png" and png.content.startswith(b"\x89PNG")
    svg = web.http.get(f"{instance.url}/admin/connector/{connector}/qr.svg")
    assert svg.headers["Content-Type"] == "image/svg+xml" and "<svg" in svg.text
    other = Tenant(instance).web()
    for path in ("qr", "qr.png", "qr.svg"):
        assert other.get(f"/admin/connector/{connector}/{path}").status == 404
