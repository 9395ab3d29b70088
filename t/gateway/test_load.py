"""A station's power limit shared among its charging piles, told by frames of 云快充 and profiles of OCPP (W4)."""
import time

import pytest

import test_ocpp
from instance import wait_for
from station import Station
from test_charge import start_by_app

RATED = 60000
stations = 0


@pytest.fixture
def shed(site):
    """Makes a station of its own with a limit: shed(kW, way, serials)."""
    made = []

    def make(limit, way, serials):
        global stations
        stations += 1
        station = site.insert("station", provider_id=site.provider, property_id=site.property, code=f"L{stations}", name=f"站 L{stations}",
                              tariff_id=site.tariff, load_limit=limit, load_way=way)
        area = site.insert("area", station_id=station, code=f"L{stations}A", name="区")
        made.append(station)
        for s in serials:
            site.i.sql("update pile set station_id = %s, area_id = %s, rated_power = %s where serial = %s", station, area, RATED / 1000, s)
            site.i.sql("update connector set station_id = %s where pile_id = %s", station, site.pile_id(s))
        return station
    yield make
    for station in made:
        site.i.sql("update station set load_limit = null where id = %s", station)


def take(site, p, no, kw, energy=10000):
    p.live(gun=1, state=3, no=no, volts=400, amps=kw * 1000 / 400, energy=energy, amount=energy)
    wait_for(lambda: site.session(no) == "charging", 5, "charging")


def told(p, seconds=10):
    """(allowed, per cent) of the next 0x52, which is answered."""
    body = p.expect(0x52, seconds)
    p.send(0x51, p.pile + b"\x01")
    return body[7] == 0, body[8]


def shares(site, station):
    return dict(site.i.rows("select p.serial, h.share from load_share h join pile p on p.id = h.pile_id where h.station_id = %s", station))


def finish(p, no):
    now = int(time.time())
    p.record(no, now - 600, now, 20000)
    assert p.acknowledged(no)


@pytest.mark.feature("W4")
def test_two_piles_share_equally_and_the_one_that_stays_gets_all_again(site, shed, unused):
    serials = [next(unused), next(unused)]
    station = shed(90, "equal", serials)
    a, b = (site.pile(s) for s in serials)
    first, _ = start_by_app(site, a)
    take(site, a, first, 60)
    wait_for(lambda: shares(site, station) == {serials[0]: RATED}, 8, "it has all it is rated for")
    second, _ = start_by_app(site, b)
    assert told(a) == (True, 75) and told(b) == (True, 75)
    take(site, b, second, 45)
    take(site, a, first, 45, 12000)
    wait_for(lambda: shares(site, station) == {s: 45000 for s in serials}, 5, "as they were told")
    assert a.silence(0x52, 3) and not [k for k, _ in b.kept if k == 0x52]     # nothing changes, nothing is said
    finish(a, first)
    assert told(a) == (True, 100) and told(b) == (True, 100)
    assert wait_for(lambda: shares(site, station) == {serials[1]: RATED}, 5, "alone")
    ids = [site.pile_id(s) for s in serials]
    wait_for(lambda: site.i.rows("select status from command where kind = 'set_work' and pile_id in (%s, %s)", *ids) == [("done",)] * 4, 5, "all answered")
    assert site.i.value("select max(share) from load_sample where station_id = %s and pile_id = 0", station) == 90000
    finish(b, second)


@pytest.mark.feature("W4", "N4")
def test_priority_over_two_protocols_and_more_only_after_less_is_answered(site, shed, unused):
    ykc, ocpp = next(unused), next(unused)
    site.i.sql("update pile set protocol = 'ocpp16', load_priority = 5 where serial = %s", ocpp)
    station = shed(70, "priority", [ykc, ocpp])
    p = site.pile(ykc)
    no, _ = start_by_app(site, p)
    take(site, p, no, 60)
    s = Station(site.i.ocpp, ocpp)
    s.boot()
    _, transaction, _ = test_ocpp.start_by_app(site, s)
    assert told(p) == (True, 30)                              # the least it can; the other one has priority
    profile = s.expect("SetChargingProfile", 8, status="Accepted")
    assert profile["connectorId"] == 0 and profile["csChargingProfiles"]["chargingProfilePurpose"] == "ChargePointMaxProfile"
    schedule = profile["csChargingProfiles"]["chargingSchedule"]
    assert (schedule["chargingRateUnit"], [x["limit"] for x in schedule["chargingSchedulePeriod"]]) == ("W", [52000])
    take(site, p, no, 18, 12000)
    site.i.sql("update station set load_limit = 40 where id = %s", station)
    schedule = s.expect("SetChargingProfile", 8, status="Accepted")["csChargingProfiles"]["chargingSchedule"]
    assert [x["limit"] for x in schedule["chargingSchedulePeriod"]] == [22000]
    s.stop(transaction, 3000)
    schedule = s.expect("SetChargingProfile", 8, status="Accepted")["csChargingProfiles"]["chargingSchedule"]
    assert [x["limit"] for x in schedule["chargingSchedulePeriod"]] == [RATED]        # it is free again
    assert told(p) == (True, 66)                              # 40 of 60 kW, in whole per cent, never above
    site.i.sql("update station set load_limit = null where id = %s", station)
    assert told(p) == (True, 100)
    wait_for(lambda: site.i.value("select count(*) from station_load where station_id = %s", station) == 0, 5, "forgotten")
    finish(p, no)
    s.close()


@pytest.mark.feature("W4")
def test_a_model_that_cannot_be_told_is_counted_with_its_rating(site, shed, unused):
    dumb, wise = next(unused), next(unused)
    station = shed(90, "equal", [dumb, wise])
    model = site.insert("pile_model", brand="旧", name="M0", protocol="ykc", can_set_work=0)
    site.i.sql("update pile set model_id = %s where serial = %s", model, dumb)
    a, b = site.pile(dumb), site.pile(wise)
    first, _ = start_by_app(site, a)
    take(site, a, first, 30)
    second, _ = start_by_app(site, b)
    assert told(b) == (True, 50)                              # the other one may take 60 of the 90 kW
    assert dumb not in shares(site, station)
    assert a.silence(0x52, 2)
    finish(a, first)
    finish(b, second)
