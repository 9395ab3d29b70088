"""The log of what people did: who, where, with which result; and the chain that shows when somebody rewrites it."""
import re

import pytest

from clerk import Clerk
from instance import key_values
from people import Tenant

pytestmark = pytest.mark.feature("G15", "W14")

ADD = "insert into audit (at, user_id, actor, resource, record_id, action, field, old_value, new_value) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def add(instance, actor="tester", minutes=5, resource="station", field="name", old="旧\n名", new=None, **more):
    """Rows as a program would have written them some minutes ago."""
    db = instance.connect()
    try:
        with db.cursor() as c:
            values = {"actor": actor, "resource": resource, "record_id": 1, "action": "update", "field": field, "old_value": old,
                      "new_value": new, **more}
            names = ", ".join(values)
            c.execute(f"insert into audit (at, {names}) values (now() - interval %s minute, {', '.join(['%s'] * len(values))})",
                      [minutes, *values.values()])
            return c.lastrowid
    finally:
        db.close()


def seal(instance):
    return {k: v for k, v in key_values(instance.job("audit_seal")).items()}


def proof(instance):
    """(exit code, figures, findings as (what, seal, row))."""
    done = instance.job("audit_proof", check=False)
    found = [(m[1], int(m[2]), int(m[3])) for m in re.finditer(r"^finding=(\w+) seal=(\d+) row=(\d+)", done.stdout, re.M)]
    return done.returncode, key_values(done.stdout), found


@pytest.fixture
def chain(instance):
    """A short chain of its own: three blocks of four rows; the rows' ids by block."""
    for table in ("audit_finding", "audit_proof", "audit_seal", "audit"):
        instance.sql(f"delete from {table}")
    blocks = []
    for _ in range(3):
        blocks.append([add(instance) for _ in range(4)])
        assert seal(instance)["rows"] == "4"
    return blocks


def test_a_chain_that_nobody_touched_is_proved(instance, chain):
    code, said, found = proof(instance)
    assert (code, found) == (0, [])
    assert (said["blocks"], said["rows"], said["last_seal"]) == ("3", "12", "3")
    rows = instance.rows("select id, row_count, previous_hash, hash, first_id, last_id from audit_seal order by id")
    assert [r[0] for r in rows] == [1, 2, 3] and rows[0][2] == "0" * 64
    assert rows[1][2] == rows[0][3] and rows[2][2] == rows[1][3] and len(set(r[3] for r in rows)) == 3
    assert [(r[4], r[5]) for r in rows] == [(b[0], b[-1]) for b in chain]
    assert said["last_hash"] == rows[2][3]


def test_the_hash_is_what_the_header_says(instance, chain):
    """Recomputed in another language from the comment of the header alone."""
    import hashlib

    def sha(text):
        return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
    b = instance.rows("select id, first_id, last_id, row_count, stragglers, previous_hash, hash, sealed_at from audit_seal where id = 2")[0]
    fold = "0" * 64
    for row in instance.rows("select id, at, user_id, member_id, actor, resource, record_id, action, field, old_value, new_value, ip,"
                             " request_id, result from audit where seal_id = 2 order by id"):
        line = b"".join(b"-," if v is None else b"%d:%s," % (len(str(v).encode()), str(v).encode()) for v in row)
        fold = sha(f"{fold} {sha(line)}")
    assert sha(f"1 {b[5]} {b[0]} {b[1]} {b[2]} {b[3]} {b[4]} {b[7]} {fold}") == b[6]


@pytest.mark.parametrize("column,value", [("new_value", "x"), ("old_value", None), ("actor", "nobody"), ("at", "2026-01-01"), ("ip", "10.0.0.1"),
                                          ("result", "denied"), ("record_id", 2), ("user_id", 1), ("member_id", 7), ("field", "phone")])
def test_a_changed_row_is_named(instance, chain, column, value):
    row = chain[1][2]
    instance.sql(f"update audit set `{column}` = %s where id = %s", value, row)
    assert proof(instance)[::2] == (1, [("changed", 2, row)])


def test_a_removed_row_is_named(instance, chain):
    instance.sql("delete from audit where id in (%s, %s)", chain[0][0], chain[0][3])
    code, _, found = proof(instance)
    assert (code, sorted(found)) == (1, [("removed", 1, chain[0][0]), ("removed", 1, chain[0][3])])


def test_an_inserted_row_is_named(instance, chain):
    row = add(instance)
    instance.sql("update audit set seal_id = 2 where id = %s", row)
    assert proof(instance)[::2] == (1, [("inserted", 2, row)])
    instance.sql("update audit set seal_id = 99 where id = %s", row)
    assert proof(instance)[::2] == (1, [("inserted", 99, row)])


def test_a_removed_row_whose_id_another_row_took(instance, chain):
    row = chain[2][1]
    instance.sql("delete from audit where id = %s", row)
    instance.sql("insert into audit (id, at, actor, resource, action, seal_id) values (%s, now(), 'x', 'station', 'update', 3)", row)
    assert proof(instance)[::2] == (1, [("changed", 3, row)])


def test_a_removed_or_changed_block_is_named(instance, chain):
    instance.sql("update audit_seal set stragglers = 1 where id = 2")
    assert proof(instance)[::2] == (1, [("seal_changed", 2, 0)])
    instance.sql("update audit_seal set stragglers = 0 where id = 2")
    assert proof(instance)[0] == 0
    instance.sql("update audit set seal_id = null where seal_id = 2")
    instance.sql("delete from audit_seal where id = 2")
    code, _, found = proof(instance)
    assert code == 1 and ("seal_removed", 2, 0) in found and ("seal_changed", 3, 0) in found


def test_an_end_that_was_cut_off_is_missed(instance, chain):
    """Rows and block go together: the chain before them is whole, but an earlier proof saw more."""
    assert proof(instance)[0] == 0
    instance.sql("delete from audit where seal_id = 3")
    instance.sql("delete from audit_seal where id = 3")
    assert proof(instance)[::2] == (1, [("seal_removed", 3, 0)])


def test_a_chain_that_was_written_anew_is_missed(instance, chain):
    assert proof(instance)[0] == 0
    instance.sql("delete from audit_seal")
    instance.sql("update audit set seal_id = null, actor = 'somebody else'")
    seal(instance)
    assert proof(instance)[0] == 1


def test_a_row_that_is_committed_late_is_sealed_later(instance, chain):
    """Its id is below what was sealed: another transaction was faster, or another node of a cluster gave the id out."""
    db = instance.connect()
    try:
        db.autocommit(False)
        with db.cursor() as c:
            c.execute("insert into audit (at, actor, resource, action) values (now() - interval 1 minute, 'late', 'station', 'update')")
            late = c.lastrowid
            fast = add(instance, minutes=1)
            assert fast > late and seal(instance)["rows"] == "1"
        db.commit()
    finally:
        db.close()
    said = seal(instance)
    assert (said["rows"], said["stragglers"]) == ("1", "1")
    assert instance.value("select seal_id from audit where id = %s", late) == 5
    assert proof(instance)[::2] == (0, [])


def test_a_row_written_into_the_past_is_told(instance, chain):
    """It has an id that was free and a date from before: sealed, but not without a word."""
    instance.sql("insert into audit (id, at, actor, resource, action) values (%s, now() - interval 3 hour, 'x', 'station', 'update')",
                 chain[0][0] - 1)
    seal(instance)
    assert proof(instance)[::2] == (1, [("backdated", 4, chain[0][0] - 1)])


def test_rows_that_nobody_seals_are_told(instance, chain):
    add(instance, minutes=90)
    assert proof(instance)[::2] == (1, [("unsealed", 0, 0)])


def test_fresh_rows_wait_and_big_heaps_make_many_blocks(instance, chain):
    add(instance, minutes=0)
    assert seal(instance)["rows"] == "0"
    instance.sql("insert into audit (at, actor, resource, action, new_value) select now() - interval 1 minute, 'heap', 'station', 'update', seq"
                 " from seq_1_to_2500")
    said = seal(instance)
    assert (said["rows"], said["blocks"]) == ("2500", "3")
    assert [r[0] for r in instance.rows("select row_count from audit_seal where id > 3 order by id")] == [1000, 1000, 500]
    assert proof(instance)[::2] == (0, [])


def test_purge_archives_whole_blocks_and_the_chain_still_proves(instance, chain):
    instance.sql("update audit_seal set last_at = last_at")      # nothing is old yet
    assert key_values(instance.job("purge"))["audit_archived"] == "0"
    for table in ("audit_seal", "audit"):
        instance.sql(f"delete from {table}")
    old = [add(instance, minutes=60 * 24 * 1200) for _ in range(3)]
    seal(instance)
    add(instance)
    seal(instance)
    assert key_values(instance.job("purge"))["audit_archived"] == "3"
    assert instance.rows("select id from audit where id in (%s, %s, %s)", *old) == []
    assert instance.rows("select id, archived_at is not null, digests is null from audit_seal order by id") == [(1, 1, 1), (2, 0, 0)]
    code, said, found = proof(instance)
    assert (code, found, said["rows"], said["archived"]) == (0, [], "4", "0")
    path = instance.var / "data/audit/0000000001.txt"
    text = path.read_bytes()
    path.write_bytes(text.replace(b"tester", b"tastes"))
    assert proof(instance)[::2] == (1, [("changed", 1, 0)])
    path.unlink()                                # kept elsewhere: the hashes are compared
    code, said, found = proof(instance)
    assert (code, found, said["archived"]) == (0, [], "1")


def test_a_block_that_is_not_right_is_not_archived(instance, chain):
    for table in ("audit_seal", "audit"):
        instance.sql(f"delete from {table}")
    row = add(instance, minutes=60 * 24 * 1200)
    seal(instance)
    instance.sql("update audit set actor = 'x' where id = %s", row)
    done = instance.job("purge", check=False)
    assert done.returncode == 1 and instance.value("select count(*) from audit where id = %s", row) == 1
    assert proof(instance)[::2] == (1, [("changed", 1, row)])


# --- the two logs

def cells(page):
    """Rows of the list as {head: text}."""
    if not (table := re.search(r"<table class=\"list.*?</table>", page.html, re.S)):
        return []
    table = table[0]
    text = lambda s: " ".join(re.sub(r"<[^>]+>|[▲▼↕]", " ", s).split())         # noqa: E731
    heads = [text(h) for h in re.findall(r"<th\b[^>]*>(.*?)</th>", table, re.S)]
    rows = [[text(c) for c in re.findall(r"<td\b[^>]*>(.*?)</td>", r, re.S)] for r in re.findall(r"<tr\b[^>]*>(.*?)</tr>", table.split("<tbody", 1)[1], re.S)]
    return [dict(zip(heads, r)) for r in rows if len(r) == len(heads)]


@pytest.fixture(scope="module")
def tenant(instance):
    return Tenant(instance)


def test_a_value_is_shown_in_the_readers_language(instance, admin, tenant):
    add(instance, actor="reader", minutes=0, resource="station", field="status", old="enabled", new="disabled")
    add(instance, actor="reader", minutes=0, resource="setting", field="operator_name", old="甲", new="乙")
    said = {r["字段"]: r for r in cells(admin.get("/admin/audit?actor=reader"))}
    assert (said["状态"]["模块"], said["状态"]["功能"], said["状态"]["原值"], said["状态"]["新值"], said["状态"]["结果"]) == ("电站", "修改", "启用", "禁用", "成功")
    assert any(r["原值"] == "甲" and r["新值"] == "乙" and r["模块"] == "参数设置" for r in said.values())
    admin.get("/admin/lang?to=en")
    page = cells(admin.get("/admin/audit?actor=reader"))
    admin.get("/admin/lang?to=zh-CN")
    assert {(r["Module"], r["Before"], r["After"]) for r in page} >= {("Station", "Enabled", "Disabled")}


def test_the_export_says_what_the_list_says(instance, tenant):
    from work import download, ended, export
    web = instance.admin()
    add(instance, actor="exported", minutes=0, field="status", old="enabled", new="disabled")
    task = export(web, "audit", "actor=exported")
    assert ended(instance, task)[0] == "done"
    rows = list(download(web, task).worksheets[0].values)
    first = dict(zip(rows[0], rows[1]))
    assert (first["模块"], first["字段"], first["原值"], first["新值"], first["结果"]) == ("电站", "状态", "启用", "禁用", "成功")


def test_staff_and_drivers_have_logs_of_their_own(instance, admin, tenant):
    member = tenant.insert("member", no="190000001", provider_id=tenant.provider, phone="13911112222", nickname="小电")
    add(instance, actor="139****2222", minutes=0, resource="member", member_id=member, action="login", field="", old=None, ip="203.0.113.9")
    drivers = cells(admin.get("/admin/member_audit?phone=13911112222"))
    assert [(r["昵称"], r["手机号"], r["模块"], r["功能"], r["结果"], r["IP"]) for r in drivers] \
        == [("小电", "139****2222", "会员", "登录", "成功", "203.0.113.9")]
    assert cells(admin.get("/admin/audit?ip=203.0.113.9")) == []
    add(instance, actor=tenant.account, minutes=0, user_id=tenant.user, ip="203.0.113.10")
    staff = cells(admin.get("/admin/audit?ip=203.0.113.10"))
    assert [(r["账号"], r["昵称"]) for r in staff] == [(tenant.account, tenant.account)]
    other = Tenant(instance).web()
    assert cells(other.get("/admin/audit?ip=203.0.113.10")) == [] and cells(other.get("/admin/member_audit?phone=13911112222")) == []
    mine = tenant.web()
    assert len(cells(mine.get("/admin/audit?ip=203.0.113.10"))) == 1 and len(cells(mine.get("/admin/member_audit?phone=13911112222"))) == 1


@pytest.mark.parametrize("query,field,value", [
    ("user_id={user}", "账号", "{account}"), ("resource=tariff", "模块", "计费规则"), ("action=reboot", "功能", "重启"), ("result=denied", "结果", "无权限"),
    ("ip=198.51.100.7", "IP", "198.51.100.7"), ("resource=tariff&record_id=4711", "记录号", "4711"), ("at_from=2031-01-01&at_to=2031-01-01", "时间", "2031-01-01 08:00:00")])
def test_the_log_is_searched(instance, admin, tenant, query, field, value):
    known = {"user": tenant.user, "account": tenant.account}
    instance.sql("delete from audit where request_id = 'searched'")
    add(instance, actor="noise", minutes=0, request_id="searched")
    add(instance, actor=tenant.account, minutes=0, user_id=tenant.user, resource="tariff", record_id=4711, action="reboot", result="denied",
        ip="198.51.100.7", request_id="searched")
    instance.sql("insert into audit (at, user_id, actor, resource, record_id, action, result, ip, request_id) values ('2031-01-01 08:00:00', %s, %s,"
                 " 'tariff', 4711, 'reboot', 'denied', '198.51.100.7', 'searched')", tenant.user, tenant.account)
    rows = cells(admin.get("/admin/audit?request_id=searched&" + query.format(**known)))
    assert rows and {r[field] for r in rows} == {value.format(**known)}
    instance.sql("delete from audit where request_id = 'searched'")


def test_what_is_refused_is_told(instance, tenant):
    """Without the permission: a page, a change, the API; with the result, once a minute for the same wish."""
    someone = Tenant(instance, permissions=("station.list",))
    web = someone.web()
    last = instance.value("select max(id) from audit")
    for _ in range(3):
        assert web.get("/admin/tariff").status == 403
    assert web.get(f"/admin/station/{someone.station}/edit").status == 403
    assert web.post(f"/admin/user/{someone.user}/roles", {}).status == 403
    key = someone.key()
    assert instance.session().get("/api/v1/member", headers={"Authorization": f"Bearer {key}"}).status == 403
    told = instance.rows("select distinct resource, action, record_id, result, actor from audit where id > %s and user_id = %s order by id", last, someone.user)
    assert set(told) >= {("tariff", "list", 0, "denied", someone.account), ("station", "update", someone.station, "denied", someone.account),
                         ("user", "roles", someone.user, "denied", someone.account), ("member", "list", 0, "denied", someone.account)}
    post = web.post("/admin/station/columns", {"column": "name"})
    assert post.status == 403 and instance.value("select count(*) from audit where id > %s and action = 'csrf' and result = 'denied'", last) == 1


def test_a_wrong_password_is_told_to_the_accounts_own_administrator(instance, tenant):
    instance.session().login(instance, tenant.account, "wrong")
    rows = cells(tenant.web().get("/admin/audit?action=login_failed"))
    assert [(r["账号"], r["功能"], r["结果"]) for r in rows] == [(tenant.account, "登录失败", "失败")]


# --- the page

def test_the_page_shows_the_last_seal_and_the_last_proof(instance, admin, chain):
    assert "尚未校验过" in admin.get("/admin/audit/proof").text
    proof(instance)
    page = admin.get("/admin/audit/proof")
    assert "与封存时一致" in page.text and instance.value("select hash from audit_seal where id = 3") in page.text
    instance.sql("update audit set actor = '<b>x' where id = %s", chain[0][1])
    instance.sql("delete from audit where id = %s", chain[1][1])
    proof(instance)
    page = admin.get("/admin/audit/proof")
    assert "日志被改动： 2" in page.text and "内容被改" in page.text and "被删除" in page.text
    assert f'<td class="num">{chain[0][1]}</td>' in page.html and f'<td class="num">{chain[1][1]}</td>' in page.html and "<b>x" not in page.html


def test_the_page_is_the_platforms_alone(instance, tenant):
    """Not even who holds every word of a tenant sees it, and the first role of a tenant does not have its word."""
    assert tenant.web().get("/admin/audit/proof").status == 403
    Clerk(instance).provider("日志服务商", "13700000001")
    words = {w for (w,) in instance.rows("select permission from role_permission where role_id = (select id from role where name = '服务商管理员')")}
    assert {"audit.list", "member_audit.list"} <= words and not [w for w in words if w.startswith("audit_proof")]


# --- size

READ = "show global status where variable_name in ('Handler_read_next', 'Handler_read_prev', 'Handler_read_rnd_next', 'Handler_read_rnd')"


def test_no_search_reads_the_whole_log(instance, admin, tenant):
    """Rows that the server touches for a page of a log of 300 000 rows, by its own counters: what a search reads must not grow with the log."""
    instance.sql("insert into audit (at, user_id, member_id, actor, resource, record_id, action, result, ip, request_id)"
                 " select now() - interval (seq * 60) second, if(seq % 5, 1000 + seq % 50, null), if(seq % 5, null, 1000 + seq % 5000), 'many',"
                 " elt(1 + seq % 4, 'station', 'pile', 'session', 'member'), seq % 40000, elt(1 + seq % 3, 'create', 'update', 'login'),"
                 " if(seq % 1000, 'done', 'denied'), concat('10.', seq % 200, '.', seq % 250, '.1'), md5(seq) from seq_1_to_300000")
    instance.sql("analyze table audit")

    def touched(path):
        admin.get(path.replace("size=20", "size=10"))        # prepared, caches warm
        before = sum(int(v) for _, v in instance.rows(READ))
        page = admin.get(path)
        assert page.status == 200
        return sum(int(v) for _, v in instance.rows(READ)) - before
    all_time = "at_from=2020-01-01&at_to=2030-01-01"
    for path in ("/admin/audit?size=20", "/admin/member_audit?size=20", f"/admin/audit?size=20&{all_time}", f"/admin/member_audit?size=20&{all_time}",
                 "/admin/audit?size=20&ip=10.7.7.1", "/admin/audit?size=20&record_id=77", "/admin/audit?size=20&request_id=x",
                 f"/admin/audit?size=20&user_id={tenant.user}&{all_time}", f"/admin/audit?size=20&result=denied&{all_time}",
                 "/admin/member_audit?size=20&phone=13911112222", f"/admin/audit?size=20&resource=pile&record_id=77&{all_time}"):
        assert touched(path) < 60000, path
