"""The home page with many sessions, from the roll-ups, beside the same figures by a direct GROUP BY over the sessions in the same run.

./chargeops bench home [--sessions 10000000] [--days 30]"""
import argparse
import re
import statistics
import time

from instance import Instance
from measure import best, result, wrk

# What the page shows, each figure by one statement over the sessions themselves.
DIRECT = (
    "select count(*), sum(amount), sum(energy) from session where state = 'finished' and ended_at >= curdate() and ended_at <= now()",
    "select count(*), sum(amount), sum(energy) from session where state = 'finished' and ended_at >= curdate() - interval 1 day"
    " and ended_at <= now() - interval 1 day",
    "select count(*), sum(amount), sum(energy) from session where state = 'finished' and ended_at >= curdate() - interval 7 day"
    " and ended_at <= now() - interval 7 day",
    "select kind, count(*) from session group by kind",
    "select date(ended_at), kind, count(*), sum(energy), sum(amount), sum(refunded > 0) from session where ended_at >= curdate() - interval 29 day"
    " group by 1, 2",
    "select date(ended_at), station_id, count(*), sum(amount) from session where ended_at >= curdate() - interval 29 day group by 1, 2",
    "select weekday(requested_at), hour(requested_at), count(*) from session where requested_at >= curdate() - interval 29 day group by 1, 2",
    "select member_id, count(*), sum(energy) from session where ended_at >= curdate() - interval 30 day and ended_at < curdate()"
    " and state = 'finished' and member_id is not null group by 1 order by 2 desc, 1 limit 4",
)


def fill(made, args):
    """Ten million rows into fifteen indexes take half an hour; into none, and those built afterwards, a few minutes."""
    text = made.rows("show create table session")[0][1]
    keys = re.findall(r"^\s+((?:UNIQUE )?KEY (`\w+`) \(.*?\)),?$", text, re.M)
    owners = re.findall(r"CONSTRAINT (`\w+`) FOREIGN KEY", text)
    made.sql("alter table session " + ", ".join([f"drop foreign key {name}" for name in owners] + [f"drop key {name}" for _, name in keys]))
    made.job("bench_fill", "--sessions", args.sessions, "--days", args.days)
    # The day that runs: as many as on any other, until now.
    made.sql("update session set ended_at = ended_at + interval 1 day, requested_at = requested_at + interval 1 day where id > %s and ended_at >="
             " curdate() - interval 1 day and time(ended_at) <= time(now() - interval 1 minute) and id %% 2 = 0", args.sessions * (args.days - 2) // args.days)
    made.sql("alter table session " + ", ".join(f"add {key}" for key, _ in keys))
    made.sql("analyze table session")


def warm(web):
    """Workers that have parsed their templates but know no figures yet."""
    for _ in range(16):
        web.get("/admin/password")


def timed(run):
    began = time.monotonic()
    run()
    return (time.monotonic() - began) * 1000


def direct_ms(made):
    """The cleaner of two runs over all statements: the first reads from disk what does not stay in memory."""
    db = made.connect()
    try:
        with db.cursor() as c:
            def run():
                for text in DIRECT:
                    c.execute(text)
                    c.fetchall()
            return min(timed(run) for _ in range(2))
    finally:
        db.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=30)
    args = parser.parse_args()
    made = Instance("bench-home")
    made.env.update(CHARGEOPS_POOL_MB="6144", CHARGEOPS_REDO_MB="1024")
    try:
        made.up("--bare")
        fill_s = timed(lambda: fill(made, args)) / 1000
        first_s = timed(lambda: made.job("rollup")) / 1000
        again_s = timed(lambda: made.job("rollup")) / 1000
        web = made.admin()
        cookie = "; ".join(f"{c.name}={c.value}" for c in web.http.cookies)
        web.get("/admin/")
        web.get("/admin/")
        page = best(lambda: wrk(made.url + "/admin/", 1, 3, cookie))
        figures = []                                                # made anew: a worker that has just started knows none
        for _ in range(5):
            made.run("restart", "admin")
            warm(web)
            figures.append(timed(lambda: web.get("/admin/home/figures")))
        whole = []
        for _ in range(5):
            made.run("restart", "admin")
            warm(web)
            whole.append(timed(lambda: web.get("/admin/?figures=1")))
        group_ms = direct_ms(made)
        today = made.value("select count(*) from session where ended_at >= curdate()")
        print(f"{args.sessions} sessions over {args.days} days, {today} of them today; filled in {fill_s:.0f} s")
        print(f"rollup: all {first_s:.1f} s, once more {again_s:.2f} s")
        print(f"page p50 {page['p50']:.1f} ms, p99 {page['p99']:.1f} ms; charts and rankings made anew {statistics.median(figures):.1f} ms;"
              f" page and figures in one, nothing remembered {statistics.median(whole):.1f} ms")
        print(f"the same figures by a direct GROUP BY {group_ms:.0f} ms")
        result(sessions=args.sessions, page_p50_ms=page["p50"], page_p99_ms=page["p99"], figures_ms=statistics.median(figures),
               whole_ms=statistics.median(whole), direct_ms=group_ms, ratio=group_ms / statistics.median(whole), rollup_all_s=first_s,
               rollup_again_s=again_s, fill_s=fill_s)
    finally:
        made.destroy()


main()
