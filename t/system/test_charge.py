"""lib/charge against a real server: the C programs that hold the rules' tests, and the jobs around them."""
import datetime
from decimal import Decimal

import pytest

from office import opened
from work import ended, export

RULES = [
    "alarm_test",
    "bike_test",
    "correct_test",
    "fault_test",
    "fleet_test",
    "gateway_test",
    "ledger_test",
    "outbox_test",
    "plan_test",
    "plug_test",
    "race_test",
    "reservation_test",
    "session_test",
    "settle_test",
    "special_test",
]


@pytest.mark.parametrize("program", RULES)
def test_rules(instance, program):
    """Each program is a cmocka group; its tests name the features they prove. They send deliveries themselves: no courier beside them."""
    instance.stop("courier")
    try:
        done = instance.program(program, env={"CMOCKA_MESSAGE_OUTPUT": "TAP"})
    finally:
        instance.start("courier")
    failed = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert done.returncode == 0 and not failed, done.stdout + done.stderr


@pytest.mark.feature("I6", "H5")
def test_demo_is_an_operator_that_the_proof_accepts(demo):
    assert "demo=there" in demo.job("demo"), "again adds nothing"
    assert "findings=0" in demo.job("ledger_proof")
    assert demo.value("select count(*) from station") == 5
    assert demo.value("select count(*) from connector") == 70
    assert demo.value("select count(*) from session where state = 'finished'") > 1000
    days = demo.value("select count(distinct date(ended_at)) from session where ended_at < curdate()")
    assert days >= 60
    both = demo.rows("select r.sessions, r.amount, p.sessions, p.amount from daily_report r join daily_report p on p.day = r.day"
                     " and p.provider_id = r.partner_id and p.partner_id = r.provider_id and p.direction = 'payable'"
                     " where r.direction = 'receivable'")
    assert len(both) > 60 and all(row[:2] == row[2:] for row in both), "what one receives the other pays"


# Lists that finance downloads: columns, and what they are in the database.
FEES = {"电费（元）": "energy_fee", "服务费（元）": "service_fee"}
BOOKS = {
    "session": {**FEES, "订单编号": "no", "预付金额（元）": "prepaid", "充电电量（kWh）": "energy", "订单总费用（元）": "amount", "占位费（元）": "occupancy_fee",
                "创建时间": "requested_at", "开始充电": "started_at", "结束时间": "ended_at", "结算时间": "settled_at", "车牌号": "plate", "VIN": "vin"},
    "split": {"分账单号": "no", "订单金额（元）": "order_amount", "渠道手续费（元）": "channel_fee", "分账金额（元）": "amount", "已退回（元）": "returned",
              "净分账（元）": "amount - returned - back", "创建时间": "created_at"},
    "cycle_bill": {**FEES, "账单编号": "no", "天数": "days", "服务次数": "sessions", "充电量（kWh）": "energy", "应收金额（元）": "amount", "账期开始": "from_day"},
    "settlement": {**FEES, "结算单号": "no", "充电次数": "sessions", "充电量（kWh）": "energy", "订单金额（元）": "turnover", "退款（元）": "refunds",
                   "结算金额（元）": "amount"},
    "daily_report": {**FEES, "日期": "day", "服务次数": "sessions", "充电量（kWh）": "energy", "消费总额（元）": "amount"},
    "statement": {"时间": "at", "现金收支（元）": "cash", "赠送收支（元）": "gift", "实际充值余额（元）": "cash_balance", "赠送余额（元）": "gift_balance"},
}


def plain(value):
    """As the database has it: numbers exact, times to the second, nothing for empty."""
    if isinstance(value, (int, float, Decimal)):
        return Decimal(str(value)).normalize() + 0
    if isinstance(value, datetime.datetime):
        value += datetime.timedelta(microseconds=500000)
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
    return str(value) if value else None


@pytest.mark.feature("H10", "O8", "I6", "I7", "F12", "N6")
def test_what_finance_downloads_opens_in_libreoffice_and_is_what_the_database_says(demo):
    web = demo.admin()
    tasks = [export(web, resource) for resource in BOOKS]
    for task in tasks:
        assert ended(demo, task)[0] == "done"
    files = [web.http.get(f"{web.base}/admin/task/{task}/download", timeout=60).content for task in tasks]
    for task, (resource, columns), book in zip(tasks, BOOKS.items(), opened(*files)):
        sheet = book.worksheets[0]
        at = {cell.value: i for i, cell in enumerate(sheet[1])}
        rows = [[plain(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2) if row[0].value not in (None, "合计")]
        kept = demo.rows(f"select {', '.join(columns.values())} from {resource}")
        ours = sorted(map(repr, ([row[at[name]] for name in columns] for row in rows)))
        theirs = sorted(map(repr, ([plain(v) for v in row] for row in kept)))
        assert len(rows) == demo.value("select file_rows from task where id = %s", task) > 0, resource
        assert [row for row in ours if row not in set(theirs)] == [], resource
        if resource not in ("session", "daily_report", "statement"):    # those open on a week, on what is received
            assert ours == theirs, resource


@pytest.mark.feature("I6", "N6")
def test_daily_report_again_writes_nothing(demo):
    before = demo.rows("select * from daily_report order by id")
    out = demo.job("daily_report", "--date", demo.value("select max(day) from daily_report"))
    assert "rows=0" in out
    assert demo.rows("select * from daily_report order by id") == before
    assert demo.job("daily_report", "--date", "2026-13-01", check=False).returncode == 1


@pytest.mark.feature("I6", "F13")
def test_a_late_record_brings_an_old_day_up_to_date(demo):
    """A session of three days ago whose record is settled yesterday: the default run takes that day, too."""
    session, day = demo.rows("select s.id, date(s.ended_at) from session s join daily_report r on r.day = date(s.ended_at)"
                             " and r.confirm_status = 'pending' where s.member_provider_id <> s.provider_id and s.state = 'finished'"
                             " and s.ended_at between curdate() - interval 6 day and curdate() - interval 3 day limit 1")[0]
    count = "select sum(sessions) from daily_report where day = %s and direction = 'receivable'"
    whole = demo.value(count, day)
    demo.sql("update session set state = 'charging' where id = %s", session)
    demo.job("daily_report", "--date", day)
    assert demo.value(count, day) == whole - 1
    demo.sql("update session set state = 'finished' where id = %s", session)
    demo.sql("update cdr set created_at = curdate() - interval 1 hour where session_id = %s", session)
    assert f"day={day}" in demo.job("daily_report")
    assert demo.value(count, day) == whole


def test_proof_that_finds_something_exits_1(demo):
    demo.sql("update account set balance = balance + 1 where owner_kind = 'card' and kind = 'cash' order by id limit 1")
    try:
        done = demo.job("ledger_proof", check=False)
        assert done.returncode == 1 and "finding=account_balance" in done.stdout
    finally:
        demo.sql("update account set balance = balance - 1 where owner_kind = 'card' and kind = 'cash' order by id limit 1")
    assert "findings=0" in demo.job("ledger_proof")


def test_bench_fill_refuses_a_database_in_use(demo):
    done = demo.job("bench_fill", check=False)
    assert done.returncode == 1 and "scratch" in done.stderr


@pytest.mark.feature("W7")
def test_purge_makes_day_partitions_and_drops_old_ones(instance):
    def partitions():
        return [r[0] for r in instance.rows("select partition_name from information_schema.partitions where table_schema = database()"
                                            " and table_name = 'session_sample' order by partition_ordinal_position")]
    instance.job("purge")
    first = partitions()
    assert first[-1] == "pmax" and len(first) >= 5
    instance.job("purge")
    assert partitions() == first
    old = f"p{instance.value('select curdate() - interval 91 day'):%Y%m%d}"
    instance.sql(f"alter table session_sample reorganize partition {first[0]} into (partition {old} values less than"
                 f" ('{instance.value('select curdate() - interval 90 day')}'), partition {first[0]} values less than"
                 f" ('{instance.value('select curdate() + interval 1 day')}'))")
    instance.job("purge")
    assert partitions() == first


def test_purge_forgets_what_is_old(instance):
    instance.sql("insert into delivery (kind, target, payload, status, next_at, created_at) values"
                 " ('sms', 'old', '{}', 'sent', now(), now() - interval 31 day), ('sms', 'new', '{}', 'sent', now(), now() - interval 29 day),"
                 " ('mail', 'old', '{}', 'sent', now(), now() - interval 31 day)")
    instance.job("purge")
    assert instance.rows("select kind, target from delivery where target in ('old', 'new') order by kind") == [("mail", "old"), ("sms", "new")]
    instance.sql("delete from delivery where target in ('old', 'new')")


def test_expire_ends_what_has_run_out(instance):
    instance.sql("insert into captcha (id, answer, expires_at) values (%s, 'ABCD', now() - interval 1 second),"
                 " (%s, 'ABCD', now() + interval 60 second)", "a" * 32, "b" * 32)
    instance.job("expire")
    assert instance.rows("select id from captcha where id in (%s, %s)", "a" * 32, "b" * 32) == [("b" * 32,)]


@pytest.mark.feature("G14")
def test_first_admin_is_made_once_and_reset_on_demand(tmp_path):
    """On an instance of its own: a reset ends the log-ins of everybody else's administrator."""
    from instance import Instance, key_values
    made = Instance("first-admin")
    try:
        made.up("--bare")
        assert made.login_name == "admin" and len(made.password) == 16 and len(made.payment_password) == 10
        assert made.job("first_admin") == ""
        hashes = made.rows("select password_hash, payment_hash from user where login = 'admin'")
        again = key_values(made.job("first_admin", "--reset", "1"))
        assert again["password"] != made.password
        assert made.rows("select password_hash, payment_hash from user where login = 'admin'") != hashes
        assert made.rows("select must_change, payment_must_change from user where login = 'admin'") == [(1, 1)]
        assert made.value("select permission from role_permission") == "*"
    finally:
        made.destroy()
