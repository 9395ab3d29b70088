"""Imports: a template, every row checked like a form, all of them or none (PAGES "Long work")."""
import io
import zipfile

import openpyxl
import pytest

from instance import wait_for
from people import Tenant, phone
from work import csrf, download, ended, running, task_of, upload, workbook


@pytest.fixture(scope="module")
def tenant(instance):
    return Tenant(instance)


@pytest.fixture(scope="module")
def heads(instance, tenant):
    """Heads of the member template by field, as the page names them."""
    book = template(tenant.web(), "member")
    return [c.value for c in book.worksheets[0][1]]


def template(web, resource):
    answer = web.http.get(f"{web.base}/admin/{resource}/import/template", timeout=30)
    assert answer.status_code == 200, answer.text[:300]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def head_like(heads, word):
    return next(h for h in heads if h.startswith(word))


def rows_of(heads, *records):
    """A workbook's rows: the whole head, and each record (by beginning of the head) in its columns."""
    rows = [list(heads)]
    for record in records:
        rows.append([next((v for k, v in record.items() if h.startswith(k)), None) for h in heads])
    return rows


def members(instance, tenant):
    return instance.value("select count(*) from member where provider_id = %s", tenant.provider)


def imported(instance, web, resource, data, name="members.xlsx"):
    task = task_of(upload(web, resource, name, data))
    return (task, *ended(instance, task))


def problems(instance, task):
    return instance.rows("select line, field, value, text from task_problem where task_id = %s order by number", task)


def test_the_template_comes_back_filled(instance, tenant):
    """Downloaded, one row typed below the example, uploaded: one record, the example is none."""
    web = tenant.web()
    book = template(web, "member")
    sheet, help_sheet = book.worksheets
    heads = [c.value for c in sheet[1]]
    assert head_like(heads, "手机号").endswith("*")
    assert sheet.max_row == 2 and [r[0].value for r in help_sheet.iter_rows(min_row=2)] == [h.removesuffix(" *") for h in heads]
    assert any("男" in str(r[3].value) for r in help_sheet.iter_rows(min_row=2)), "choices are listed"
    number, values = phone(), {"手机号": None, "会员姓名": "李四", "姓名": "李四", "性别": "男", "备注": "=1+1"}
    values["手机号"] = number
    for i, head in enumerate(heads, 1):
        for key, value in values.items():
            if head.startswith(key):
                sheet.cell(3, i).value = value
                sheet.cell(3, i).data_type = "s"
    out = io.BytesIO()
    book.save(out)
    task, status, message, rows = imported(instance, web, "member", out.getvalue())
    assert (status, rows) == ("done", 1), (message, problems(instance, task))
    member = instance.rows("select name, sex, note, provider_id, created_by from member where phone = %s", number)
    assert member == [("李四", "male", "=1+1", tenant.provider, tenant.user)]
    assert "1" in web.get(f"/admin/task/{task}").text
    who = instance.rows("select field from audit where resource = 'member' and action = 'create' and user_id = %s and new_value = '李四'", tenant.user)
    assert who == [("name",)], "each record leaves its own trace"
    assert not list((instance.var / "data/task").glob("in-*.part"))


def test_csv_is_told_by_its_content(instance, tenant, heads):
    name, number = head_like(heads, "手机号"), phone()
    text = f"\ufeff{name}\r\n{number}\r\n\r\n".encode()
    _, status, message, rows = imported(instance, tenant.web(), "member", text, "members.txt")
    assert (status, rows) == ("done", 1), message


def test_wrong_rows_are_told_by_line_and_column_and_nothing_is_written(instance, tenant, heads):
    other = Tenant(instance)
    before = members(instance, tenant)
    records = [{"手机号": phone()}, {"手机号": "12345"}, {"手机号": phone(), "性别": "不详"},
               {"手机号": phone(), "所属电站": other.name + "站", "电站": other.name + "站"}, {"性别": "女"}]
    web = tenant.web()
    task, status, message, _ = imported(instance, web, "member", workbook(rows_of(heads, *records)))
    assert status == "failed" and "4" in message
    found = problems(instance, task)
    assert [(line, field) for line, field, _, _ in found] == [(3, "phone"), (4, "sex"), (5, "station_id"), (6, "phone")]
    assert found[0][2] == "12345" and found[1][2] == "不详"
    assert members(instance, tenant) == before
    page = web.get(f"/admin/task/{task}")
    assert "12345" in page.text and "不详" in page.text
    sheet = download(web, task).worksheets[0]
    assert [r[0] for r in sheet.iter_rows(min_row=2, values_only=True)] == [3, 4, 5, 6]


def test_a_wrong_last_row_undoes_the_first(instance, tenant, heads):
    before = members(instance, tenant)
    audits = instance.value("select count(*) from audit where resource = 'member'")
    records = [{"手机号": phone()} for _ in range(50)] + [{"手机号": "x"}]
    task, status, _, _ = imported(instance, tenant.web(), "member", workbook(rows_of(heads, *records)))
    assert status == "failed" and problems(instance, task)[0][0] == 52
    assert members(instance, tenant) == before
    assert instance.value("select count(*) from audit where resource = 'member'") <= audits + 1


def test_twice_the_same_in_the_file_and_in_the_database(instance, tenant, heads):
    twice, known = phone(), phone()
    tenant.insert("member", no="320000001", provider_id=tenant.provider, phone=known)
    records = [{"手机号": twice}, {"手机号": known}, {"手机号": twice}]
    task, status, _, _ = imported(instance, tenant.web(), "member", workbook(rows_of(heads, *records)))
    found = problems(instance, task)
    assert status == "failed" and [(line, field) for line, field, _, _ in found] == [(3, "phone"), (4, "phone")]
    assert "2" in found[1][3] and found[0][3] != found[1][3], "the row of the file is named"


@pytest.mark.parametrize("rows,word", [
    ([["手机号 *", "没有的列"], [phone(), "x"]], "没有这一列"),
    ([["姓名"], ["张三"]], None),
    ([["手机号 *", "手机号"], [phone(), phone()]], "重复"),
])
def test_a_wrong_head_is_told(instance, tenant, rows, word):
    task, status, _, _ = imported(instance, tenant.web(), "member", workbook(rows))
    found = problems(instance, task)
    assert status == "failed" and found and found[0][0] == 1
    assert word is None or word in found[0][3]


def test_an_english_head_is_understood(instance, tenant):
    task, status, message, rows = imported(instance, tenant.web(), "member", workbook([["phone"], [phone()]]))
    assert (status, rows) == ("done", 1), message


def test_no_more_rows_than_a_transaction_should_have(instance, tenant):
    before = members(instance, tenant)
    many = workbook([["phone"]] + [[f"139{i:08d}"] for i in range(5001)])
    _, status, message, _ = imported(instance, tenant.web(), "member", many)
    assert status == "failed" and "5000" in message and members(instance, tenant) == before


def test_five_thousand_rows_at_once(instance):
    tenant = Tenant(instance)
    many = workbook([["phone"]] + [[f"137{i:08d}"] for i in range(5000)])
    task = task_of(upload(tenant.web(), "member", "many.xlsx", many))
    status, message, rows = ended(instance, task, 120)
    assert (status, rows) == ("done", 5000), message
    assert members(instance, tenant) == 5000


def test_a_cancelled_import_wrote_nothing(instance):
    tenant = Tenant(instance)
    many = workbook([["phone"]] + [[f"136{i:08d}"] for i in range(5000)])
    web = tenant.web()
    task = task_of(upload(web, "member", "many.xlsx", many))
    running(instance, task)
    page = web.get(f"/admin/task/{task}")
    web.submit(page, page.form(action="cancel"))
    assert ended(instance, task)[0] == "cancelled"
    wait_for(lambda: "event=task_end" in instance.log("task").split(f"task_begin task={task} ")[1], 30, "the runner lets go")
    assert members(instance, tenant) == 0


def test_an_empty_file_is_told(instance, tenant):
    _, status, message, _ = imported(instance, tenant.web(), "member", workbook([["手机号 *"]]))
    assert status == "failed" and "没有数据" in message


@pytest.mark.parametrize("name,data,word", [
    ("a.pdf", b"%PDF-1.4 ...", "xlsx"), ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"), ("a.bin", b"ab\0cd", "xlsx"), ("a.xlsx", b"", "文件"),
])
def test_what_is_no_table_is_refused_at_once(instance, tenant, name, data, word):
    page = upload(tenant.web(), "member", name, data)
    assert page.status == 422 and "/import" in page.url and word in page.text
    assert page.form("file"), "the page offers another try"


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        good = zipfile.ZipFile(io.BytesIO(workbook([["phone"], ["1"]])))
        for item in good.namelist():
            z.writestr(item, b"<worksheet><sheetData>" + b" " * (200 << 20) if item == "xl/worksheets/sheet1.xml" else good.read(item))
    return out.getvalue()


@pytest.mark.parametrize("make", [bomb, lambda: b"PK\3\4 and nothing of a workbook", lambda: "手机号\n1".encode("gbk")])
def test_hostile_files_end_in_a_sentence(instance, tenant, make):
    _, status, message, _ = imported(instance, tenant.web(), "member", make(), "x.xlsx")
    assert status == "failed" and message and "库" not in message


def test_the_same_form_twice_is_one_import(instance, tenant):
    web = tenant.web()
    page = web.get("/admin/member/import")
    data = workbook([["phone"], [phone()]])
    tasks = {task_of(web.submit(page, page.form("_token", "file"), files={"file": ("m.xlsx", data)})) for _ in range(2)}
    assert len(tasks) == 1


@pytest.mark.feature("G8")
def test_importing_needs_its_permission(instance):
    tenant = Tenant(instance, ["member.list", "member.create"])
    web = tenant.web()
    assert web.get("/admin/member/import").status == 403
    assert web.get("/admin/member/import/template").status == 403
    answer = web.post("/admin/member/import", {"_csrf": csrf(web), "_token": "b" * 32}, files={"file": ("m.xlsx", workbook([["phone"], ["1"]]))})
    assert answer.status == 403


def test_a_screen_without_import_has_none(instance, tenant):
    assert tenant.web().get("/admin/session/import").status == 404
