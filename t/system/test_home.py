"""The home page against a direct GROUP BY, for each kind of user, with and without roll-ups; the job rollup (H3-H7)."""
import datetime
import html as entities
import json
import random
import re
from decimal import Decimal

import pytest

from instance import Instance
from people import Tenant

KINDS = ("system", "provider", "property", "stations")


# Just after midnight the last hours are yesterday's and not summed up yet, an hour later they are; by day most are.
@pytest.fixture(scope="module", params=["00:03", "01:15", "13:35"])
def instance(request):
    made = Instance("home", clock=request.param)
    made.up("--bare")
    yield made
    made.destroy()


class Ground:
    """Two tenants, four stations, a few hundred sessions over 45 days, some running, some failed, some given back."""

    def __init__(self, instance):
        self.at = instance
        self.one, self.two = Tenant(instance), Tenant(instance)
        self.stations = [(self.one, self.one.station, self.one.property), (self.two, self.two.station, self.two.property)]
        other = self.one.insert("property", provider_id=self.one.provider, name="别的物业", phone="13900000009")
        for i, (owner, prop) in enumerate(((self.one, self.one.property), (self.one, other))):
            self.stations.append((owner, owner.insert("station", provider_id=owner.provider, property_id=prop, code=f"90000{i}", name=f"分站{i}",
                                                      kind="ebike"), prop))
        self.members = [t.insert("member", no=f"30000000{i}", provider_id=t.provider, phone=f"1390000001{i}", name=f"车主{i}")
                        for i, t in enumerate((self.one, self.one, self.two, self.two, self.one, self.two))]
        self.places = {}
        for n, (owner, station, prop) in enumerate(self.stations):
            area = owner.insert("area", station_id=station, code=f"9000{n}", name="区")
            pile = owner.insert("pile", station_id=station, area_id=area, code=f"9000{n}", serial=f"9000000000000{n}", name="桩")
            gun = owner.insert("connector", pile_id=pile, station_id=station, number=1, code=f"9000{n}-1", name="A")
            self.places[station] = (area, pile, gun)
        self.n = 0
        pick = random.Random(7)
        self.now = instance.value("select now()")
        for _ in range(400):
            self.add(pick, self.now - datetime.timedelta(seconds=pick.randrange(60, 45 * 86400)))
        for _ in range(30):
            self.add(pick, self.now - datetime.timedelta(seconds=pick.randrange(0, 3600)))
        for _ in range(5):
            self.add(pick, None)

    def add(self, pick, ended):
        self.n += 1
        owner, station, prop = pick.choice(self.stations)
        area, pile, gun = self.places[station]
        state = "charging" if ended is None else pick.choice(("finished", "finished", "finished", "failed"))
        energy = Decimal(pick.randrange(1, 900000)) / 10000
        owner.insert("session", no=f"{self.n:032d}", kind="ebike" if station in (self.stations[2][1], self.stations[3][1]) else "car",
                     provider_id=owner.provider, property_id=prop, station_id=station, area_id=area, pile_id=pile, connector_id=gun,
                     member_id=pick.choice([*self.members, None]), start_mode="app", pay_kind="wallet", state=state, energy=energy,
                     amount=energy * 2 if state == "finished" else 0, refunded=1 if pick.random() < 0.1 else 0, ended_at=ended,
                     settled_at=ended, requested_at=(ended or self.now) - datetime.timedelta(minutes=pick.randrange(1, 90)), plate="粤B12345")

    def where(self, kind):
        one = self.one
        return {"system": "1 = 1", "provider": f"provider_id = {one.provider}", "property": f"property_id = {one.property}",
                "stations": f"station_id = {self.stations[2][1]}"}[kind]

    def web(self, kind):
        if kind == "system":
            return self.at.admin()
        if kind == "provider":
            return self.one.web()
        t = Tenant(self.at)
        if kind == "property":
            self.at.sql("update user set kind = 'property', provider_id = %s, property_id = %s where id = %s", self.one.provider, self.one.property, t.user)
            self.at.sql("update role set kind = 'property', provider_id = %s, property_id = %s where id = %s", self.one.provider, self.one.property, t.role)
        else:
            self.at.sql("update user set provider_id = %s where id = %s", self.one.provider, t.user)
            self.at.sql("update role set provider_id = %s, data_scope = 'stations' where id = %s", self.one.provider, t.role)
            self.at.sql("insert into user_station (user_id, station_id) values (%s, %s)", t.user, self.stations[2][1])
        return t.web()


@pytest.fixture(scope="module")
def ground(instance):
    return Ground(instance)


def charts(page):
    """{name: {series: [numbers]}} of trend, orders, energy, in this order on the page."""
    found = [json.loads(entities.unescape(c)) for c in re.findall(r'data-chart="([^"]*)"', page.html)]
    assert len(found) == 3
    return dict(zip(("trend", "orders", "energy"), [(c["xAxis"]["data"], [s["data"] for s in c["series"]]) for c in found]))


def cent(v):
    return float(Decimal(v or 0).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP"))


def direct(instance, where):
    """The same figures by one GROUP BY over the sessions."""
    rows = instance.rows(
        "select date_format(ended_at, '%%m-%%d'), sum(kind = 'car'), sum(kind = 'ebike'), sum(refunded > 0), sum(if(state = 'finished', amount, 0)),"
        " sum(if(state = 'finished', energy, 0)), sum(if(state = 'finished' and kind = 'car', energy, 0)),"
        " sum(if(state = 'finished' and kind = 'ebike', energy, 0)) from session where ended_at >= curdate() - interval 29 day"
        f" and ended_at < curdate() + interval 1 day and {where} and %s group by 1", 1)
    by = {r[0]: r[1:] for r in rows}
    today = instance.value("select curdate()")
    days = [(today - datetime.timedelta(days=29 - i)).strftime("%m-%d") for i in range(30)]
    at = [by.get(d, (0,) * 7) for d in days]
    return {"trend": (days, [[cent(r[3]) for r in at], [cent(r[4]) for r in at]]),
            "orders": (days[-7:], [[float(r[k]) for r in at[-7:]] for k in range(3)]),
            "energy": (days[-5:], [[cent(r[5]) for r in at[-5:]], [cent(r[6]) for r in at[-5:]]])}


def compare(instance, ground, kind):
    where, web = ground.where(kind), ground.web(kind)
    page = web.get("/admin/?figures=1")
    assert page.status == 200
    assert {k: (d, [[float(v) for v in s] for s in series]) for k, (d, series) in charts(page).items()} == direct(instance, where), kind
    cars, bikes = instance.rows(f"select coalesce(sum(kind = 'car'), 0), coalesce(sum(kind = 'ebike'), 0) from session where {where}")[0]
    total = re.search(r"订单总数\s*(\d+)\s*\(\D*(\d+)\D*(\d+)\s*\)", page.text)
    assert [int(n) for n in total.groups()] == [cars + bikes, cars, bikes], kind
    heat = [int(n) for n in re.findall(r'<td class="h\d" title="\S+ (\d+)"', page.html)]
    asked = instance.rows(f"select weekday(requested_at), hour(requested_at), count(*) from session where {where}"
                          " and requested_at >= curdate() - interval 29 day group by 1, 2")
    assert len(heat) == 168 and {(i // 24, i % 24, n) for i, n in enumerate(heat) if n} == set(asked), kind
    users = instance.rows(f"select member_id, count(*) from session where {where} and state = 'finished' and member_id is not null and ended_at < curdate()"
                          " and ended_at >= curdate() - interval 30 day group by 1 order by 2 desc, 1 limit 4")
    assert [(int(i), int(n)) for i, n in re.findall(r'href="/admin/member/(\d+)">[^<]*</a></td><td class="num">(\d+)', page.html)] == users, kind
    first, last = instance.rows("select date_format(curdate() - interval 30 day, '%m-%d'), date_format(curdate() - interval 1 day, '%m-%d')")[0]
    assert f"{first} – {last}" in page.text                       # what the ranking is over
    today = instance.rows(f"select coalesce(sum(amount), 0), coalesce(sum(energy), 0), count(*) from session where {where} and state = 'finished'"
                          " and ended_at >= curdate() and ended_at <= now()")[0]
    shown = [v.replace(",", "") for v in re.findall(r'kpi-value d-block">([\d,.]+) <small>', page.html)][:3]
    assert shown == [f"{cent(today[0]):.2f}", f"{cent(today[1]):.2f}", str(today[2])], kind
    income = re.findall(r'href="/admin/station/(\d+)">[^<]*</a></td><td class="num"><strong>([\d,.]+)</strong></td>((?:<td class="num">[\d,.]+</td>)+)', page.html)
    for station, total_, days in income:
        want = instance.value(f"select coalesce(sum(amount), 0) from session where {where} and station_id = %s and state = 'finished'"
                              " and ended_at >= curdate() - interval 14 day and ended_at < curdate() + interval 1 day", int(station))
        assert float(total_.replace(",", "")) == cent(want), (kind, station)
        assert days.count("<td") == 15
    assert {int(s) for s, _, _ in income} == {r[0] for r in instance.rows(
        f"select distinct station_id from session where {where} and ended_at >= curdate() - interval 29 day and ended_at < curdate() + interval 1 day")}
    busiest = instance.rows(f"select station_id, count(*) from session where {where} and state = 'finished' and ended_at >= curdate() - interval 29 day"
                            " and ended_at < curdate() + interval 1 day group by 1 order by 2 desc, 1 limit 5")
    assert [(int(i), int(n)) for i, n in re.findall(r'href="/admin/station/(\d+)">[^<]*</a></td><td class="num">(\d+)</td></tr>', page.html)] == busiest
    assert "粤B12345" in page.text and "更多" in page.text


def sums(instance):
    return instance.rows("select day, station_id, kind, sessions, finished, seconds, energy, energy_fee, service_fee, amount, refunds, refunded"
                         " from session_day order by 1, 2, 3")


BY_DAY = ("select date(ended_at), station_id, kind, count(*), sum(state = 'finished'), sum(if(state = 'finished', seconds, 0)),"
          " sum(if(state = 'finished', energy, 0)), sum(if(state = 'finished', energy_fee, 0)), sum(if(state = 'finished', service_fee, 0)),"
          " sum(if(state = 'finished', amount, 0)), sum(refunded > 0), sum(refunded) from session where ended_at < (select date(until_at)"
          " from rollup_state) group by 1, 2, 3 order by 1, 2, 3")


@pytest.mark.feature("H3", "H4", "H5", "H6")
def test_home_without_roll_ups_is_a_direct_sum(instance, ground):
    assert instance.value("select count(*) from rollup_state") == 0
    shown = int(re.search(r'data-clock="(\d+)"', instance.admin().get("/admin/").html).group(1))
    assert abs(shown - instance.value("select unix_timestamp(now())")) < 60   # the programs live at that hour
    for kind in KINDS:
        compare(instance, ground, kind)


@pytest.mark.feature("H3", "H4", "H5", "H6")
def test_home_of_roll_ups_and_the_running_hours_is_the_same(instance, ground):
    instance.job("rollup")
    assert instance.value("select count(*) from session_day") > 60
    assert sums(instance) == instance.rows(BY_DAY)
    instance.run("restart", "admin")                              # forgets what was shown
    for kind in KINDS:
        compare(instance, ground, kind)


@pytest.mark.feature("H5")
def test_rollup_again_changes_nothing_and_finds_what_came_late(instance, ground):
    before, hours = sums(instance), instance.rows("select * from session_hour order by 1, 2, 3, 4, 5")
    instance.job("rollup")
    instance.job("rollup", "--days", "45")
    assert sums(instance) == before and instance.rows("select * from session_hour order by 1, 2, 3, 4, 5") == hours
    # A record of ten days ago arrives: a session, and the bill that says so.
    ground.add(random.Random(1), ground.now - datetime.timedelta(days=10))
    late = instance.value("select max(id) from session")
    instance.sql(
        "insert into cdr (session_id, started_at, ended_at, energy, energy_fee, service_fee, amount, inputs, created_at)"
        " select id, requested_at, ended_at, energy, 0, 0, amount, '{}', now() from session where id = %s", late)
    instance.job("rollup")
    assert sums(instance) != before and sums(instance) == instance.rows(BY_DAY)
    # A revision of the bill moves the session to another day: both days are right again.
    instance.sql("update session set ended_at = ended_at - interval 3 day, energy = energy + 1 where id = %s", late)
    instance.sql("insert into cdr (session_id, revision, started_at, ended_at, energy, energy_fee, service_fee, amount, inputs, created_at)"
                 " select id, 2, requested_at, ended_at, energy, 0, 0, amount, '{}', now() from session where id = %s", late)
    instance.job("rollup")
    assert sums(instance) == instance.rows(BY_DAY)
    # What no bill tells of is found by the nightly pass.
    instance.sql("update session set refunded = refunded + 1 where ended_at < curdate() - interval 40 day")
    instance.job("rollup", "--all", "1")
    assert sums(instance) == instance.rows(BY_DAY)
    instance.run("restart", "admin")
    for kind in KINDS:
        compare(instance, ground, kind)


@pytest.mark.feature("H7")
def test_quick_buttons_are_for_who_may(instance):
    clerk = Tenant(instance, ("member.list", "counter.serve", "card.list", "card.recharge"))
    page = clerk.web().get("/admin/")
    assert all(f'href="/admin/counter/{what}"' in page.html for what in ("open", "card", "recharge")) and "电卡充值" in page.text
    assert 'href="/admin/card/new"' not in page.html
    other = Tenant(instance, ("member.list", "member.create")).web()
    assert "/admin/counter" not in other.get("/admin/").html and other.get("/admin/counter").status == 403
    assert "最新缴费" not in page.text                              # no right to orders
    assert 'data-clock="' in page.html
    everything = instance.admin().get("/admin/")
    for part in ("开户", "开卡", "充值", "发电卡", "电卡充值", "最新缴费"):
        assert part in everything.text, part


@pytest.mark.feature("H5")
def test_a_wrong_option_of_rollup_is_refused(instance):
    for value in ("0", "-3", "x"):
        done = instance.job("rollup", "--days", value, check=False)
        assert done.returncode == 1
