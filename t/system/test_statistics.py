"""Station statistics: by day and month, compared with the orders themselves; within what one may see; as Excel (T5)."""
import io
from decimal import Decimal

import openpyxl
import pytest

from clerk import Clerk
from people import Tenant


@pytest.fixture(scope="module")
def clerk(demo):
    demo.job("rollup")
    return Clerk(demo, demo.admin())


def book(web, query=""):
    answer = web.http.get(f"{web.base}/admin/statistics/download?{query}", timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows(sheet):
    return {r[0]: r[1:] for r in sheet.iter_rows(min_row=2, values_only=True)}


def money(v):
    return Decimal(str(v)).quantize(Decimal("0.01"))


@pytest.mark.feature("T5")
def test_days_and_stations_add_up_to_the_orders(clerk, demo):
    first, last = demo.rows("select date(now()) - interval 20 day, date(now()) - interval 1 day")[0]
    sheets = book(clerk.web, f"from={first}&to={last}")
    ours = demo.rows("select date(ended_at), count(*), sum(state = 'finished'), sum(if(state = 'finished', energy, 0)), sum(if(state = 'finished',"
                     " amount, 0)), sum(if(state = 'finished', seconds, 0)) from session where ended_at >= %s and ended_at < %s + interval 1 day"
                     " group by 1", first, last)
    days = rows(sheets.worksheets[1])
    for day, count, finished, energy, amount, seconds in ours:
        r = days[str(day)]
        assert (r[0], r[1]) == (count, finished)
        assert (Decimal(str(r[2])).quantize(Decimal("0.0001")), money(r[5])) == (energy, amount.quantize(Decimal("0.01")))
    stations = rows(sheets.worksheets[0])
    assert money(sum(r[5] for name, r in stations.items() if name != "总计")) == sum(o[4] for o in ours).quantize(Decimal("0.01"))
    page = clerk.get(f"/admin/statistics?from={first}&to={last}")
    assert f"{sum(o[1] for o in ours):,}" in page.text and "data-chart" in page.html
    one = demo.value("select id from station order by id limit 1")
    assert len(rows(book(clerk.web, f"from={first}&to={last}&station_id={one}").worksheets[0])) == 2, "the station and the total"


@pytest.mark.feature("T5")
def test_long_times_go_by_month_and_odd_ones_are_refused(clerk, demo):
    months = rows(book(clerk.web, "from=2026-08-15&to=2026-11-20").worksheets[1])
    assert [m for m in months if m.startswith("20")] == ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert "结束日期早于开始日期" in clerk.get("/admin/statistics?from=2026-11-02&to=2026-11-01").text
    assert "最多 400 天" in clerk.get("/admin/statistics?from=2020-01-01&to=2026-11-01").text
    assert clerk.get("/admin/statistics?from=abc&kind=%27&station_id=x").status == 200


@pytest.mark.feature("T5", "W1")
def test_a_tenant_sees_the_own_stations_alone(clerk, demo):
    names = {n for (n,) in demo.rows("select name from station")}
    stranger = Tenant(demo).web()
    page = stranger.get("/admin/statistics")
    assert page.status == 200 and not any(n in page.text for n in names)
    assert [k for k in rows(book(stranger).worksheets[0]) if k in names] == []
