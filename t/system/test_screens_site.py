"""Stations, areas, piles, connectors and what a clerk wishes of a pile (S2, S5, S6, S14, S15, D1, D4, D5)."""
import re

import pytest

from clerk import Clerk, errors


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(80)


def area_of(instance, station):
    return instance.value("select min(id) from area where station_id = %s", station)


def add_pile(clerk, instance, station, serial, **more):
    return clerk.add("pile", {"station_id": station, "area_id": area_of(instance, station), "name": f"桩{serial[-4:]}", "serial": serial, **more})


@pytest.mark.feature("S5", "S2")
def test_a_station_comes_with_a_default_area(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "带区域的电站", contact="王五", hotline="400-800-1234", max_power="480", address="解放路 1 号")
    code, = instance.rows("select code from station where id = %s", station)[0]
    assert re.fullmatch(r"\d{6}", code)
    assert instance.rows("select name, is_default, code like concat(%s, '%%') from area where station_id = %s", code, station) == [("默认区域", 1, 1)]
    page = clerk.get(f"/admin/station/{station}")
    assert "400-800-1234" in page.text and "480" in page.text and "解放路 1 号" in page.text


@pytest.mark.feature("S2")
def test_a_station_belongs_to_a_property_of_its_provider(clerk, site):
    other = clerk.provider("另家", "13800080077")
    page = clerk.add("station", {"provider_id": other, "property_id": site.property, "name": "错配电站"}, status=422)
    assert errors(page)


@pytest.mark.feature("S6")
def test_nothing_is_added_under_a_disabled_station(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "将停用的电站")
    clerk.act("station", station, "disable")
    page = clerk.add("area", {"station_id": station, "name": "新区域"}, status=422)
    assert any("已禁用" in e for e in errors(page))
    page = clerk.add("pile", {"station_id": station, "area_id": area_of(instance, station), "name": "新桩", "serial": "32010600809999"}, status=422)
    assert any("已禁用" in e for e in errors(page))
    page = clerk.tariff(site.provider, "停用电站的规则", [("flat", "00:00", "24:00", "1", "0.2")], status=422, station_id=station)
    assert any("已禁用" in e for e in errors(page))
    page = clerk.add("member", {"station_id": station, "name": "某人", "phone": "13600080001"}, status=422)
    assert any("已禁用" in e for e in errors(page))
    clerk.act("station", station, "enable")
    clerk.add("area", {"station_id": station, "name": "新区域"})


@pytest.mark.feature("S14", "S15")
def test_areas_have_codes_close_and_go_only_when_empty(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "区域电站")
    area = clerk.add("area", {"station_id": station, "name": "北区", "power": "120.5"})
    code = instance.value("select code from area where id = %s", area)
    assert code.startswith(instance.value("select code from station where id = %s", station)) and code.endswith("02")
    pile = clerk.add("pile", {"station_id": station, "area_id": area, "name": "北1", "serial": "32010600801001"})
    assert "还有电桩" in clerk.act("area", area, "delete", status=422).text
    clerk.act("area", area, "disable")
    page = clerk.add("pile", {"station_id": station, "area_id": area, "name": "北2", "serial": "32010600801002"}, status=422)
    assert any("已禁用" in e for e in errors(page))
    clerk.act("pile", pile, "delete")
    clerk.act("area", area, "delete")
    assert "默认区域" in clerk.act("area", area_of(instance, station), "delete", status=422).text


@pytest.mark.feature("D1")
def test_a_pile_brings_its_connectors_with_codes(clerk, site, instance):
    pile = add_pile(clerk, instance, site.station, "32010600802001", connector_count=2, current_type="dc", rated_power="120")
    code = instance.value("select code from pile where id = %s", pile)
    rows = instance.rows("select number, code, type, status from connector where pile_id = %s and deleted = 0 order by number", pile)
    assert rows == [(1, f"{code}01", "gbt_dc", "enabled"), (2, f"{code}02", "gbt_dc", "enabled")]
    clerk.send(f"/admin/pile/{pile}/edit", {"connector_count": "4"})
    assert instance.value("select count(*) from connector where pile_id = %s and deleted = 0", pile) == 4
    clerk.send(f"/admin/pile/{pile}/edit", {"connector_count": "1"})
    assert instance.rows("select number from connector where pile_id = %s and deleted = 0", pile) == [(1,)]
    page = clerk.add("pile", {"station_id": site.station, "area_id": area_of(instance, site.station), "name": "重复", "serial": "32010600802001"}, status=422)
    assert errors(page)
    page = clerk.add("pile", {"station_id": site.station, "area_id": area_of(instance, site.station), "name": "短号", "serial": "12345"}, status=422)
    assert any("14 位" in e for e in errors(page))


@pytest.mark.feature("D4")
def test_a_disabled_pile_gets_no_connector(clerk, site, instance):
    pile = add_pile(clerk, instance, site.station, "32010600802002", connector_count=1)
    clerk.act("pile", pile, "disable")
    page = clerk.send(f"/admin/pile/{pile}/edit", {"connector_count": "2"}, status=422)
    assert any("不能添加电枪" in e for e in errors(page))
    connector = instance.value("select id from connector where pile_id = %s", pile)
    clerk.act("connector", connector, "disable")
    assert instance.value("select status from connector where id = %s", connector) == "disabled"


@pytest.mark.feature("D5", "D6")
def test_restarts_go_only_to_piles_that_are_online(clerk, site, instance):
    pile = add_pile(clerk, instance, site.station, "32010600802003", tariff_id=site.tariff)
    for wish in ("reboot", "read_live"):
        assert f"/{wish}" not in clerk.get(f"/admin/pile/{pile}").html
        clerk.act("pile", pile, wish, status=422)
    assert instance.value("select count(*) from command where pile_id = %s", pile) == 0
    instance.sql("insert into pile_live (pile_id, online, seen_at) values (%s, 1, now()) on duplicate key update online = 1", pile)
    clerk.act("pile", pile, "sync_time")
    clerk.act("pile", pile, "sync_tariff")
    clerk.act("pile", pile, "reboot", {"when_idle": "1"})
    kinds = [k for (k,) in instance.rows("select kind from command where pile_id = %s order by id", pile)]
    assert kinds == ["sync_time", "set_tariff", "reboot"]
    assert "重启设备" in clerk.get(f"/admin/command?pile_id={pile}").text


@pytest.mark.feature("D1", "N1")
def test_a_stranger_is_registered_from_what_it_said(clerk, site, instance):
    instance.sql("insert into stranger (protocol, serial, address, first_at, last_at) values ('ykc', '32010600802777', '10.0.0.9:5000', now(), now())")
    record = instance.value("select id from stranger where serial = '32010600802777'")
    assert "32010600802777" in clerk.get("/admin/stranger").text
    page = clerk.get(f"/admin/stranger/{record}/register")
    assert page.url.split("?")[0].endswith("/admin/pile/new") and 'value="32010600802777"' in page.html
    add_pile(clerk, instance, site.station, "32010600802777")
    assert "32010600802777" not in clerk.get("/admin/stranger").text


@pytest.mark.feature("D12")
def test_connectivity_is_listed_by_pile_and_event(clerk, site, instance):
    pile = add_pile(clerk, instance, site.station, "32010600802004")
    for event in ("online", "offline"):
        instance.sql("insert into connectivity (pile_id, station_id, event, reason, address, at) values (%s, %s, %s, 'test', '10.0.0.1:1', now())",
                     pile, site.station, event)
    page = clerk.get(f"/admin/connectivity?pile_serial=32010600802004&event=offline")
    assert "下线" in page.text and "32010600802004" in page.text


@pytest.mark.feature("D7", "D8")
def test_a_connector_has_its_code_as_a_picture(clerk, instance):
    connector = instance.value("select max(id) from connector")
    assert clerk.get(f"/admin/connector/{connector}/qr").status == 200
    answer = clerk.web.http.get(clerk.web.base + f"/admin/connector/{connector}/qr.png")
    assert answer.status_code == 200 and answer.content[:4] == b"\x89PNG"


@pytest.mark.feature("D16")
def test_a_fault_code_is_read(clerk):
    page = clerk.get("/admin/fault?code=0072")
    assert "输入过压 + 急停" in page.text and "每 3 秒闪烁 1 次" in page.text and "常亮" in page.text
    assert "没有故障" in clerk.get("/admin/fault?code=0").text
    wrong = clerk.get("/admin/fault?code=0x48", 422)
    assert "十进制" in wrong.text and dict(wrong.form("code").values)["code"] == "0x48"
    assert "故障代码" in clerk.get("/admin/pile").text
