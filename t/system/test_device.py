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


def model(clerk, brand, name, /, status=200, **more):
    values = {"brand": brand, "name": name, "connector_type": "gbt_dc", "connector_count": "2", "current_type": "dc", "protocol": "ykc", **more}
    return clerk.add("pile_model", values, status)


@pytest.mark.feature("D2")
def test_a_model_decides_what_a_pile_is_and_loads_its_connectors(clerk, site, shed, instance):
    chosen = model(clerk, "甲牌", "双枪加慢充", current_type="dc", other_type="gbt_ac", other_count="1", connector_names="左枪,右枪",
                   rated_power="160", can_booking="")
    record = pile(clerk, instance, site.station, "32010600630101", model_id=chosen, protocol="ocpp16", current_type="ac", connector_count="1",
                  asset_no="ZC-1", sn="SN-9", supply_line="2号进线", sim_iccid="8986001", device_loss="3.5", line_loss="1.25", asset_owner="业主")
    assert instance.rows("select protocol, current_type, connector_count, model, rated_power from pile where id = %s", record)[0][:4] == \
        ("ykc", "dc", 3, "甲牌 双枪加慢充")
    assert instance.rows("select number, type, name from connector where pile_id = %s and deleted = 0 order by number", record) == \
        [(1, "gbt_dc", "左枪"), (2, "gbt_dc", "右枪"), (3, "gbt_ac", "3号枪")]
    page = clerk.get(f"/admin/pile/{record}")
    for word in ("甲牌 双枪加慢充", "160", "ZC-1", "SN-9", "2号进线", "8986001", "3.50", "1.25", "业主"):
        assert word in page.text, word
    bad = clerk.send(f"/admin/pile/{record}/edit", {"bookable": "1"}, status=422)
    assert any("不支持" in e for e in errors(bad))
    clerk.send(f"/admin/pile/{record}/edit", {"occupancy_charged": "1"})
    bad = device(clerk, instance, shed, "32010600630102", status=422, model_id=chosen)
    assert any("不是这一类" in e for e in errors(bad))
    bad = pile(clerk, instance, site.station, "123", status=422, model_id=chosen, protocol="ocpp16")
    assert any("14 位" in e for e in errors(bad)), "the model's protocol asks for its kind of number"
    clerk.act("pile_model", chosen, "disable")
    bad = pile(clerk, instance, site.station, "32010600630103", status=422, model_id=chosen)
    assert any("停用" in e for e in errors(bad))
    clerk.send(f"/admin/pile/{record}/edit", {"name": "旧桩照改"})
    assert "仍有设备" in clerk.act("pile_model", chosen, "delete", status=422).text


@pytest.mark.feature("D2")
def test_a_model_of_bikes_fills_a_device(clerk, shed, instance):
    chosen = model(clerk, "乙牌", "十二路", kind="ebike", connector_type="socket", connector_count="12", rated_voltage="220")
    record = device(clerk, instance, shed, "32010600630111", model_id=chosen, connector_count="2")
    assert instance.rows("select count(*), min(type), max(type) from connector where pile_id = %s", record) == [(12, "socket", "socket")]
    assert instance.value("select cast(rated_voltage as char) from pile where id = %s", record) == "220.00"


@pytest.mark.feature("D2")
@pytest.mark.parametrize("wrong", [{"other_count": "1"}, {"connector_count": "20", "other_count": "5", "other_type": "gbt_ac"},
                                   {"connector_names": "一,二,三"}, {"connector_count": "0"}, {"brand": ""}])
def test_a_model_that_cannot_be_is_refused(clerk, instance, wrong):
    assert errors(model(clerk, "丙牌", "错", status=422, **wrong))
    assert instance.value("select count(*) from pile_model where brand = '丙牌'") == 0


@pytest.mark.feature("D2")
def test_the_catalogue_is_read_by_all_and_kept_by_the_operator(clerk, instance, site):
    from people import Tenant
    record = model(clerk, "丁牌", "众人可选")
    instance.sql("alter table property auto_increment = 63000")      # its station's code is made of it
    assert errors(model(clerk, "丁牌", "众人可选", status=422)), "said once"
    web = Tenant(instance).web()
    assert "众人可选" in web.get("/admin/pile_model").text and web.get(f"/admin/pile_model/{record}").status == 200
    theirs = Clerk(instance, web)
    assert web.get(f"/admin/pile_model/{record}/edit").status == 404
    assert theirs.post(f"/admin/pile_model/{record}/delete", {}).status in (404, 422)
    assert instance.value("select deleted from pile_model where id = %s", record) == 0
    before = instance.value("select count(*) from pile_model")
    page = web.get("/admin/pile_model/new")
    if page.status == 200:
        web.submit(page, page.form("brand"), {"brand": "越权", "name": "x"})
    assert instance.value("select count(*) from pile_model") == before


@pytest.mark.feature("D3")
def test_a_new_pile_is_out_of_operation_until_it_was_heard_of(clerk, site, shed, instance):
    web = instance.session()
    for n, (table, station) in enumerate((("pile", site.station), ("bike_device", shed))):
        record = clerk.add(table, {"station_id": station, "area_id": area_of(instance, station), "name": f"新登记{n}", "serial": f"3201060063020{n}",
                                   "connector_count": "1"}, commission=False)
        code = instance.value("select min(code) from connector where pile_id = %s", record)
        place = instance.value("select code from station where id = %s", station)
        assert instance.rows("select status, commissioned from pile where id = %s", record) == [("disabled", 0)]
        assert f"/c/{code}" not in web.get(f"/d/station/{place}").html and "停用" in web.get(f"/c/{code}").text
        assert f"新登记{n}" in clerk.get(f"/admin/{table}?tab=waiting").text
        assert "还未投运" in clerk.act(table, record, "enable", status=422).text
        assert "没有收到" in clerk.act(table, record, "commission", status=422).text
        clerk.send(f"/admin/{table}/{record}/edit", {"connector_count": "2"})
        instance.sql("insert into pile_live (pile_id, online, seen_at) values (%s, 1, now())", record)
        clerk.act(table, record, "commission")
        assert instance.rows("select status, commissioned, commissioned_at is not null from pile where id = %s", record) == [("enabled", 1, 1)]
        assert f"/c/{code}" in web.get(f"/d/station/{place}").html and "停用" not in web.get(f"/c/{code}").text
        clerk.act(table, record, "commission", status=422)
        clerk.act(table, record, "disable")
        clerk.act(table, record, "enable")


@pytest.mark.feature("D3", "S7")
def test_a_pile_put_into_operation_in_a_halted_station_waits_for_the_station(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "停运时登记")
    record = pile(clerk, instance, station, "32010600630211")
    instance.sql("update pile set commissioned = 0, status = 'disabled' where id = %s", record)
    instance.sql("insert into pile_live (pile_id, seen_at) values (%s, now())", record)
    clerk.act("station", station, "halt")
    clerk.act("pile", record, "commission")
    assert instance.value("select status from pile where id = %s", record) == "disabled"
    clerk.act("station", station, "resume")
    assert instance.value("select status from pile where id = %s", record) == "enabled"


@pytest.mark.feature("D2")
def test_a_reserved_pile_is_scanned_by_the_named_and_searched_by_nobody(clerk, site, instance):
    record = pile(clerk, instance, site.station, "32010600630301", use_scope="reserved")
    code = instance.value("select code from connector where pile_id = %s", record)
    place = instance.value("select code from station where id = %s", site.station)
    assert f"/c/{code}" not in instance.session().get(f"/d/station/{place}").html
    web, member = driver(instance, code, site.provider)
    assert "指定会员" in web.get(f"/c/{code}").text
    assert errors(clerk.add("pile_user", {"pile_id": pile(clerk, instance, site.station, "32010600630302"), "member_id": member}, status=422)), \
        "a public pile names nobody"
    named = clerk.add("pile_user", {"pile_id": record, "member_id": member})
    assert "指定会员" not in web.get(f"/c/{code}").text
    clerk.act("pile_user", named, "delete")
    assert "指定会员" in web.get(f"/c/{code}").text
    # a fleet is named: its members, and those of the fleets below it, while it is enabled
    clerk.add("pile_user", {"pile_id": record}, status=422)
    for name in ("专用车队", "专用分队"):
        instance.sql("insert into fleet (name, provider_id, phone, created_at, updated_at) values (%s, %s, %s, now(), now())", name, site.provider, next(phones))
    main, below = (instance.value("select id from fleet where name = %s", name) for name in ("专用车队", "专用分队"))
    instance.sql("update fleet set parent_id = %s where id = %s", main, below)
    clerk.add("pile_user", {"pile_id": record, "fleet_id": main, "member_id": member}, status=422)
    clerk.add("pile_user", {"pile_id": record, "fleet_id": main})
    clerk.add("pile_user", {"pile_id": record, "fleet_id": main}, status=422)
    assert "指定会员" in web.get(f"/c/{code}").text
    instance.sql("insert into fleet_member (fleet_id, member_id, created_at, updated_at) values (%s, %s, now(), now())", below, member)
    assert "指定会员" not in web.get(f"/c/{code}").text
    instance.sql("update fleet set status = 'disabled' where id = %s", below)
    assert "指定会员" in web.get(f"/c/{code}").text


phones = iter(range(13763000001, 13763009999))


def driver(instance, code, provider):
    """(web, member): logged in by SMS at the connector, a member of that provider."""
    import json
    phone, web = str(next(phones)), instance.session()
    page = web.get(f"/d/login?next=/c/{code}")
    page = web.submit(page, page.form("phone"), {"phone": phone})
    said = instance.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone)
    page = web.submit(page, page.form("code"), {"code": json.loads(said)["code"]})
    assert page.url.endswith(code), page.text
    member = instance.value("select id from member where phone = %s", phone)
    instance.sql("update member set provider_id = %s where id = %s", provider, member)
    return web, member


@pytest.mark.feature("D13")
def test_a_pile_starts_in_one_way_alone(clerk, site, instance):
    record = pile(clerk, instance, site.station, "32010600630401", tariff_id=site.tariff)
    code = instance.value("select code from connector where pile_id = %s", record)
    instance.sql("insert into pile_live (pile_id, online, seen_at) values (%s, 1, now())", record)
    instance.sql("insert into connector_live (connector_id, state, plugged, updated_at) select id, 'plugged', 1, now() from connector"
                 " where pile_id = %s", record)
    web, _ = driver(instance, code, site.provider)
    page = web.get(f"/c/{code}")
    start = page.form("limit")
    for mode in ("plug", "offline_card"):
        clerk.send(f"/admin/pile/{record}/edit", {"charge_mode": mode})
        shown = web.get(f"/c/{code}")
        assert "即插即充" in shown.text and 'name="limit"' not in shown.html
        refused = web.submit(page, start, {"pay": "wallet", "limit": "full"})
        assert refused.status == 422 and "不能扫码" in refused.text
    assert errors(clerk.send(f"/admin/pile/{record}/edit", {"charge_mode": "plug,online"}, status=422)), "never two"
    clerk.send(f"/admin/pile/{record}/edit", {"charge_mode": "online"})
    assert 'name="limit"' in web.get(f"/c/{code}").html
    assert instance.value("select count(*) from session where pile_id = %s", record) == 0


@pytest.mark.feature("D14")
def test_device_cards_belong_together_by_six_digits(clerk, site, instance):
    def card(number, kind, status=200, **more):
        return clerk.add("device_card", {"provider_id": site.provider, "number": number, "kind": kind, **more}, status)

    def refused(number, kind, **more):
        page = card(number, kind, status=422, **more)
        return " ".join(errors(page))

    assert "没有前 6 位相同" in refused("63630100000001", "wallet")
    assert "费率" in refused("63630100000000", "manage")
    manage = card("63630100000000", "manage", price="1.25")
    wallet = card("63630100000001", "wallet")
    assert instance.value("select segment from device_card where id = %s", wallet) == "636301"
    assert "没有前 6 位相同" in refused("63630200000001", "wallet")
    assert "只有管理卡" in refused("63630100000002", "wallet", price="1")
    assert "已有" in refused("63630199999999", "manage", price="2")
    for number, kind, says in (("12345678901234567", "auth", ""), ("6363a1", "auth", "数字"), ("63630", "wallet", "6 位"), ("63630", "manage", "6 位")):
        assert says in refused(number, kind, **({"price": "1"} if kind == "manage" else {})), number
    card("1234567890123456", "auth")
    card("7", "auth")
    assert "仍有钱包卡" in clerk.act("device_card", manage, "delete", status=422).text
    assert "仍有钱包卡" in clerk.act("device_card", manage, "disable", status=422).text
    clerk.act("device_card", wallet, "delete")
    clerk.act("device_card", manage, "delete")
    assert "没有前 6 位相同" in refused("63630100000001", "wallet")


def sheet(instance, clerk, resource, query):
    from work import csrf, download, ended, task_of
    task = task_of(clerk.web.post(f"/admin/{resource}/page/qr_sheet?{query}", {"_csrf": csrf(clerk.web)}))
    status, message, rows = ended(instance, task)
    assert status == "done", message
    return [[c.value for c in row] for row in download(clerk.web, task).worksheets[0].iter_rows(min_row=2)]


@pytest.mark.feature("D7")
def test_codes_are_exported_by_search_for_cars_and_bikes(clerk, site, shed, instance):
    from work import csrf
    car, bike = pile(clerk, instance, site.station, "32010600630501"), device(clerk, instance, shed, "32010600630502")
    for resource, query, record in (("pile", "serial=32010600630501", car), ("connector", f"pile_id={car}", car),
                                    ("bike_device", "serial=32010600630502", bike), ("socket", f"pile_id={bike}", bike)):
        codes = {c for (c,) in instance.rows("select code from connector where pile_id = %s and deleted = 0", record)}
        rows = sheet(instance, clerk, resource, query)
        assert {r[2] for r in rows} == {f"{instance.url}/c/{c}" for c in codes} and {r[3] for r in rows} == {f"3201060063050{1 if record == car else 2}"}
    station = instance.value("select name from station where id = %s", shed)
    assert {r[0] for r in sheet(instance, clerk, "station", f"name={station}")} == {station}
    for resource in ("pile", "connector", "bike_device", "socket", "station"):
        page = clerk.web.post(f"/admin/{resource}/page/qr_sheet?code=none", {"_csrf": csrf(clerk.web)})
        assert page.status == 422 and "没有可导出" in page.text, resource


@pytest.mark.feature("D8", "U1")
def test_a_code_has_three_templates_as_picture_and_pdf(clerk, site, shed, instance):
    car, bike = pile(clerk, instance, site.station, "32010600630511"), device(clerk, instance, shed, "32010600630512")
    gun, socket = (instance.value("select min(id) from connector where pile_id = %s", p) for p in (car, bike))
    for resource, record in (("pile", car), ("bike_device", bike), ("connector", gun), ("socket", socket)):
        at = f"/admin/{resource}/{record}/qr"
        code = instance.value(f"select code from `{'pile' if record in (car, bike) and resource in ('pile', 'bike_device') else 'connector'}`"
                              " where id = %s", record)
        page = clerk.get(at)
        assert f"/c/{code}" in page.html
        sizes = set()
        for template in ("label", "card", "poster"):
            assert f"qr.pdf?template={template}" in page.html
            png = clerk.web.http.get(f"{clerk.web.base}{at}.png?template={template}")
            assert png.status_code == 200 and png.content[:8] == b"\x89PNG\r\n\x1a\n"
            sizes.add(png.content[16:24])
            pdf = clerk.web.http.get(f"{clerk.web.base}{at}.pdf?template={template}")
            assert pdf.status_code == 200 and pdf.headers["Content-Type"] == "application/pdf" and pdf.content[:5] == b"%PDF-"
        assert len(sizes) == 3
        for odd in (f"{at}.pdf", f"{at}.pdf?template=tattoo", f"{at}.png?template=tattoo"):
            assert clerk.web.http.get(clerk.web.base + odd).status_code == 404, odd
    web = instance.session()
    assert "插座" in web.get(f"/c/{instance.value('select code from pile where id = %s', bike)}").text, "a device's code offers its sockets"
    assert clerk.web.get(f"/admin/pile/{bike}/qr").status == 404


@pytest.mark.feature("D1", "D10")
def test_piles_and_devices_come_from_excel(clerk, site, shed, instance):
    from work import ended, task_of, upload, workbook
    station, place = (instance.value("select name from station where id = %s", s) for s in (site.station, shed))

    def take(resource, rows):
        task = task_of(upload(clerk.web, resource, "piles.xlsx", workbook(rows)))
        return (task, *ended(instance, task))

    for resource, name, n in (("pile", station, 1), ("bike_device", place, 2)):
        heads = ["name", "station_id", "area_id", "serial", "connector_count"]
        good = ["进口桩", name, "默认区域", f"3201060063060{n}", 2]
        task, status, message, rows = take(resource, [heads, good])
        assert (status, rows) == ("done", 1), (message, instance.rows("select line, field, text from task_problem where task_id = %s", task))
        assert instance.rows("select status, commissioned, connector_count from pile where serial = %s", good[3]) == [("disabled", 0, 2)], \
            "what comes from a file is out of operation as well (D3)"
        assert instance.value("select count(*) from connector k join pile p on p.id = k.pile_id where p.serial = %s", good[3]) == 2
        before = instance.value("select count(*) from pile")
        task, status, _, _ = take(resource, [[*heads[:4], "没有的列"], good])
        assert status == "failed" and "没有这一列" in instance.value("select min(text) from task_problem where task_id = %s", task)
        task, status, _, _ = take(resource, [heads, ["=1+1", name, "默认区域", f"3201060063061{n}", 2]])
        assert status == "failed", "a formula is no name"
        task, status, message, _ = take(resource, [heads] + [["多", name, "默认区域", f"{32010600640000 + i}", 1] for i in range(5001)])
        assert status == "failed" and "5000" in message
        other = station if resource == "bike_device" else place
        task, status, _, _ = take(resource, [heads, ["错种", other, "默认区域", f"3201060063062{n}", 2]])
        assert status == "failed"
        assert instance.value("select count(*) from pile") == before


@pytest.mark.feature("D2", "D4")
def test_connectors_are_added_one_by_one_and_from_excel(clerk, site, shed, instance):
    from work import ended, task_of, upload, workbook
    rack = pile(clerk, instance, site.station, "32010600607001", connector_count="1")
    code = instance.value("select code from pile where id = %s", rack)
    clerk.send("/admin/connector/new", {"pile_id": rack, "name": "加枪", "type": "gbt_ac"})
    assert instance.rows("select number, code, type, station_id from connector where pile_id = %s order by number desc limit 1", rack) == [(2, code + "02", "gbt_ac", site.station)]
    title = instance.value("select name from pile where id = %s", rack)

    def take(*rows):
        task = task_of(upload(clerk.web, "connector", "guns.xlsx", workbook([["pile_id", "name", "type"], *rows])))
        return (task, *ended(instance, task))

    task, status, message, rows = take([title, "三号枪", "gbt_dc"], [title, "四号枪", "gbt_dc"])
    assert (status, rows) == ("done", 2), (message, instance.rows("select line, field, text from task_problem where task_id = %s", task))
    assert instance.rows("select number, name from connector where pile_id = %s and number > 2 order by number", rack) == [(3, "三号枪"), (4, "四号枪")]
    assert instance.value("select connector_count from pile where id = %s", rack) == 4
    task, status, _, _ = take([title, "五号枪", "gbt_dc"], ["没有的桩", "一号枪", "gbt_dc"])
    assert status == "failed" and instance.rows("select line, field from task_problem where task_id = %s", task) == [(3, "pile_id")]
    assert instance.value("select count(*) from connector where pile_id = %s", rack) == 4, "all or nothing"
    instance.sql("update pile set commissioned = 1, status = 'disabled' where id = %s", rack)
    clerk.send("/admin/connector/new", {"pile_id": rack, "name": "停用", "type": "gbt_dc"}, 422)
    instance.sql("update pile set status = 'enabled' where id = %s", rack)
    for n in range(5, 25):
        clerk.send("/admin/connector/new", {"pile_id": rack, "name": f"{n}", "type": "gbt_dc"})
    clerk.send("/admin/connector/new", {"pile_id": rack, "name": "25", "type": "gbt_dc"}, 422)
    device = instance.value("select min(id) from pile where station_id = %s", shed)
    clerk.send("/admin/connector/new", {"pile_id": device, "name": "错", "type": "gbt_dc"}, 422)


@pytest.mark.feature("D9")
def test_a_detail_says_what_it_costs_and_who_made_it(clerk, site, instance):
    station = clerk.station(site.provider, site.property, "计费详情站")
    area = clerk.add("area", {"station_id": station, "name": "详情区"})
    record = pile(clerk, instance, station, "32010600630701", area_id=area)
    assert "没有计费规则" in clerk.get(f"/admin/pile/{record}").text
    name = "详情规则"
    tariff = clerk.tariff(site.provider, name, [("valley", "00:00", "08:00", "0.5", "0.3"), ("peak", "08:00", "20:00", "1.2", "0.4"),
                                                ("valley", "20:00", "24:00", "0.5", "0.3")])
    clerk.send(f"/admin/area/{area}/edit", {"tariff_id": tariff})
    page = clerk.get(f"/admin/pile/{record}")
    for word in (name, "计费详情站", "详情区", "峰平谷计价", "08:00-20:00", "1.20000", "0.40000", instance.value(
            "select cast(effective_at as char) from tariff_version where tariff_id = %s", tariff)):
        assert word in page.text, word
    clerk.send(f"/admin/pile/{record}/edit", {"name": "改名一号"})
    page = clerk.get(f"/admin/pile/{record}?tab=history")
    assert "改名一号" in page.text and instance.value("select name from user where login = %s", instance.login_name) in page.text


@pytest.mark.feature("D17")
def test_firmware_goes_only_to_the_mainboard_it_was_made_for(clerk, site, instance):
    chosen = model(clerk, "戊牌", "主板七", mainboard="MB7")
    record = pile(clerk, instance, site.station, "32010600630801", model_id=chosen)
    instance.sql("insert into pile_live (pile_id, online, seen_at) values (%s, 1, now())", record)
    made = [clerk.add("firmware", {"name": f"给{board}", "provider_id": site.provider, "protocol": "ykc", "model": board, "release_version": "9",
                                   "address": "ftp://10.0.0.1/fw.bin", "user": "u", "file_password": "p"}) for board in ("MB8", "MB7")]
    page = clerk.act("pile", record, "update_firmware", {"firmware_id": str(made[0])}, status=422)
    assert "型号不符" in page.text
    assert instance.value("select count(*) from command where pile_id = %s", record) == 0
    clerk.act("pile", record, "update_firmware", {"firmware_id": str(made[1])})
    assert instance.value("select count(*) from command where pile_id = %s and kind = 'update_firmware'", record) == 1


@pytest.mark.feature("D10", "N3")
def test_cars_do_not_speak_the_protocol_of_sockets(clerk, instance, shed):
    station = instance.value("select station_id from pile p join station s on s.id = p.station_id where s.kind = 'car' limit 1")
    page = pile(clerk, instance, station, "32010600639901", 422, protocol="ap3000")
    assert any("电单车" in e for e in errors(page))
    made = device(clerk, instance, shed, "10001234")
    assert instance.value("select protocol from pile where id = %s", made) == "ap3000"


@pytest.mark.feature("D5", "D6", "D10", "N3")
def test_a_device_is_told_what_it_works_by_and_its_page_says_so(clerk, instance, shed):
    record = device(clerk, instance, shed, "0410009901")
    page = clerk.get(f"/admin/bike_device/{record}")
    assert "/set_params" not in page.html, "it is not there"
    instance.sql("insert into pile_live (pile_id, online, seen_at) values (%s, 1, now())", record)
    page = clerk.act("bike_device", record, "set_params", {"beat_seconds": "181"}, status=422)
    clerk.act("bike_device", record, "set_params", {"longest_minutes": "480", "unplug_watt": "0.5"})
    sent = "select json_value(payload, '$.value'), json_value(payload, '$.text') from command where pile_id = %s and kind = 'set_params' order by id"
    assert instance.rows(sent, record) == [("133", "28800,8000,2700,1000"), ("131", "5,10,20,1800,3600,180")]
    page = clerk.get(f"/admin/bike_device/{record}").text
    assert "480" in page and "待下发" in page
    instance.sql("update command set status = 'done' where pile_id = %s", record)
    clerk.act("bike_device", record, "set_params", {"longest_minutes": "60"})
    assert instance.rows("select longest_minutes, unplug_watt from device_param where pile_id = %s", record)[0][0] == 60
    clerk.act("bike_device", record, "reboot")
    clerk.act("bike_device", record, "read_live")
    clerk.act("bike_device", record, "set_qr")
    code = instance.value("select code from pile where id = %s", record)
    kinds = "select kind, json_value(payload, '$.text') from command where pile_id = %s and kind <> 'set_params' order by id"
    rows = instance.rows(kinds, record)
    assert [k for k, _ in rows] == ["reboot", "read_live", "set_qr"] and rows[2][1].endswith(f"/c/{code}")
    assert f"{record}/sync_time" not in clerk.get(f"/admin/bike_device/{record}").html, "it asks for the time itself"
