"""The daily report of a day with many interconnected sessions, beside the bare GROUP BY of the same day in the same database; then the bills of many
partners for a month of confirmed days, beside the bare GROUP BY of those days.

./chargeops bench report [--sessions 1000000] [--partners 1000]"""
import argparse
import time

from instance import Instance
from measure import result

BARE = """SELECT provider_id, member_provider_id, COUNT(*), SUM(energy), SUM(energy_fee), SUM(service_fee), SUM(amount)
FROM session WHERE ended_at >= %s AND ended_at < %s AND state = 'finished' AND member_provider_id <> provider_id
GROUP BY provider_id, member_provider_id"""


def timed(work):
    start = time.monotonic()
    value = work()
    return time.monotonic() - start, value


BARE_BILLS = """SELECT provider_id, partner_id, COUNT(*), SUM(sessions), SUM(energy), SUM(energy_fee), SUM(service_fee), SUM(amount) FROM daily_report
WHERE direction = 'receivable' AND confirm_status = 'confirmed' AND day BETWEEN '2001-01-01' AND '2001-01-31' GROUP BY provider_id, partner_id"""


def partners(made, n):
    """n partners of one provider that charge at each other's stations each day of January 2001, all confirmed."""
    made.sql("insert into provider (name, phone, audit_status, created_at, updated_at) select concat('bill ', seq), 11000000000 + seq, 'approved', now(), now()"
             f" from seq_0_to_{n}")
    hub = made.value("select id from provider where name = 'bill 0'")
    made.sql("insert into partner (provider_id, partner_id, cycle, bill_day, state, created_at, updated_at) select %s, id, 'month', 1, 'accepted', now(), now()"
             " from provider where name like 'bill %%' and id <> %s", hub, hub)
    for direction in ("receivable", "payable"):
        for ours, theirs in (("provider_id", "partner_id"), ("partner_id", "provider_id")):
            made.sql(f"insert into daily_report (day, direction, {ours}, {theirs}, sessions, energy, energy_fee, service_fee, amount, confirm_status, created_at,"
                     " updated_at) select '2001-01-01' + interval seq day, %s, p.provider_id, p.partner_id, seq, seq / 7, seq / 3, seq / 4, seq / 5,"
                     " 'confirmed', now(), now() from partner p join seq_0_to_30 s where p.provider_id = %s", direction, hub)


def bills(made, n):
    partners(made, n)
    bare = min(timed(lambda: made.rows(BARE_BILLS)) for _ in range(3))
    job = timed(lambda: made.job("cycle_bill", "--date", "2001-02-01"))
    made_bills, amount = made.rows("select count(*), sum(amount) from cycle_bill where from_day = '2001-01-01' and to_day = '2001-01-31' and days = 31")[0]
    assert made_bills == len(bare[1]) == 2 * n and amount == sum(r[7] for r in bare[1]), "a bill each way, and not a fen lost"
    again = timed(lambda: made.job("cycle_bill", "--date", "2001-02-01"))
    assert made.value("select count(*) from cycle_bill") == made_bills, "again: the same bills"
    print(f"{made_bills} bills of {n} partners, {made_bills * 31} confirmed days: bare GROUP BY {bare[0]:.2f} s, job {job[0]:.2f} s, again {again[0]:.2f} s")
    return {"bills": made_bills, "bills_s": job[0], "bills_again_s": again[0], "bills_bare_s": bare[0], "bills_per_s": made_bills / job[0]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--partners", type=int, default=1000)
    args = parser.parse_args()
    made = Instance("bench-report")
    made.env.update(CHARGEOPS_POOL_MB="2048", CHARGEOPS_REDO_MB="512")
    try:
        made.up("--bare")
        made.job("bench_fill", "--sessions", args.sessions, "--days", 1)
        day = made.value("SELECT DATE(MAX(ended_at)) FROM session")
        bounds = made.rows("SELECT %s, DATE_ADD(%s, INTERVAL 1 DAY)", day, day)[0]
        bare = min(timed(lambda: made.rows(BARE, *bounds)) for _ in range(3))
        job = min(timed(lambda: made.job("daily_report", "--date", day)) for _ in range(3))
        rows = made.value("SELECT COUNT(*) FROM daily_report WHERE day = %s", day)
        counted = made.value("SELECT SUM(sessions) FROM daily_report WHERE day = %s AND direction = 'receivable'", day)
        expected = sum(r[2] for r in bare[1])
        assert counted == expected, f"the report counts {counted} sessions, the bare query {expected}"
        print(f"{expected} interconnected sessions of {day}: bare GROUP BY {bare[0]:.2f} s, whole job {job[0]:.2f} s, {rows} report rows")
        result(sessions=expected, bare_s=bare[0], job_s=job[0], ratio_to_bare=job[0] / bare[0], **bills(made, args.partners))
    finally:
        made.destroy()


main()
