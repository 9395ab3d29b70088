"""The session list over many sessions: its first page, the totals that come after it, a session's page, the search of each filter, each beside the
same count by hand; and which index the server takes for each filter.

./chargeops bench sessions [--sessions 1000000]      ten million take about 8 GB of disk and half an hour"""
import argparse
import re
import statistics
import time

from instance import Instance
from measure import result

LIST = "/admin/session"


def ms(run, times=5):
    """The median of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def fine(page):
    assert page.status == 200, f"{page.url}: {page.status} {page.text[:300]}"
    return page


def filters(made, week):
    """A value of each filter that the list offers, alone and within the week the list opens on."""
    one = made.rows("select s.no, s.phone, s.provider_id, s.property_id, s.station_id, s.area_id, s.pile_id, s.member_id, p.code, p.serial, c.code, s.kind,"
                    " s.state, s.start_mode, s.pay_kind, s.stop_reason, s.anomaly, s.invoice_status, s.member_provider_id from session s join pile p"
                    " on p.id = s.pile_id join connector c on c.id = s.connector_id where s.requested_at >= %s order by s.id desc limit 1", week)[0]
    names = ("no", "phone", "provider_id", "property_id", "station_id", "area_id", "pile_id", "member_id", "pile_code", "pile_serial", "connector_code",
             "kind", "state", "start_mode", "pay_kind", "stop_reason", "anomaly", "invoice_status", "member_provider_id")
    return {n: v for n, v in zip(names, one) if v not in (None, "")}


def plans(made, statements):
    """Of the widest plan: (index of the sessions, rows the server expects to read)."""
    worst = ("const", 0)
    for text in statements:
        rows = [r for r in made.rows("EXPLAIN " + text) if r[2] == "t"]
        for r in rows:
            key, count = r[5] or "NONE", int(str(r[8] or 0).split()[0])
            if count > worst[1] or key == "NONE":
                worst = (key, count)
    return worst


def traced(made, web, path):
    made.sql("TRUNCATE mysql.general_log")
    made.sql("SET GLOBAL general_log = 1")
    fine(web.get(path))
    made.sql("SET GLOBAL general_log = 0")
    rows = made.rows("SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type = 'Execute' AND argument LIKE '%%FROM `session`%%'")
    return [text for (text,) in rows if re.match(r"\s*\(?SELECT", text, re.I) and "?" not in text]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=1_000_000)
    args = parser.parse_args()
    made = Instance("bench-sessions")
    made.env.update(CHARGEOPS_POOL_MB="2048", CHARGEOPS_REDO_MB="512")
    try:
        made.up("--bare")
        started = time.time()
        made.job("bench_fill", "--sessions", args.sessions)
        print(f"{args.sessions} sessions made in {time.time() - started:.0f} s")
        made.sql("ANALYZE TABLE session")
        made.sql("SET GLOBAL log_output = 'TABLE'")
        web = made.admin()
        page = fine(web.get(LIST))
        week = made.value("select date_sub(curdate(), interval 6 day)")
        totals = re.search(r'hx-get="(/admin/session/totals[^"]*)"', page.html)
        newest = made.value("select id from session order by requested_at desc, id desc limit 1")
        list_ms = ms(lambda: fine(web.get(LIST)))
        totals_ms = ms(lambda: fine(web.get(totals[1].replace("&amp;", "&"), headers={"HX-Request": "true"})), 3) if totals else 0.0
        by_hand = ms(lambda: made.rows("select count(*), sum(prepaid), sum(energy), sum(amount) from session where requested_at >= %s", week), 3)
        detail_ms = ms(lambda: fine(web.get(f"{LIST}/{newest}")))
        print(f"list {list_ms:.1f} ms, totals of the search {totals_ms:.1f} ms (by hand {by_hand:.1f} ms), detail {detail_ms:.1f} ms")
        worst, unindexed = ("", 0.0), []
        for name, value in filters(made, week).items():
            path = f"{LIST}?{name}={value}"
            taken = ms(lambda: fine(web.get(path)), 3)
            key, rows = plans(made, traced(made, web, path))
            print(f"{name:20} {taken:8.1f} ms   {key:24} {rows} rows")
            unindexed += [name] if key == "NONE" else []
            worst = max(worst, (name, taken), key=lambda w: w[1])
        print(f"slowest filter {worst[0]}; without an index: {', '.join(unindexed) or 'none'}")
        result(sessions=args.sessions, list_ms=list_ms, totals_ms=totals_ms, totals_by_hand_ms=by_hand, detail_ms=detail_ms, slowest_filter_ms=worst[1],
               unindexed=len(unindexed))
    finally:
        made.destroy()


main()
