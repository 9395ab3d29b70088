"""Agreements between partners: proposed, agreed to, adjusted, paused, ended; what charges, splits and parks come to (I2 to I5, I6)."""
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest

from clerk import Clerk
from people import Tenant


def day(n):
    return str(date.today() + timedelta(days=n))


class World:
    def __init__(self, at):
        self.at, self.clerk = at, Clerk(at)
        self.a, self.b = self.clerk.site(71), self.clerk.site(72)
        self.name = {s: at.value("select name from provider where id = %s", s.provider) for s in (self.a, self.b)}
        self.link(self.a, self.b)
        self.dear = self.clerk.tariff(self.b.provider, "会员价", [("flat", "00:00", "24:00", "2", "1")])
        self.code = at.value("select code from station where id = %s", self.a.station)

    def link(self, x, y):
        self.at.sql("insert into partner (provider_id, partner_id, state, created_at, updated_at) values (%s, %s, 'accepted', now(), now())",
                    x.provider, y.provider)

    def propose(self, by, to, status=200, **more):
        wish = {"provider_id": by.provider, "full_name": self.name[to], "type": "charge", "title": "协议", "role": "owner", "day_from": day(-40),
                "day_to": day(300), **more}
        done = self.clerk.send("/admin/agreement/new", wish, status)
        return done if status != 200 else self.at.value("select max(agreement_id) from agreement_side")

    def side(self, agreement, side):
        return self.at.value("select id from agreement_side where agreement_id = %s and side = %s", agreement, side)

    def state(self, agreement):
        return self.at.value("select state from agreement where id = %s", agreement)

    def cannot(self, agreement, side, action, values=None):
        """The engine refuses what does not fit the state: nothing changes."""
        before = self.at.rows("select a.state, a.version_id, count(*) from agreement a join agreement_version v on v.agreement_id = a.id where a.id = %s"
                              " group by a.state, a.version_id", agreement)
        done = self.clerk.post(f"/admin/agreement/{self.side(agreement, side)}/{action}", values or {})
        assert done.status in (409, 422), done.status
        assert before == self.at.rows("select a.state, a.version_id, count(*) from agreement a join agreement_version v on v.agreement_id = a.id"
                                      " where a.id = %s group by a.state, a.version_id", agreement)

    def act(self, agreement, side, action, values=None, status=200):
        return self.clerk.act("agreement", self.side(agreement, side), action, values, status)


@pytest.fixture(scope="module")
def world(instance):
    return World(instance)


@pytest.mark.feature("I5", "I2")
def test_one_side_proposes_the_other_agrees(world):
    deal = world.propose(world.a, world.b, title="充电合作一", price_energy="1.5", price_service="0.5", station_codes=world.code)
    assert world.state(deal) == "proposed"
    assert world.at.value("select no from agreement where id = %s", deal).startswith("XY20")
    assert "充电合作一" in world.clerk.get("/admin/agreement?tab=pending").text
    world.cannot(deal, "owner", "accept")                        # not by who proposed
    refused = world.act(deal, "partner", "accept", {"tariff_id": str(world.a.tariff)}, 422)
    assert "服务方自己的" in refused.text
    world.act(deal, "partner", "accept", {"tariff_id": str(world.dear), "answer": "同意"})
    assert world.state(deal) == "running"
    assert "充电合作一" in world.clerk.get("/admin/agreement?tab=running").text
    page = world.clerk.get(f"/admin/agreement/{world.side(deal, 'partner')}").text
    assert "同意" in page and world.name[world.a] in page and "电站71" in page and "1.5" in page
    world.act(deal, "partner", "pause")
    assert world.state(deal) == "paused"
    world.act(deal, "owner", "resume")
    assert world.state(deal) == "running"


@pytest.mark.feature("I5")
def test_two_of_a_kind_over_the_same_stations_and_days_are_refused(world):
    count = world.at.value("select count(*) from agreement")
    for more in ({}, {"station_codes": world.code}, {"day_from": day(300), "day_to": day(400)}):
        assert "重叠" in world.propose(world.a, world.b, 422, **more).text, more
    assert world.at.value("select count(*) from agreement") == count, "nothing is left of them"
    later = world.propose(world.a, world.b, day_from=day(301), day_to=day(400))
    assert world.state(later) == "proposed"
    world.act(later, "partner", "reject", {"answer": "不合适"})
    assert world.state(later) == "rejected"
    assert world.propose(world.b, world.a, title="反向")         # their stations, our members: another matter
    assert "不是资源方" in world.propose(world.a, world.b, 422, station_codes=world.code + " 999999", day_from=day(301), day_to=day(302)).text
    assert "日期" in world.propose(world.a, world.b, 422, day_from=day(5), day_to=day(4)).text
    stranger = world.clerk.site(73)
    world.name[stranger] = "服务商73"
    assert "合作商家" in world.propose(world.a, stranger, 422).text
    assert "不完整" in world.propose(world.a, world.b, 422, type="split").text
    assert "不完整" in world.propose(world.a, world.b, 422, type="parking").text


@pytest.mark.feature("I5")
def test_an_adjustment_is_a_version_from_a_day_on(world):
    deal = world.propose(world.a, world.b, type="split", title="分成", rate_energy="0.25", rate_service="0.1", rate_booking="2", day="1")
    world.act(deal, "partner", "accept")
    assert "日期" in world.act(deal, "partner", "adjust", {"day_from": day(0), "rate_energy": "0.3"}, 422).text
    world.act(deal, "partner", "adjust", {"day_from": day(10), "rate_energy": "0.3"})
    assert world.at.rows("select number, state from agreement_version where agreement_id = %s order by number", deal) == [
        (1, "agreed"), (2, "proposed")]
    world.cannot(deal, "owner", "adjust", {"day_from": day(12), "rate_energy": "0.4"})       # one change at a time
    world.cannot(deal, "partner", "accept")
    world.act(deal, "owner", "accept")
    assert world.at.rows("select number, state, energy_rate from agreement_version where agreement_id = %s order by number", deal) == [
        (1, "agreed", Decimal("0.25000")), (2, "agreed", Decimal("0.30000"))]
    assert world.state(deal) == "running"
    world.act(deal, "owner", "end")
    assert world.state(deal) == "ended"
    world.cannot(deal, "partner", "resume")


def finished(world, when, energy, member_provider, amount="3.00", n=[0]):
    """A finished session of a partner's member at station a, as a row."""
    n[0] += 1
    at, a = world.at, world.a
    area = at.value("select id from area where station_id = %s", a.station)
    if not at.value("select count(*) from pile where station_id = %s", a.station):
        at.sql("insert into pile (station_id, area_id, code, serial, name, created_at, updated_at) values (%s, %s, 'AGP', '99990000000001', 'p',"
               " now(), now())", a.station, area)
        at.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at) select id, station_id, 1, 'AGC', 'c',"
               " now(), now() from pile where code = 'AGP'")
    at.sql("insert into session (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, member_provider_id, start_mode, pay_kind,"
           " state, requested_at, started_at, ended_at, settled_at, energy, energy_fee, service_fee, amount, created_at, updated_at) select %s, s.provider_id,"
           " s.property_id, s.id, %s, c.pile_id, c.id, %s, 'app', 'none', 'finished', %s, %s, %s, %s, %s, %s, 0, %s, now(), now() from connector c join"
           " station s on s.id = c.station_id where c.code = 'AGC'", f"AG{n[0]:030d}", area, member_provider, when, when, when, when, energy, amount, amount)
    return at.value("select max(id) from session")


@pytest.mark.feature("I3", "I4")
def test_a_month_of_splits_and_parks_is_added_up_once_on_its_day(world):
    today = date.today()
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    inside, later = f"{first.replace(day=10)} 12:00:00", f"{first.replace(day=20)} 12:00:00"
    split = world.propose(world.a, world.b, type="split", title="分成二", rate_energy="0.25", rate_service="0.1", rate_booking="2", day="7",
                          day_from=str(first), day_to=day(90))
    world.act(split, "partner", "accept")
    park = world.propose(world.b, world.a, type="parking", title="停车", role="partner", rate_parking="10", day="7", day_from=str(first), day_to=day(90))
    world.act(park, "owner", "accept")
    world.at.sql("insert into agreement_version (agreement_id, number, from_day, state, proposed_by, energy_rate, created_at) values (%s, 2, %s,"
                 " 'agreed', 1, 1, now())", split, first.replace(day=15))
    finished(world, inside, "100", world.b.provider)
    finished(world, later, "10", world.b.provider)
    finished(world, later, "10", world.a.provider)                       # its own member: nobody's share
    bill_day = today.replace(day=7)
    assert "rows=4" in world.at.job("agreement", "--date", bill_day)
    assert "rows=0" in world.at.job("agreement", "--date", today.replace(day=8))
    rows = world.at.rows("select direction, provider_id, sessions, energy, amount from agreement_due where agreement_id = %s order by direction desc", split)
    assert rows == [("receivable", world.b.provider, 2, Decimal("110.0000"), Decimal("45.00000")),
                    ("payable", world.a.provider, 2, Decimal("110.0000"), Decimal("45.00000"))], "100 x 0.35 and 10 x 1"
    rows = world.at.rows("select direction, provider_id, amount from agreement_due where agreement_id = %s order by direction desc", park)
    assert rows == [("receivable", world.a.provider, Decimal("20.00000")), ("payable", world.b.provider, Decimal("20.00000"))]
    world.at.job("agreement", "--date", bill_day)
    assert world.at.value("select count(*) from agreement_due where agreement_id in (%s, %s)", split, park) == 4
    world.at.sql("insert into agreement_pause (agreement_id, from_at, to_at) values (%s, %s, %s)", park, later, str(today))
    world.at.job("agreement", "--date", bill_day)
    assert world.at.value("select amount from agreement_due where agreement_id = %s and direction = 'payable'", park) == 10, "not while it was paused"
    assert "停车" in world.clerk.get("/admin/agreement_due").text


@pytest.mark.feature("I3")
def test_bookings_whose_fee_was_kept_are_split_by_the_piece(world):
    at, first = world.at, (date.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    deal, member, own = at.value("select id from agreement where name = '分成二'"), *(
        world.clerk.add("member", {"station_id": s.station, "phone": f"1371234000{n}", "name": "预约人"}) for n, s in enumerate((world.b, world.a)))
    rows = (("kept", "2", f"{first} 00:00:00", member), ("kept", "2", f"{first.replace(day=14)} 23:59:59", member),
            ("kept", "2", f"{first.replace(day=15)} 00:00:00", member),                                      # version 2 pays nothing for bookings
            ("returned", "2", f"{first} 12:00:00", member), ("held", "2", None, member), ("kept", "0", f"{first} 12:00:00", member),
            ("kept", "2", f"{first} 12:00:00", own), ("kept", "2", f"{first - timedelta(days=1)} 23:59:59", member),
            ("kept", "2", f"{date.today().replace(day=1)} 00:00:00", member))
    for n, (state, fee, ended, who) in enumerate(rows):
        at.sql("insert into reservation (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, member_id, minutes, fee, fee_state,"
               " state, booked_at, expires_at, ended_at, created_at, updated_at) select %s, s.provider_id, s.property_id, s.id, p.area_id, p.id, c.id, %s, 30,"
               " %s, %s, 'done', %s, %s, %s, now(), now() from connector c join pile p on p.id = c.pile_id join station s on s.id = c.station_id where c.code ="
               " 'AGC'", f"RV{n:04d}", who, fee, state, f"{first} 00:00:00", f"{first} 00:30:00", ended)
    due = lambda: at.rows("select bookings, amount from agreement_due where agreement_id = %s and direction = 'payable'", deal)      # noqa: E731
    assert due() == [(0, Decimal("45.00000"))]
    for _ in range(2):
        at.job("agreement", "--date", date.today().replace(day=7))
        assert due() == [(3, Decimal("49.00000"))], "two at 2 yuan, the third under terms without a rate"
    at.sql("insert into agreement_pause (agreement_id, from_at, to_at) values (%s, %s, %s)", deal, f"{first} 00:00:00", f"{first} 00:00:01")
    at.job("agreement", "--date", date.today().replace(day=7))
    assert due() == [(2, Decimal("47.00000"))], "not while it was paused"


@pytest.mark.feature("I2", "I6")
def test_the_daily_report_pays_the_owner_what_was_agreed(world):
    when = f"{day(-1)} 12:00:00"
    session = finished(world, when, "10", world.b.provider, "30.00")
    deal = world.at.value("select id from agreement where name = '充电合作一'")
    version = world.at.value("select version_id from agreement where id = %s", deal)
    world.at.sql("insert into session_share (session_id, agreement_version_id, energy_fee, service_fee, amount) values (%s, %s, 15, 5, 20)", session, version)
    plain = finished(world, when, "1", world.b.provider, "3.00")
    assert plain
    world.at.job("daily_report", "--date", day(-1))
    rows = world.at.rows("select direction, sessions, energy, amount from daily_report where day = %s and provider_id in (%s, %s) order by direction",
                         day(-1), world.a.provider, world.b.provider)
    assert rows == [("payable", 2, Decimal("11.0000"), Decimal("23.00000")), ("receivable", 2, Decimal("11.0000"), Decimal("23.00000"))]


@pytest.mark.feature("I5")
def test_a_third_tenant_sees_nothing_of_it(world):
    other = Tenant(world.at).web()
    deal = world.side(world.at.value("select id from agreement where name = '充电合作一'"), "owner")
    assert other.get(f"/admin/agreement/{deal}").status == 404
    assert "充电合作一" not in other.get("/admin/agreement?tab=all").text
