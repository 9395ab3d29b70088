"""Stations of both kinds, stopped and resumed, pinned, open when and to whom (S1-S10)."""
import pytest

from clerk import Clerk, errors


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(71)


def pile_of(clerk, instance, station, serial):
    area = instance.value("select min(id) from area where station_id = %s", station)
    return clerk.add("pile", {"station_id": station, "area_id": area, "name": f"桩{serial[-4:]}", "serial": serial})


@pytest.mark.feature("S1", "S5")
def test_the_two_kinds_are_kept_apart(clerk, site, instance):
    car = clerk.station(site.provider, site.property, "分开的汽车站", kind="car", max_power="480")
    bike = clerk.station(site.provider, site.property, "分开的单车站", kind="ebike", short_name="单车", power_limit="900")
    assert instance.rows("select station_id, is_default from area where station_id in (%s, %s) order by 1", car, bike) == [(car, 1), (bike, 1)]
    page = clerk.get("/admin/station?tab=car")
    assert "分开的汽车站" in page.text and "分开的单车站" not in page.text
    page = clerk.get("/admin/station?tab=ebike")
    assert "分开的单车站" in page.text and "分开的汽车站" not in page.text
    for kind, wrong in (("ebike", {"max_power": "100"}), ("ebike", {"soc_limit": "90"}), ("car", {"power_limit": "900"})):
        page = clerk.add("station", {"provider_id": site.provider, "property_id": site.property, "name": "错种", "kind": kind, **wrong}, status=422)
        assert any("只属于" in e for e in errors(page)) and "错种" in page.html, "what was typed stays"
    assert instance.value("select count(*) from station where name = '错种'") == 0


@pytest.mark.feature("S2", "S3", "S8", "S9", "S10")
def test_a_station_keeps_all_that_the_form_asks(clerk, site, instance):
    typed = {"inner_no": "NB-7", "run_by": "joint", "operation_type": "public", "site": "highway", "spot": "roof", "owner_info": "物业甲",
             "circuit_info": "一路进线", "tags": "快充,雨棚", "facilities": "休息室", "surroundings": "便利店", "notice": "今日检修",
             "parking_note": "停车两小时免费", "hours_note": "夜间有人", "discount_note": "周末九折", "parking_relief": "1",
             "open_to": "own", "plate_required": "1", "hours": "06:00-11:30,13:00-22:00", "soc_limit": "95",
             "max_power": "480", "load_capacity": "630", "contact": "李四", "hotline": "400-1", "intro": "简介", "address": "解放路 2 号",
             "longitude": "113.264385", "latitude": "23.129112"}
    station = clerk.station(site.provider, site.property, "全项电站", **typed)
    page = clerk.get(f"/admin/station/{station}")
    for word in ("NB-7", "合作", "高速服务区", "楼顶", "物业甲", "一路进线", "快充,雨棚", "休息室", "便利店", "今日检修", "停车两小时免费", "周末九折",
                 "仅本服务商的会员", "06:00-11:30,13:00-22:00", "95", "113.264385"):
        assert word in page.text, word
    for wrong, says in (({"hours": "早八点"}, "08:00-20:00"), ({"soc_limit": "49"}, ""), ({"soc_limit": "101"}, ""),
                        ({"latitude": ""}, "一起填写"), ({"run_by": "theirs"}, "")):
        page = clerk.send(f"/admin/station/{station}/edit", wrong, status=422)
        assert any(says in e for e in errors(page)), wrong
    assert instance.rows("select hours, soc_limit, latitude is null, run_by from station where id = %s", station) == \
        [("06:00-11:30,13:00-22:00", 95, 0, "joint")]


@pytest.mark.feature("S7")
def test_a_halted_station_halts_its_piles_and_resumes_only_those(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "停运电站")
    runs, was_off = (pile_of(clerk, instance, station, f"3201060071{n:04d}") for n in (1, 2))
    other = pile_of(clerk, instance, site.station, "32010600710003")
    clerk.act("pile", was_off, "disable")
    clerk.act("station", station, "resume", status=422)
    clerk.act("station", station, "halt")
    assert dict(instance.rows("select id, status from pile where id in (%s, %s, %s)", runs, was_off, other)) == \
        {runs: "disabled", was_off: "disabled", other: "enabled"}
    assert "停运电站" in clerk.get("/admin/station?tab=halted").text
    clerk.act("station", station, "halt", status=422)
    clerk.act("station", station, "resume")
    assert dict(instance.rows("select id, status from pile where id in (%s, %s)", runs, was_off)) == {runs: "enabled", was_off: "disabled"}
    assert instance.value("select count(*) from audit where resource = 'station' and record_id = %s and action in ('halt', 'resume')", station) == 2


@pytest.mark.feature("S7")
def test_pinned_until_unpinned(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "置顶电站")
    clerk.act("station", station, "pin")
    assert "置顶电站" in clerk.get("/admin/station?tab=pinned").text
    clerk.act("station", station, "pin", status=422)
    clerk.act("station", station, "unpin")
    assert "置顶电站" not in clerk.get("/admin/station?tab=pinned").text


@pytest.mark.feature("S6")
def test_a_detail_counts_and_tells_its_trace(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "有痕电站")
    pile_of(clerk, instance, station, "32010600710009")
    clerk.send(f"/admin/station/{station}/edit", {"contact": "新联系人"})
    page = clerk.get(f"/admin/station/{station}")
    assert "新联系人" in page.text
    row = instance.rows("select count(*) from audit where resource = 'station' and record_id = %s", station)[0][0]
    assert row >= 2


@pytest.fixture(scope="module")
def shown(clerk, site, instance):
    """Stations as a driver might see them, one of each sort, told by their names."""
    made = {}
    for name, more in (("公用甲", {}), ("置顶乙", {}), ("个人丙", {"operation_type": "private"}), ("专用丁", {"operation_type": "internal"}),
                       ("公交戊", {"operation_type": "bus"}), ("停运己", {}), ("禁用庚", {})):
        made[name] = clerk.station(site.provider, site.property, name, address="地图路", longitude="113.2", latitude="23.1", **more)
        pile_of(clerk, instance, made[name], f"32010600719{len(made):03d}")
    clerk.act("station", made["置顶乙"], "pin")
    clerk.act("station", made["停运己"], "halt")
    clerk.act("station", made["禁用庚"], "disable")
    return made


@pytest.mark.feature("S4", "S6", "S7", "U5", "W13")
def test_drivers_see_public_stations_pinned_first(instance, shown):
    web = instance.session()
    page = web.get("/d/stations?q=地图路")
    assert page.status == 200
    listed = [n for n in shown if f"<strong>{n}</strong>" in page.html]
    assert sorted(listed) == sorted(["公用甲", "置顶乙"])
    assert page.html.index("<strong>置顶乙") < page.html.index("<strong>公用甲")
    drawn = [n for n in shown if f"<title>{n}</title>" in page.html]
    assert sorted(drawn) == sorted(listed) and "<script" not in page.html.split("</head>")[1]
    for name, station in shown.items():
        code = instance.value("select code from station where id = %s", station)
        assert web.get(f"/d/station/{code}").status == (200 if name in listed else 404), name
    for odd in ("%25", "_____", "\\", "'; drop table station; --"):
        assert "没有找到电站" in web.get("/d/stations", params={"q": odd}).text, odd
    web.get("/d/lang?to=en")
    assert "Find a station" in web.get("/d/stations").text


@pytest.mark.feature("S6", "S14", "S10")
def test_a_closed_pile_or_area_is_hidden_from_drivers(clerk, site, instance, shown):
    station = shown["公用甲"]
    code, pile = instance.rows("select s.code, p.id from station s join pile p on p.station_id = s.id where s.id = %s", station)[0]
    web = instance.session()
    gun = instance.value("select code from connector where pile_id = %s", pile)
    area = instance.value("select area_id from pile where id = %s", pile)
    assert f"/c/{gun}" in web.get(f"/d/station/{code}").html
    clerk.act("area", area, "disable")
    assert f"/c/{gun}" not in web.get(f"/d/station/{code}").html
    clerk.act("area", area, "enable")
    clerk.send(f"/admin/pile/{pile}/edit", {"closed": "1"})
    assert f"/c/{gun}" not in web.get(f"/d/station/{code}").html
    clerk.send(f"/admin/pile/{pile}/edit", {"closed": ""})


@pytest.mark.feature("S13")
def test_a_private_pile_is_wished_for_and_answered(clerk, instance, shown):
    code = instance.value("select code from station where id = %s", shown["公用甲"])
    web = instance.session()
    page = web.get(f"/d/private/{code}")
    for wrong, says in (({"name": "", "phone": "13512340001", "address": "某路 1 号"}, "请填写姓名"),
                        ({"name": "钱一", "phone": "123", "address": "某路 1 号"}, "11 位手机号"),
                        ({"name": "钱一", "phone": "13512340001", "address": ""}, "安装地址")):
        bad = web.submit(page, page.form("phone", "address"), wrong)
        assert bad.status == 422 and says in bad.text and f'value="{wrong["phone"]}"' in bad.html
    assert instance.value("select count(*) from private_pile") == 0
    fine = {"name": "钱一", "phone": "13512340001", "address": "某路 1 号", "vehicle": "某车", "wish": "<b>急</b>"}
    assert "申请已提交" in web.submit(page, page.form("phone", "address"), fine).text
    assert "已在此电站提交过" in web.submit(page, page.form("phone", "address"), fine).text
    record = clerk.newest("private_pile")
    assert "钱一" not in clerk.get("/admin/private_pile").text, "names and phones are masked"
    clerk.act("private_pile", record, "called", {"answer": "周三上门"})
    clerk.act("private_pile", record, "called", {"answer": "再次"}, status=422)
    clerk.act("private_pile", record, "accept", {"answer": "已安排"})
    assert instance.rows("select state, answer from private_pile where id = %s", record) == [("accepted", "已安排")]
    clerk.act("private_pile", record, "refuse", {"answer": "改主意"}, status=422)
    assert web.get("/d/private/999999").status == 404


@pytest.mark.feature("S1", "S2", "S5", "S6")
def test_stations_and_areas_come_from_excel(clerk, site, instance):
    from work import ended, task_of, upload, workbook
    provider, house = (instance.value(f"select name from {t} where id = %s", i) for t, i in (("provider", site.provider), ("property", site.property)))
    heads = ["name", "kind", "provider_id", "property_id", "hours", "longitude", "latitude", "max_power"]

    def take(resource, rows):
        task = task_of(upload(clerk.web, resource, "sites.xlsx", workbook(rows)))
        status, message, n = ended(instance, task)
        return status, n, instance.rows("select line, field from task_problem where task_id = %s order by number", task), message

    good = [["进口站一", "car", provider, house, "06:00-22:00", "113.264385", "23.129112", "480"], ["进口站二", "car", provider, house, "", "", "", ""]]
    status, n, wrong, message = take("station", [heads, *good])
    assert (status, n) == ("done", 2), (message, wrong)
    assert instance.rows("select s.name, s.hours, s.latitude is null, count(a.id) from station s join area a on a.station_id = s.id"
                         " where s.name like '进口站%%' group by s.id order by s.id") == [("进口站一", "06:00-22:00", 0, 1), ("进口站二", "00:00-24:00", 1, 1)]
    before = instance.value("select count(*) from station"), instance.value("select count(*) from area")
    status, _, wrong, _ = take("station", [heads, ["进口站三", "car", provider, house, "", "", "", ""], ["进口站四", "火车", provider, house, "早八点", "113", "", ""]])
    assert status == "failed" and {f for line, f in wrong if line == 3} >= {"kind", "hours"} and not [w for w in wrong if w[0] == 2]
    status, _, wrong, _ = take("station", [heads, ["=1+1", "car", provider, house, "", "", "", ""]])
    assert status == "failed", "a formula is no name"
    assert take("station", [["没有的列", *heads], ["", *good[0]]])[0] == "failed"
    status, n, wrong, message = take("area", [["station_id", "name", "power"], ["进口站一", "进口区域", "240"], ["没有这个站", "错", ""]])
    assert status == "failed" and wrong == [(3, "station_id")]
    assert (instance.value("select count(*) from station"), instance.value("select count(*) from area")) == before, "all or nothing"
    status, n, wrong, message = take("area", [["station_id", "name", "power"], ["进口站一", "进口区域", "240"]])
    assert (status, n) == ("done", 1), (message, wrong)


@pytest.mark.feature("S10", "T2")
def test_a_station_that_draws_too_much_has_an_alarm(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "用电告警站", power_alarm="100")
    rows = []
    for n, power in ((1, "60.5"), (2, "39.5")):
        record = pile_of(clerk, instance, station, f"3201060071080{n}")
        gun = instance.value("select min(id) from connector where pile_id = %s", record)
        instance.sql("insert into session (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, start_mode, pay_kind, phone, power,"
                     " requested_at, started_at, seen_at, created_at, updated_at, state) select %s, %s, %s, p.station_id, p.area_id, p.id, %s, 'app',"
                     " 'wallet', '13900000000', %s, now(), now(), now(), now(), now(), 'charging' from pile p where p.id = %s",
                     f"POW{record:029d}", site.provider, site.property, gun, power, record)
        rows.append(record)

    def alarms():
        instance.job("expire")
        return instance.rows("select pile_id, state, times, detail from alarm where station_id = %s and code = 'station_power' order by id", station)

    assert alarms() == [], "100 kW is not more than 100"
    instance.sql("update session set power = 39.6 where pile_id = %s", rows[1])
    assert alarms() == [(rows[0], "open", 1, "100.100 kW > 100.00 kW")], "at the pile that draws most"
    assert alarms()[0][2] == 1, "once while it lasts"
    assert "用电告警：电站功率超限" in clerk.get("/admin/alarm").text
    instance.sql("update session set state = 'finished' where pile_id = %s", rows[0])
    assert [a[1] for a in alarms()] == ["closed"]
    instance.sql("update session set power = 200 where pile_id = %s", rows[1])
    assert [a[:2] for a in alarms()] == [(rows[0], "closed"), (rows[1], "open")]
    clerk.send(f"/admin/station/{station}/edit", {"power_alarm": ""})
    assert [a[1] for a in alarms()] == ["closed", "closed"]
    clerk.send(f"/admin/station/{station}/edit", {"power_alarm": "-1"}, 422)
