"""Tariffs of e-bikes and of cost, and what a rule says beside its prices: the form, the API, who may use which, the calculator, the
driver's page (P5, P6, P9, P10, P13-P20)."""
import re

import pytest

from clerk import Clerk, errors, secret

METHODS = {
    "duration": {"hour_price": "0.25"}, "power": {"bands": "0-200 0.2\n200-500 0.5"}, "energy": {"energy_price": "1.0", "service_price": "0.5"},
    "energy_hour": {"energy_price": "1.0", "hour_price": "0.25"}, "energy_power": {"energy_price": "1.0", "bands": "0-200 0.2\n200-500 0.5"},
}
SAYS = {
    "duration": "每小时0.25元; 最长600分钟", "power": "0-200W 每小时0.2元; 200-500W 每小时0.5元; 最长600分钟", "energy": "电费1.0元; 服务费0.5元; 最长600分钟",
    "energy_hour": "电费1.0元; 每小时0.25元; 最长600分钟", "energy_power": "电费1.0元; 0-200W 每小时0.2元; 200-500W 每小时0.5元; 最长600分钟",
}


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def provider(clerk):
    return clerk.provider("单车服务商", "13800095001")


@pytest.fixture(scope="module")
def street(clerk, provider):
    return clerk.station(provider, clerk.property(provider, "单车物业", "13800095002"), "单车棚", kind="ebike")


def rule(clerk, provider, name, status=200, **more):
    values = {"provider_id": provider, "name": name, "kind": "ebike", "stop_minutes": "600", "effective": "now", **more}
    done = clerk.send("/admin/tariff/new", values, status)
    return clerk.newest("tariff") if status == 200 else done


def newest(instance, tariff, columns):
    return instance.rows(f"select {columns} from tariff_version where tariff_id = %s order by number desc limit 1", tariff)[0]


@pytest.mark.feature("P14", "P15", "P16", "P17", "P18", "P19")
@pytest.mark.parametrize("method", METHODS)
def test_five_methods_by_the_form(clerk, provider, instance, method):
    tariff = rule(clerk, provider, f"单车{method}", method=method, **METHODS[method])
    assert instance.value("select concat(kind, ' ', method) from tariff where id = %s", tariff) == f"ebike {method}"
    assert newest(instance, tariff, "method, summary") == (method, SAYS[method])
    assert instance.value("select count(*) from tariff_slot s join tariff_version v on v.id = s.tariff_version_id where v.tariff_id = %s", tariff) == 1
    # opened again it says what is in force, and saving that makes no version
    page, form = clerk.form(f"/admin/tariff/{tariff}/edit")
    assert dict(form.values)["stop_minutes"] == "600" and "slot_start" not in form
    clerk.web.submit(page, form, {"note": "看过"})
    assert instance.value("select count(*) from tariff_version where tariff_id = %s", tariff) == 1
    clerk.send(f"/admin/tariff/{tariff}/edit", {"free_minutes": "10"})
    assert newest(instance, tariff, "number, free_minutes") == (2, 10)


@pytest.mark.feature("P15", "P19", "P20", "P6")
@pytest.mark.parametrize("more,says", [
    ({"method": "duration", "hour_price": "0.2", "stop_minutes": "2881"}, "2880"),
    ({"method": "duration", "hour_price": "0.2", "stop_minutes": ""}, "自停阈值"),
    ({"method": "duration", "hour_price": "0.2", "free_minutes": "600"}, "小于自停阈值"),
    ({"method": "power", "bands": ""}, "至少填写一个功率区间"),
    ({"method": "power", "bands": "10-200 0.2"}, "0 W"),
    ({"method": "power", "bands": "0-200 0.2\n300-500 0.5"}, "空缺"),
    ({"method": "power", "bands": "0-200 0.2\n100-500 0.5"}, "重叠"),
    ({"method": "power", "bands": "0-200 两毛"}, "无法识别"),
    ({"method": "", "hour_price": "0.2"}, "计费方式不适用"),
    ({"method": "duration", "hour_price": "0.2", "presets": "5,2"}, "从小到大"),
    ({"method": "duration", "hour_price": "0.2", "presets": ",".join(str(n) for n in range(1, 14))}, "最多 12"),
    ({"method": "duration", "hour_price": "0.2", "booking_minutes": "1441"}, "1440"),
    ({"method": "duration", "hour_price": "0.2", "occupancy_price": "1"}, "计费单位"),
])
def test_what_does_not_hold_is_said_at_its_field(clerk, provider, instance, more, says):
    before = instance.value("select count(*) from tariff"), instance.value("select count(*) from tariff_version")
    page = rule(clerk, provider, "不成立", 422, **more)
    assert any(says in e for e in errors(page)), errors(page)
    for value in more.values():                      # what was typed is kept
        assert value.split("\n")[0] in page.html
    assert (instance.value("select count(*) from tariff"), instance.value("select count(*) from tariff_version")) == before


@pytest.mark.feature("S1", "P13")
def test_each_kind_serves_its_own_stations(clerk, provider, street, instance):
    bike = rule(clerk, provider, "棚价", method="duration", hour_price="0.3")
    car = clerk.tariff(provider, "车价", [("flat", "00:00", "24:00", "1.0", "0.25")])
    cost = clerk.tariff(provider, "成本", [("flat", "00:00", "24:00", "0.6", "0")], kind="cost")
    clerk.send(f"/admin/station/{street}/edit", {"tariff_id": bike, "cost_tariff_id": cost})
    for wrong in (car, cost):
        page = clerk.send(f"/admin/station/{street}/edit", {"tariff_id": wrong}, 422)
        assert any("不适用于这类电站" in e for e in errors(page))
    page = clerk.send(f"/admin/station/{street}/edit", {"cost_tariff_id": bike}, 422)
    assert any("不适用" in e for e in errors(page))
    area = instance.value("select id from area where station_id = %s", street)
    page = clerk.send(f"/admin/area/{area}/edit", {"tariff_id": car}, 422)
    assert any("不适用" in e for e in errors(page))
    page = clerk.act("tariff", cost, "delete", status=422)
    assert "仍有" in page.text


@pytest.mark.feature("P5", "P15", "P20")
def test_the_calculator_of_a_bike_asks_for_power_and_time(clerk, provider):
    tariff = rule(clerk, provider, "算棚价", method="power", bands="0-200 0.2\n200-500 0.5", free_minutes="10")
    ask = f"/admin/tariff/{tariff}/calculate?start=08:00&energy=&"
    assert re.search(r"<strong>1\.00</strong>", clerk.get(ask + "minutes=120&watt=300").html)
    assert re.search(r"<strong>0\.40</strong>", clerk.get(ask + "minutes=120&watt=199").html)
    page = clerk.get(ask + "minutes=10&watt=300")
    assert re.search(r"<strong>0\.00</strong>", page.html) and "免费时长" in page.text
    assert "请填写 0 到 10000 W" in clerk.get(ask + "minutes=10&watt=abc").text


@pytest.mark.feature("P9", "P10", "P6", "U2")
def test_the_driver_reads_terms_and_amounts(clerk, provider, street, instance):
    tariff = rule(clerk, provider, "司机看", method="power", bands="0-200 0.2\n200-500 0.5", free_minutes="5", presets="1,3.5",
                  booking_minutes="30", booking_price="2", occupancy_free_minutes="15", occupancy_unit_minutes="10", occupancy_price="0.5")
    clerk.send(f"/admin/station/{street}/edit", {"tariff_id": tariff})
    area = instance.value("select id from area where station_id = %s", street)
    pile = instance.sql("insert into pile (station_id, area_id, code, serial, name, created_at, updated_at)"
                        " values (%s, %s, 'B950', 'B950', '一号', now(), now())", street, area)
    pile = instance.value("select max(id) from pile")
    instance.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
                 " values (%s, %s, 1, '95000001', '1', now(), now())", pile, street)
    page = instance.session().get("/c/95000001")
    for words in ("0-200 W", "¥0.20/小时", "200-500 W", "¥0.50/小时", "10 小时", "先免费 5 分钟", "预约费 ¥2.00，保留 30 分钟", "免费停放 15 分钟", "¥0.50/10 分钟"):
        assert words in page.text, (words, page.text)


@pytest.mark.feature("P14", "W2")
def test_the_api_says_terms_by_name(clerk, provider, instance):
    key = secret(clerk.send("/admin/api_key/create", {"name": "单车价接口", "word": ["tariff.list", "tariff.create", "tariff.show", "tariff.update"]}))
    web, head = instance.session(), {"Authorization": f"Bearer {key}"}
    body = {"name": "接口棚价", "provider_id": provider, "kind": "ebike", "method": "duration", "rounding": "cut", "hour_price": "0.25", "stop_minutes": 480,
            "at_once": True}
    answer = web.http.post(web.base + "/api/v1/tariff", json=body, headers=head)
    assert answer.status_code in (200, 201), answer.text
    tariff = clerk.newest("tariff")
    assert newest(instance, tariff, "hour_price * 100, stop_minutes, rounding") == (25, 480, "cut")
    answer = web.http.post(web.base + "/api/v1/tariff", json={**body, "name": "接口坏价", "stop_minutes": 3000}, headers=head)
    assert answer.status_code == 422 and "stop_minutes" in answer.text
