"""The daily report of a day with many interconnected sessions, beside the bare GROUP BY of the same day in the same database.

./chargeops bench report [--sessions 1000000]"""
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=1_000_000)
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
        result(sessions=expected, bare_s=bare[0], job_s=job[0], ratio_to_bare=job[0] / bare[0])
    finally:
        made.destroy()


main()
