"""Station statistics: by day and month, compared with the orders themselves; within what one may see; as Excel (T5)."""
import io
import re
from decimal import Decimal

import openpyxl
import pytest

from clerk import Clerk, errors
from office import opened
from people import Tenant
from work import ended, task_of, upload, workbook


@pytest.fixture(scope="module")
def clerk(demo):
    demo.job("rollup")
    return Clerk(demo, demo.admin())


def book(web, query="", read=lambda data: openpyxl.load_workbook(io.BytesIO(data))):
    answer = web.http.get(f"{web.base}/admin/statistics/download?{query}", timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    return read(answer.content)


def rows(sheet):
    return {r[0]: r[1:] for r in sheet.iter_rows(min_row=2, values_only=True)}


def money(v):
    return Decimal(str(v)).quantize(Decimal("0.01"))


@pytest.mark.feature("T5")
def test_days_and_stations_add_up_to_the_orders(clerk, demo):
    first, last = demo.rows("select date(now()) - interval 20 day, date(now()) - interval 1 day")[0]
    sheets = book(clerk.web, f"from={first}&to={last}", lambda data: opened(data)[0])
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


def leaks(web):
    """{(cause, station): (count, hours, yuan a day, link)} and the total."""
    page = web.get("/admin/leak")
    assert page.status == 200, page.text[:300]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", page.html, re.S)]
    plain = lambda c: re.sub(r"<[^>]+>", "", c).strip()          # noqa: E731
    found = {(plain(c[0]), plain(c[1])): (int(plain(c[2])), plain(c[3]), money(plain(c[4]).replace(",", "")), re.search(r'href="([^"]+)"', c[5])[1])
             for c in cells[1:-1]}
    return found, money(plain(cells[-1][4]).replace(",", "")) if len(cells) > 1 else 0, page.text


@pytest.mark.feature("T5")
def test_leaks_are_told_in_yuan_a_day_with_the_way_to_their_cause(clerk, demo):
    own = Tenant(demo)
    web = own.web()
    assert "目前没有漏损" in web.get("/admin/leak").text
    tariff = own.insert("tariff", provider_id=own.provider, station_id=own.station, name="价")
    for n, at in ((1, "2026-01-01"), (2, "2026-11-01")):
        demo.sql("insert into tariff_version (tariff_id, number, effective_at, summary, created_at) values (%s, %s, %s, '', now())", tariff, n, at)
    old, new = (v for (v,) in demo.rows("select id from tariff_version where tariff_id = %s order by number", tariff))
    for version, energy in ((old, "1"), (new, "1.5")):
        demo.sql("insert into tariff_slot (tariff_version_id, start_minute, end_minute, type, energy_price, service_price) values (%s, 0, 720, 'flat', %s, 1),"
                 " (%s, 720, 1440, 'flat', %s, 1)", version, energy, version, energy)
    piles = [own.insert("pile", station_id=own.station, area_id=own.area, code=f"LK{own.station}{n}", serial=f"{own.station:013d}{n}", name="p", commissioned=1)
             for n in range(4)]
    guns = [own.insert("connector", station_id=own.station, pile_id=p, number=1, code=f"LG{own.station}{n}", name="g") for n, p in enumerate(piles)]
    for p, g in zip(piles, guns):
        demo.sql("insert into pile_live (pile_id, online, tariff_version_id) values (%s, 1, %s)", p, new)
        demo.sql("insert into connector_live (connector_id, state, updated_at) values (%s, 'idle', now())", g)
    demo.sql("insert into session_day (day, station_id, provider_id, property_id, kind, sessions, finished, seconds, energy, energy_fee, service_fee, amount,"
             " refunds, refunded) values (date(now()) - interval 2 day, %s, %s, %s, 'car', 1, 1, 1, 1200, 0, 0, 2400, 0, 0)", own.station, own.provider, own.property)
    assert "目前没有漏损" in web.get("/admin/leak").text
    demo.sql("update connector_live set state = 'fault' where connector_id = %s", guns[0])
    demo.sql("update connector set status = 'disabled' where id = %s", guns[1])
    demo.sql("update pile_live set online = 0, disconnected_at = now() - interval 90 minute where pile_id = %s", piles[2])
    demo.sql("update pile_live set tariff_version_id = %s where pile_id = %s", old, piles[3])
    found, total, text = leaks(web)
    name = own.name + "站"
    assert {k: v[:3] for k, v in found.items()} == {
        ("枪故障", name): (1, "", money(20)), ("枪或桩停用", name): (1, "", money(20)), ("桩离线", name): (1, "1.5", money(20)),
        ("价格未在桩上生效", name): (1, "", money(5))}, "2400 / 30 / 4 guns; 10 kWh x 0.5 yuan"
    assert total == money(65) and "÷ 30" in text
    for (cause, _), (_, _, _, href) in found.items():
        assert f"station_id={own.station}" in href and web.get(href.replace("&amp;", "&")).status == 200, cause
    assert name not in Tenant(demo).web().get("/admin/leak").text


def metered(instance):
    """A provider with two stations: kWh a day sold, a cost rule whose price changes within the month."""
    instance.job("rollup")
    own = Tenant(instance)
    other = own.insert("station", provider_id=own.provider, property_id=own.property, name=own.name + "二站", code=f"LS{own.station}")
    tariff = own.insert("tariff", provider_id=own.provider, kind="cost", name="成本")
    for n, at, price in ((1, "2026-01-01", "0.6"), (2, "2026-10-03", "0.8")):
        instance.sql("insert into tariff_version (tariff_id, number, effective_at, summary, created_at) values (%s, %s, %s, '', now())", tariff, n, at)
        instance.sql("insert into tariff_slot (tariff_version_id, start_minute, end_minute, type, energy_price, service_price)"
                 " select id, 0, 720, 'valley', %s - 0.2, 0 from tariff_version where tariff_id = %s and number = %s", price, tariff, n)
        instance.sql("insert into tariff_slot (tariff_version_id, start_minute, end_minute, type, energy_price, service_price)"
                 " select id, 720, 1440, 'peak', %s + 0.2, 0 from tariff_version where tariff_id = %s and number = %s", price, tariff, n)
    instance.sql("update station set cost_tariff_id = %s where id = %s", tariff, own.station)
    for station, energy in ((own.station, 95), (other, 10)):
        instance.sql("insert into session_day (day, station_id, provider_id, property_id, kind, sessions, finished, seconds, energy, energy_fee, service_fee,"
                 " amount, refunds, refunded) select '2026-10-01' + interval seq day, %s, %s, %s, 'car', 1, 1, 1, %s, 0, 0, 0, 0, 0 from seq_0_to_5",
                 station, own.provider, own.property, energy)
    return own, other


@pytest.mark.feature("T5")
def test_loss_is_counted_between_readings_of_the_stations_meter(instance):
    own, other = metered(instance)
    people = Clerk(instance, own.web())
    reading = lambda day, value, status=200, **more: people.add("meter_reading", {       # noqa: E731
        "station_id": own.station, "day": day, "reading": value, "multiplier": "10", **more}, status=status)
    says = lambda page: " ".join(errors(page))                                              # noqa: E731
    reading("2026-09-30", "1000")
    assert "没有成对的抄表读数" in people.get("/admin/statistics?from=2026-10-01&to=2026-10-06").text
    reading("2026-10-03", "1030", restart="5")                   # the meter is changed that night
    assert "1,030.000" in says(reading("2026-10-02", "1031", 422)) and "1,000.000" in says(reading("2026-10-02", "999.9", 422))
    first = reading("2026-10-01", "1010")
    assert "5.000" in says(reading("2026-10-04", "4.9999", 422)), "the new meter began at 5"
    reading("2026-10-04", "15.5")
    assert "晚于今天" in says(reading(str(instance.value("select date(now()) + interval 1 day")), "20", 422))
    assert says(reading("2026-10-04", "16", 422)), "once a day"
    changed = instance.value("select id from meter_reading where station_id = %s and day = '2026-10-03'", own.station)
    assert "换表" in people.act("meter_reading", changed, "delete", status=422).text
    people.add("loss_rate", {"station_id": own.station, "from_day": "2026-10-01", "rate": "5.5"})
    people.add("loss_rate", {"station_id": other, "from_day": "2026-10-01", "rate": "20"})
    sheets = book(people.web, "from=2026-10-01&to=2026-10-06")
    one = [r for r in sheets.worksheets[2].iter_rows(min_row=2, values_only=True)]
    # 1 Oct: 100 metered, 95 sold; 2-3: 200 against 190; 4: 105 against 95. The price is 0.6, from the 3rd on 0.8.
    assert one[0] == (own.name + "站", 4, 380, 405, 25, pytest.approx(0.0617), pytest.approx(0.055), pytest.approx(5 * 0.6 + 10 * 0.8 + 10 * 0.8))
    assert [r[0] for r in one] == [own.name + "站", "总计"] and one[1][2:5] == (380, 405, 25)
    days = rows(sheets.worksheets[3])
    assert days["2026-10-01"][:4] == (1, 95, 100, 5) and days["2026-10-04"][:4] == (1, 95, 105, 10)
    assert set(days) == {"2026-10-01", "2026-10-04", "总计"}, "two days at once are no day's"
    page = people.get("/admin/statistics?from=2026-10-01&to=2026-10-06")
    assert '<strong class="text-danger">6.17</strong>' in page.html, "more than the recorded 5.5 %"
    assert "按登记线损率估算 60.000 75.000 15.000 20.00 20.00 –" in page.text, "20 % of 75 is what nobody reads; no cost rule"
    assert rows(book(people.web, "from=2026-10-02&to=2026-10-04").worksheets[2])[own.name + "站"][:4] == (3, 285, 305, 20), "whole spans alone"
    assert people.act("meter_reading", first, "delete").status == 200
    assert rows(book(people.web, "from=2026-08-15&to=2026-11-20").worksheets[3])["2026-10"][:4] == (4, 380, 405, 25)


@pytest.mark.feature("T5", "W1")
def test_readings_come_from_excel_all_or_none_and_are_the_owners(instance):
    own, _ = metered(instance)
    stranger = Tenant(instance)
    name = own.name + "站"

    def take(web, readings):
        heads = ["station_id", "day", "reading", "multiplier", "reader"]
        task = task_of(upload(web, "meter_reading", "meters.xlsx", workbook([heads, *([name, *r, 1, "张"] for r in readings)])))
        return ended(instance, task)[0], list(instance.rows("select line, field from task_problem where task_id = %s", task))

    kept = lambda: instance.value("select count(*) from meter_reading where station_id = %s", own.station)     # noqa: E731
    web = own.web()
    assert take(web, [("2026-10-01", 100), ("2026-10-02", 90)])[0] == "failed" and kept() == 0, "the second is below the first"
    status, problems = take(web, [("2026-10-01", 100), ("2026-10-02", 200), ("2026-10-32", 300)])
    assert status == "failed" and (4, "day") in problems and kept() == 0
    assert take(web, [("2026-10-01", 100), ("2026-10-02", 200), ("2026-10-03", 300.5)]) == ("done", []) and kept() == 3
    assert take(stranger.web(), [("2026-10-04", 400)])[0] == "failed" and kept() == 3
    assert name not in Clerk(instance, stranger.web()).get("/admin/meter_reading").text
    own.permit("statistics.show", "station.list")
    page = Clerk(instance, own.web()).get("/admin/statistics?from=2026-10-01&to=2026-10-06")
    assert "线损" not in page.text and len(book(own.web(), "from=2026-10-01&to=2026-10-06").worksheets) == 2, "who may not see readings"
