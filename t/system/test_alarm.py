"""Alarms as people see and handle them, and who is told of which (T1, T2, T3)."""
import pytest

from clerk import Clerk, errors


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(73)


@pytest.fixture(scope="module")
def alarms(clerk, site, instance):
    area = instance.value("select id from area where station_id = %s", site.station)
    pile = clerk.add("pile", {"station_id": site.station, "area_id": area, "name": "告警桩", "serial": "32010600730001", "connector_count": 2})
    for code, level in (("5001", "general"), ("emergency_stop", "serious"), ("outlet_hot", "serious")):
        instance.sql("insert into alarm (pile_id, station_id, code, level, opened_at, last_at) values (%s, %s, %s, %s, now(), now())",
                     pile, site.station, code, level)
    return [i for (i,) in instance.rows("select id from alarm order by id")]


@pytest.mark.feature("T2", "T3")
def test_alarms_are_handled_one_or_a_batch(clerk, alarms, instance):
    assert "当前离线" in clerk.get("/admin/alarm").text
    away = clerk.get("/admin/alarm?tab=away")
    assert f"/admin/alarm/{alarms[0]}" in away.html and f"/admin/alarm/{alarms[1]}" not in away.html
    refused = clerk.act("alarm", alarms[0], "handle", {"handling": "done", "way": "on_site", "note": ""}, status=422)
    assert errors(refused)
    clerk.act("alarm", alarms[0], "handle", {"handling": "working", "way": "on_site", "note": "已派人"})
    assert instance.rows("select handling, way, note, handled_by is not null from alarm where id = %s", alarms[0]) == [("working", "on_site", "已派人", 1)]
    page = clerk.get("/admin/alarm/batch/handle?" + "&".join(f"id={a}" for a in alarms[1:]))
    form = max((f for f in page.forms if f.method == "post"), key=lambda f: len(f.types))
    clerk.web.submit(page, form, {"handling": "done", "way": "remote", "note": "远程复位"})
    assert instance.value("select count(*) from alarm where handling = 'done' and note = '远程复位'") == 2
    assert instance.value("select count(*) from audit where resource = 'alarm' and action = 'handle'") >= 3


@pytest.mark.feature("T1")
def test_a_strategy_names_stations_kinds_and_people(clerk, site, instance):
    code = instance.value("select code from station where id = %s", site.station)
    strategy = clerk.add("alarm_strategy", {"provider_id": site.provider, "name": "值班", "level": "serious", "station_codes": code,
                                            "codes": "emergency_stop outlet_hot", "recipients": "13900000001\nduty@example.com"})
    assert instance.rows("select codes, recipients, all_stations from alarm_strategy where id = %s", strategy) == [
        ("emergency_stop,outlet_hot", "13900000001,duty@example.com", 0)]
    row = clerk.get(f"/admin/alarm_strategy/{strategy}").text
    assert "充电站数量（0 为全部） 1" in row and "通知人员数量 2" in row
    clerk.send(f"/admin/alarm_strategy/{strategy}/edit", {"station_codes": ""})
    assert instance.value("select all_stations from alarm_strategy where id = %s", strategy) == 1
    other = clerk.site(74)
    foreign = instance.value("select code from station where id = %s", other.station)
    for values, says in (({"station_codes": foreign}, "不属于该服务商"), ({"codes": "no_such"}, "没有这个平台告警码"), ({"recipients": "abc"}, "不是手机号或邮箱"),
                         ({"recipients": ",".join(f"139000{n:05d}" for n in range(51))}, "50")):
        page = clerk.send(f"/admin/alarm_strategy/{strategy}/edit", values, 422)
        assert any(says in e for e in errors(page)), (values, errors(page))
    assert instance.value("select all_stations from alarm_strategy where id = %s", strategy) == 1
