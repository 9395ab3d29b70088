"""Piles of cars and devices of e-bikes: kept apart, taken in, put into operation, switched off, with their codes (D1-D4, D7-D11, D13, D14, S14, S15)."""
import pytest

from clerk import Clerk, errors


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(63)


@pytest.fixture(scope="module")
def shed(clerk, site):
    return clerk.station(site.provider, site.property, "设备车棚", kind="ebike")


def area_of(instance, station):
    return instance.value("select min(id) from area where station_id = %s", station)


def device(clerk, instance, shed, serial, status=200, **more):
    return clerk.add("bike_device", {"station_id": shed, "area_id": area_of(instance, shed), "name": f"棚{serial[-4:]}", "serial": serial,
                                     "connector_count": "2", **more}, status)


def pile(clerk, instance, station, serial, status=200, **more):
    return clerk.add("pile", {"station_id": station, "area_id": area_of(instance, station), "name": f"桩{serial[-4:]}", "serial": serial, **more},
                     status)


def charging(instance, record, state="charging"):
    """A charge on the first connector of the pile, beside the program."""
    k, station, area, provider, prop = instance.rows(
        "select k.id, p.station_id, p.area_id, s.provider_id, s.property_id from connector k join pile p on p.id = k.pile_id"
        " join station s on s.id = p.station_id where p.id = %s order by k.number limit 1", record)[0]
    return instance.sql("insert into session (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, start_mode, pay_kind, phone,"
                        " requested_at, created_at, updated_at, state) values (%s, %s, %s, %s, %s, %s, %s, 'app', 'wallet', '13900000000', now(),"
                        " now(), now(), %s)",
                        f"DEV{record:029d}", provider, prop, station, area, record, k, state)


@pytest.mark.feature("D10", "D11")
def test_cars_and_bikes_have_lists_of_their_own(clerk, site, shed, instance):
    car = pile(clerk, instance, site.station, "32010600630001")
    bike = device(clerk, instance, shed, "32010600630002", device_type="cabinet", location="东墙", rated_watt="800", rated_voltage="220",
                  rated_current="4", current_max="3.5", current_min="0.05", produced_on="2026-01-02", deployed_on="2026-02-03")
    for path, has, lacks in (("pile", "桩0001", "棚0002"), ("bike_device", "棚0002", "桩0001")):
        page = clerk.get(f"/admin/{path}?station_id={site.station if path == 'pile' else shed}")
        assert has in page.text
        page = clerk.get(f"/admin/{path}?size=100")
        assert has in page.text and lacks not in page.text
    assert instance.rows("select number, name, type from connector where pile_id = %s and deleted = 0 order by number", bike) == \
        [(1, "1号插座", "socket"), (2, "2号插座", "socket")]
    code, gun = (instance.value("select min(code) from connector where pile_id = %s", p) for p in (bike, car))
    assert code in clerk.get("/admin/socket?size=100").text and code not in clerk.get("/admin/connector?size=100").text
    assert gun in clerk.get("/admin/connector?size=100").text and gun not in clerk.get("/admin/socket?size=100").text
    page = clerk.get(f"/admin/bike_device/{bike}")
    for word in ("充电柜", "东墙", "800", "220", "3.50", "0.05", "2026-01-02", "2026-02-03", "设备车棚"):
        assert word in page.text, word
    assert "1号插座" in clerk.get(f"/admin/bike_device/{bike}?tab=socket").text
    for wrong, says in (({"current_min": "9"}, "上限"), ({"deployed_on": "2025-12-31"}, "生产日期"), ({"connector_count": "0"}, "")):
        bad = clerk.send(f"/admin/bike_device/{bike}/edit", wrong, status=422)
        assert any(says in e for e in errors(bad)), wrong


@pytest.mark.feature("D10", "S1")
def test_a_device_of_one_kind_does_not_go_to_a_station_of_the_other(clerk, site, shed, instance):
    page = pile(clerk, instance, shed, "32010600630011", status=422)
    assert any("汽车电站" in e for e in errors(page))
    page = device(clerk, instance, site.station, "32010600630012", status=422)
    assert any("单车电站" in e for e in errors(page))
    assert instance.value("select count(*) from pile where serial in ('32010600630011', '32010600630012')") == 0


@pytest.mark.feature("D10", "D11")
def test_what_refers_to_a_device_leads_to_its_page(clerk, site, shed, instance):
    bike = device(clerk, instance, shed, "32010600630021")
    instance.sql("insert into connectivity (pile_id, station_id, event, reason, address, at) values (%s, %s, 'online', 'test', '1.1.1.1:1', now())",
                 bike, shed)
    assert "棚0021" in clerk.get(f"/admin/connectivity?pile_id={bike}").text, "a filter finds devices too"
    page = clerk.get(f"/admin/pile/{bike}")
    assert page.url.endswith(f"/admin/bike_device/{bike}") and "棚0021" in page.text
    assert clerk.web.get(f"/admin/pile/{bike}/edit").status == 404
    assert clerk.web.get("/admin/pile/99999999").status == 404
    socket = instance.value("select min(id) from connector where pile_id = %s", bike)
    assert clerk.get(f"/admin/connector/{socket}").url.endswith(f"/admin/socket/{socket}")
    station = clerk.get(f"/admin/station/{shed}").html
    assert "tab=bike_device" in station and "tab=pile" not in station
    station = clerk.get(f"/admin/station/{site.station}").html
    assert "tab=pile" in station and "tab=bike_device" not in station and "tab=socket" not in station
    assert "棚0021" in clerk.get(f"/admin/area/{area_of(instance, shed)}?tab=bike_device").text


@pytest.mark.feature("D11")
def test_sockets_are_free_or_charging_and_found_by_place(clerk, shed, instance):
    bike = device(clerk, instance, shed, "32010600630031")
    first, second = (k for (k,) in instance.rows("select id from connector where pile_id = %s order by number", bike))
    for socket, state in ((first, "charging"), (second, "plugged")):
        instance.sql("insert into connector_live (connector_id, state, updated_at) values (%s, %s, now())", socket, state)
    area = area_of(instance, shed)
    query = f"station_id={shed}&area_id={area}&pile_id={bike}"
    page = clerk.get(f"/admin/socket?{query}")
    assert "充电中" in page.text and "空闲中" in page.text
    page = clerk.get(f"/admin/socket?{query}&state=charging")
    code = dict(instance.rows("select number, code from connector where pile_id = %s", bike))
    assert code[1] in page.text and code[2] not in page.text
    clerk.act("socket", second, "disable")
    assert instance.value("select status from connector where id = %s", second) == "disabled"
    clerk.act("socket", second, "enable")
    clerk.send(f"/admin/socket/{second}/edit", {"name": "靠门的插座"})
    assert "靠门的插座" in clerk.get(f"/admin/socket?{query}").text


@pytest.mark.feature("D4", "D11", "S14")
def test_drivers_see_what_is_switched_off(clerk, site, shed, instance):
    web = instance.session()
    for record, table, part in ((device(clerk, instance, shed, "32010600630041"), "bike_device", "socket"),
                                (pile(clerk, instance, site.station, "32010600630042"), "pile", "connector")):
        gun, code = instance.rows("select id, code from connector where pile_id = %s order by number limit 1", record)[0]
        station = instance.value("select s.code from station s join pile p on p.station_id = s.id where p.id = %s", record)
        assert "停用" not in web.get(f"/c/{code}").text and f"/c/{code}" in web.get(f"/d/station/{station}").html
        clerk.act(table, record, "disable")
        assert "停用" in web.get(f"/c/{code}").text and f"/c/{code}" not in web.get(f"/d/station/{station}").html
        page = clerk.send(f"/admin/{table}/{record}/edit", {"connector_count": "3"}, status=422)
        assert errors(page), "no connector is added to a disabled pile"
        clerk.act(table, record, "enable")
        clerk.act(part, gun, "disable")
        page = web.get(f"/c/{code}")
        assert "不可用" in page.text and "停用" not in page.text
        assert f"/c/{code}" not in web.get(f"/d/station/{station}").html
        clerk.act(part, gun, "enable")
        assert "不可用" not in web.get(f"/c/{code}").text


@pytest.mark.feature("D1", "D10")
def test_who_charges_is_neither_moved_nor_deleted(clerk, site, shed, instance):
    for record, table in ((device(clerk, instance, shed, "32010600630051"), "bike_device"),
                          (pile(clerk, instance, site.station, "32010600630052"), "pile")):
        station = instance.value("select station_id from pile where id = %s", record)
        other = clerk.add("area", {"station_id": station, "name": "另一区"})
        charging(instance, record)
        page = clerk.send(f"/admin/{table}/{record}/edit", {"area_id": other}, status=422)
        assert any("正在充电" in e for e in errors(page))
        assert "正在充电" in clerk.act(table, record, "delete", status=422).text
        page = clerk.send(f"/admin/{table}/{record}/edit", {"name": "改名不碍事"})
        instance.sql("update session set state = 'finished' where pile_id = %s", record)
        clerk.send(f"/admin/{table}/{record}/edit", {"area_id": other})
        assert instance.value("select area_id from pile where id = %s", record) == other
        clerk.act(table, record, "delete")
        assert instance.value("select count(*) from connector where pile_id = %s and deleted = 0", record) == 0
        assert clerk.web.get(f"/admin/{table}/{record}").status == 404
        clerk.act("area", other, "delete")


@pytest.mark.feature("S14", "S15")
def test_an_area_of_bikes_goes_only_without_devices_and_tariff(clerk, site, shed, instance):
    tariff = clerk.tariff(site.provider, "棚区价", [], kind="ebike", method="duration", rounding="cut", hour_price="0.25", stop_minutes="600")
    area = clerk.add("area", {"station_id": shed, "name": "南棚", "tariff_id": tariff})
    bike = device(clerk, instance, shed, "32010600630061", area_id=area)
    assert "还有" in clerk.act("area", area, "delete", status=422).text
    clerk.act("bike_device", bike, "delete")
    assert "计费规则" in clerk.act("area", area, "delete", status=422).text
    clerk.send(f"/admin/area/{area}/edit", {"tariff_id": ""})
    clerk.act("area", area, "disable")
    page = device(clerk, instance, shed, "32010600630062", status=422, area_id=area)
    assert any("已禁用" in e for e in errors(page))
    page = clerk.send(f"/admin/area/{area}/edit", {"tariff_id": tariff}, status=422)
    assert any("已禁用" in e for e in errors(page)), "nor a rule"
    clerk.act("area", area, "delete")
    assert "默认区域" in clerk.act("area", area_of(instance, shed), "delete", status=422).text
