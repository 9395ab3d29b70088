"""The live monitor: who sees what in which tab, the signs of trouble, marking without stopping, and what fifty watchers cost (O11-O13, H11)."""
import re
import time

import pytest

from instance import wait_for
from people import Tenant

TABS = ("全部服务", "服务中", "异常中", "排队中")


class Ground:
    """A tenant with a pile of two guns, a member, and a charge in each state that the tabs tell apart."""

    def __init__(self, instance, mark):
        self.t = Tenant(instance, ("monitor.show", "session.list", "session.show", "session.monitor", "session.mark", "station.list",
                                   "station.show", "station.monitor"))
        t, self.mark = self.t, mark
        self.member = t.insert("member", no=f"77{mark:06d}", provider_id=t.provider, phone=f"1370000{mark:04d}", name=f"车主{mark}")
        self.pile = t.insert("pile", station_id=t.station, area_id=t.area, code=f"M{mark}", serial=f"7770000000{mark:04d}", name=f"监控桩{mark}")
        self.guns = [t.insert("connector", pile_id=self.pile, station_id=t.station, number=n, code=f"M{mark}-{n}", name=f"{n}枪") for n in (1, 2)]
        instance.sql("insert into pile_live (pile_id, online) values (%s, 1)", self.pile)
        self.n = 0

    def session(self, state, anomaly="none", gun=0, **more):
        self.n += 1
        t = self.t
        return t.insert("session", no=f"{self.mark:06d}{self.n:026d}", provider_id=t.provider, property_id=t.property, station_id=t.station,
                        area_id=t.area, pile_id=self.pile, connector_id=self.guns[gun], member_id=self.member, start_mode="app", pay_kind="wallet",
                        state=state, anomaly=anomaly, requested_at="2026-11-01 08:00:00", **more)


@pytest.fixture(scope="module")
def one(instance):
    g = Ground(instance, 8801)
    g.charging = g.session("charging", started_at="2026-11-01 08:00:00", seen_at="2026-11-01 09:01:02", energy="12.3400", amount="15.67", soc=42)
    g.session("suspended", started_at="2026-11-01 08:00:00")
    g.suspect = g.session("finished", "pending", gun=1)
    instance.sql("insert into session_anomaly (session_id, rule, detail, created_at) values (%s, 'f', '', now())", g.suspect)
    g.session("finished", "settled", gun=1)
    g.session("starting", gun=1)
    t = g.t
    t.insert("reservation", no="MR8801", provider_id=t.provider, property_id=t.property, station_id=t.station, area_id=t.area, pile_id=g.pile,
             connector_id=g.guns[1], member_id=g.member, minutes=60, booked_at="2026-11-01 08:00:00", expires_at="2026-11-01 09:00:00",
             open_connector_id=g.guns[1], open_member_id=g.member)
    return g


@pytest.fixture(scope="module")
def two(instance):
    g = Ground(instance, 8802)
    g.charging = g.session("charging")
    return g


def counts(web, query=""):
    page = web.get("/admin/monitor" + query)
    assert page.status == 200
    return [int(re.search(tab + r'<span class="count">(\d+)<', page.html)[1]) for tab in TABS]


def reaches(web, numbers, query=""):
    """What is shown is a few seconds old at most."""
    wait_for(lambda: counts(web, query) == numbers, 8, f"tabs say {numbers}")


@pytest.mark.feature("O11")
def test_tabs_count_what_runs_what_is_suspicious_and_who_queues(instance, one, two):
    web = one.t.web()
    reaches(web, [5, 2, 1, 2])
    assert counts(web, "?q=监控桩8801&kind=car") == [5, 2, 1, 2]
    assert counts(web, "?kind=ebike") == [0] * 4 and counts(web, "?q=没有这样的") == [0] * 4
    page = web.get("/admin/monitor?tab=served")
    assert all(word in page.text for word in ("01:01:02", "12.340", "15.67", "充电中", "订单挂起", "车主8801"))
    assert "车主8802" not in page.text
    queued = web.get("/admin/monitor?tab=queued")
    assert "MR8801" in queued.text and "启动中" in queued.text and "12.340" not in queued.text


@pytest.mark.feature("O11")
def test_signs_say_what_is_wrong_and_can_be_asked_for(instance, one):
    web = one.t.web()
    reaches(web, [5, 2, 1, 2])
    signs = re.findall(r'class="sign text-\w+" role="img" aria-label="([^"]+)"', web.get("/admin/monitor").html)
    assert signs == ["服务异常 · 电量超过 500 kWh"]
    instance.sql(
        "insert into alarm (pile_id, station_id, connector_number, code, level, opened_at, last_at) values (%s, %s, 1, 'emergency_stop', 'urgent',"
        " now(), now())", one.pile, one.t.station)
    try:
        wait_for(lambda: "桩体告警 · 急停" in web.get("/admin/monitor?tab=served&sign=alarm").html, 8, "the alarm")
        assert "没有符合条件" in web.get("/admin/monitor?sign=offline").text
        instance.sql("update pile_live set online = 0 where pile_id = %s", one.pile)
        wait_for(lambda: 'aria-label="桩体离线"' in web.get("/admin/monitor?sign=offline").html, 8, "offline")
    finally:
        instance.sql("delete from alarm where pile_id = %s", one.pile)
        instance.sql("update pile_live set online = 1 where pile_id = %s", one.pile)


@pytest.mark.feature("O11", "W1")
def test_nobody_sees_more_than_the_list_of_orders_would_show(instance, one, two):
    reaches(two.t.web(), [1, 1, 0, 0])
    stranger = two.t.web()
    for path in (f"/admin/session/{one.charging}/monitor", f"/admin/station/{one.t.station}/monitor"):
        assert stranger.get(path).status == 404 and one.t.web().get(path).status == 200
    # of a property, of stations alone, without the permission
    p = Tenant(instance, ("monitor.show",))
    instance.sql("update user set kind = 'property', provider_id = %s, property_id = %s where id = %s", one.t.provider, one.t.property, p.user)
    instance.sql("update role set kind = 'property', provider_id = %s, property_id = %s where id = %s", one.t.provider, one.t.property, p.role)
    reaches(p.web(), [5, 2, 1, 2])
    instance.sql("update user set property_id = %s where id = %s", two.t.property, p.user)
    reaches(p.web(), [1, 1, 0, 0])
    instance.sql("update role set data_scope = 'stations' where id = %s", one.t.role)
    one.t.permit("monitor.show")
    try:
        reaches(one.t.web(), [0, 0, 0, 0])
        instance.sql("insert into user_station (user_id, station_id) values (%s, %s)", one.t.user, one.t.station)
        reaches(one.t.web(), [5, 2, 1, 2])
    finally:
        instance.sql("update role set data_scope = 'tenant' where id = %s", one.t.role)
        one.t.permit("monitor.show", "session.list", "session.show", "session.monitor", "session.mark", "station.monitor")
    assert Tenant(instance, ("session.list",)).web().get("/admin/monitor").status == 403


@pytest.mark.feature("O13")
def test_a_marked_charge_goes_on(instance, one):
    web = one.t.web()
    reaches(web, [5, 2, 1, 2])
    page = web.get("/admin/monitor?tab=served")
    mark = re.search(rf'href="(/admin/session/{one.charging}/mark\?[^"]+)"', page.html)[1].replace("&amp;", "&")
    asked = web.get(mark)
    done = web.submit(asked, asked.form("note"), {"note": "时间可疑"})
    assert done.status == 200 and "/admin/monitor" in done.url
    reaches(web, [5, 2, 2, 2])
    assert instance.rows("select state, anomaly from session where id = %s", one.charging)[0] == ("charging", "pending")
    assert instance.value("select count(*) from command where session_id = %s", one.charging) == 0, "nobody stops it"
    wait_for(lambda: "/mark" not in web.get(f"/admin/monitor?q={one.mark:06d}{1:026d}").html, 8, "no mark twice")
    instance.sql("update session set anomaly = 'none' where id = %s", one.charging)


@pytest.mark.feature("O12")
def test_a_charge_in_four_panels(instance, one):
    instance.sql("insert into session_sample (session_id, at, energy, power, voltage, current, soc, connector_temperature, battery_temperature)"
                 " values (%s, '2026-11-01 09:00:00', 12, 60.5, 391.2, 150.5, 42, 47, 33)", one.charging)
    instance.sql("insert into connector_live (connector_id, state, temperature, voltage, current, updated_at)"
                 " values (%s, 'charging', 39, 400.1, 151.5, now())", one.guns[0])
    page = one.t.web().get(f"/admin/session/{one.charging}/monitor")
    for words in ("服务信息", "中控仪表", "服务进程", "账单信息", "监控桩8801", "42 %", "400.1 V", "151.5 A", "39 ℃", "47 ℃", "33 ℃", "15.67 元"):
        assert words in page.text, words
    # over, and the plug still in
    instance.sql("update session set state = 'finished', ended_at = now() - interval 12 minute where id = %s", one.charging)
    instance.sql("update connector_live set plugged = 1 where connector_id = %s", one.guns[0])
    instance.sql("update session set connector_id = %s where pile_id = %s and id > %s", one.guns[1], one.pile, one.charging)
    page = one.t.web().get(f"/admin/session/{one.charging}/monitor")
    assert re.search(r"占桩时长 *1[23] 分钟", page.text), page.text
    instance.sql("update session set state = 'charging', ended_at = null where id = %s", one.charging)


@pytest.mark.feature("O11")
def test_the_connectors_of_a_station(instance, one):
    web = one.t.web()
    wait_for(lambda: "12.340 kWh" in web.get(f"/admin/station/{one.t.station}/monitor").text, 8, "the charge")
    page = web.get(f"/admin/station/{one.t.station}/monitor").text
    for words in ("1枪", "2枪", "SOC 42 %", "15.67 元", "01:01:02", "充电中 1"):
        assert words in page, page


@pytest.mark.feature("H11")
def test_fifty_watchers_cost_one_look_in_three_seconds(instance, one):
    people = [one.t.web() for _ in range(3)]
    looks = "select version from glance where name = 'monitor'"
    asked = "select variable_value from information_schema.global_status where variable_name = 'COM_STMT_EXECUTE'"
    reaches(people[0], [5, 2, 1, 2])
    before, statements, began = instance.value(looks), int(instance.value(asked)), time.monotonic()
    for i in range(150):
        assert people[i % 3].get("/admin/monitor").status == 200
    seconds = time.monotonic() - began
    made = instance.value(looks) - before
    each = (int(instance.value(asked)) - statements) / 150
    print(f"150 looks in {seconds:.1f} s: made {made} times, {each:.2f} statements a look, log-in included")
    assert made <= seconds / 3 + 1
    assert each < 6
