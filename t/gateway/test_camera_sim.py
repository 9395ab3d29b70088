"""Virtual cameras and bay locks of chargeops-pilesim at a real broker: cars come, charge, overstay and leave (K2, K3, K5, K7, P10)."""
import html
import re

import pytest

from clerk import Clerk
from fleet import Fleet
from instance import wait_for
from test_camera import Place


class Yard(Place):
    """The gateway's station: a lane camera, a bay of gun 1 of a pile with a lock, one whose lock is on the bus, one without."""

    def __init__(self, site, serial):
        self.at, self.clerk, self.n, self.site, self.area = site.i, Clerk(site.i), 100, site, site.area
        (self.gun,), (self.bus,), (self.open,) = self.bays(1, "relay"), self.bays(1, "rs485"), self.bays(1)
        self.connect_gun(site.connector(serial), serial)
        self.clerk.send(f"/admin/bay/{self.bus}/edit", {"lock_address": 10})
        self.lane = self.camera("", vendor="vz_lane")
        self.left = self.camera(self.gun, self.bus, rs485_open="A5LL01", rs485_close="A5LL02", rs485_query="A5LL03", rs485_is_down="5ALLFF", rs485_is_up="5ALL55")
        self.right = self.camera(self.open)
        self.lines = [f"{self.lane.serial} {self.lane.key} lane", f"{self.left.serial} {self.left.key} bay relay:{serial}:1 bus0A",
                      f"{self.right.serial} {self.right.key} bay open"]

    def connect_gun(self, connector, serial):
        """The bay's gun is one of eight hundred: typed and chosen, as the page's script does it, or its words alone."""
        page, form = self.clerk.form(f"/admin/bay/{self.gun}/edit")
        address = html.unescape(re.search(r'data-lookup="(/admin/connector/lookup\?for=bay.connector_id[^"]*)"', page.html)[1])
        assert f"station_id={self.site.station}" in address, "guns of its station alone are offered"
        found = self.clerk.web.http.get(f"{self.at.url}{address}&q={serial[-4:]}", headers={"Accept": "application/json"}, timeout=10).json()
        title = next(f["title"] for f in found if f["id"] == connector)
        stored = "select connector_id from bay where id = %s"
        for values in ({"connector_id_q": title}, {"connector_id": "", "connector_id_q": ""}, {"connector_id": connector, "connector_id_q": title}):
            self.clerk.send(f"/admin/bay/{self.gun}/edit", values)
            assert self.at.value(stored, self.gun) == (connector if values["connector_id_q"] else None), values
        self.clerk.send(f"/admin/bay/{self.gun}/edit", {"connector_id_q": "没有这把枪"}, 422)
        assert self.at.value(stored, self.gun) == connector

    def is_(self, bay, *want):
        wait_for(lambda: self.bay(bay)[:len(want)] == want, 10, f"bay is {want}: {self.bay(bay)}")


@pytest.fixture(scope="module")
def yard(site, unused, tmp_path_factory):
    serial, folder = next(unused), tmp_path_factory.mktemp("yard")
    made = Yard(site, serial)
    site.i.sql("update tariff_version set occupancy_free_minutes = 0, occupancy_unit_minutes = 30, occupancy_price = 2, occupancy_cap = 5")
    site.i.sql("update pile set occupancy_charged = 1 where serial = %s", serial)
    made.clerk.add("whitelist", {"plate": "苏B00001", "station_id": site.station})
    (folder / "cameras").write_text("\n".join(made.lines) + "\n")
    made.serial = serial
    made.card, physical = site.card(100)
    made.fleet = Fleet(site, [f"{serial} 1"], folder, "--cameras", folder / "cameras", "--overstay", 1, "--speedup", 8, "--take", 1, "--charging", 100,
                       cards=[f"{physical} - 苏AD77777"])
    wait_for(lambda: made.fleet.totals()["linked"] == "3", 20, "the broker knows all cameras")
    yield made
    made.fleet.end()


def word(yard, camera, bay):
    return dict(w.split("=") for w in yard.fleet.ask(f"camera {camera.serial} {bay}").split()[1:])


@pytest.mark.feature("K2", "K3", "K7")
def test_a_lock_on_the_bus_lets_in_who_may(yard):
    for wrong in ("camera nobody 1", f"camera {yard.left.serial} 3", f"come {yard.lane.serial} 1"):
        with pytest.raises(AssertionError, match="no such bay"):
            yard.fleet.ask(wrong)
    wait_for(lambda: yard.at.value("select count(*) from camera where online = 1 and id in %s", (yard.lane.id, yard.left.id, yard.right.id)) == 3, 15, "online")
    yard.clerk.act("camera", yard.left.id, "sync_lock")
    wait_for(lambda: yard.bay(yard.bus)[2] == "up", 10, "the lock says where it is")
    yard.fleet.ask(f"come {yard.left.serial} 2 苏B00001")
    yard.is_(yard.bus, "exempt", "苏B00001", "down")
    assert word(yard, yard.left, 2) == {"bay": "standing", "plate": "苏B00001", "lock": "down", "link": "up"}
    with pytest.raises(AssertionError, match="not free"):
        yard.fleet.ask(f"come {yard.left.serial} 2")
    yard.fleet.ask(f"leave {yard.left.serial} 2")
    yard.is_(yard.bus, "empty", "", "up")
    yard.fleet.ask(f"come {yard.left.serial} 2 苏B00002")
    wait_for(lambda: yard.at.value("select count(*) from bay_event where bay_id = %s and outcome = 'refused'", yard.bus) == 1, 10, "who may not is refused")
    assert word(yard, yard.left, 2)["bay"] == "waiting"
    yard.fleet.ask(f"leave {yard.left.serial} 2")


@pytest.mark.feature("K3", "K5")
def test_the_lane_sees_who_drives_in_and_pictures_come(yard):
    yard.fleet.ask(f"come {yard.right.serial} 1 苏AD00009")
    yard.is_(yard.open, "occupied", "苏AD00009")
    wait_for(lambda: yard.at.value("select count(*) from bay_event where camera_id = %s and plate = '苏AD00009'", yard.lane.id) == 1, 10, "the lane saw it")
    yard.clerk.act("camera", yard.right.id, "snapshot")
    wait_for(lambda: yard.at.value("select count(*) from snapshot where camera_id = %s and cause = 'manual' and bytes > 500", yard.right.id) == 1, 10, "the picture")
    yard.fleet.ask(f"leave {yard.right.serial} 1")
    yard.is_(yard.open, "empty", "")


@pytest.mark.feature("K3")
def test_plates_read_badly_or_not_at_all_wait_for_a_person(yard, tmp_path):
    def event(sight):
        return wait_for(lambda: yard.at.rows("select id, plate, confidence < 80, outcome, review from bay_event where bay_id = %s and kind = 'seen' order by id desc limit 1",
                                             yard.open), 10, sight)[0]
    with pytest.raises(AssertionError, match="clear, weak or unread"):
        yard.fleet.ask(f"come {yard.right.serial} 1 苏AD00012 blind")
    yard.fleet.ask(f"come {yard.right.serial} 1 苏AD00012 unread")
    yard.is_(yard.open, "occupied", "")
    assert event("unread")[1:] == ("", 1, "entered", "open")
    yard.fleet.ask(f"leave {yard.right.serial} 1")
    yard.is_(yard.open, "empty", "")
    yard.fleet.ask(f"come {yard.right.serial} 1 苏AD00013 weak")
    yard.is_(yard.open, "occupied", "")
    record, *rest = event("weak")
    assert rest == ["苏AD00018", 1, "entered", "open"] and "苏AD00018" in yard.clerk.get("/admin/bay_event?tab=review").text
    yard.clerk.act("bay_event", record, "read", {"plate": "苏AD00013"})
    assert yard.bay(yard.open)[1] == "苏AD00013"
    yard.fleet.ask(f"leave {yard.right.serial} 1")
    (bay,) = yard.bays(1)
    camera = yard.camera(bay)
    (tmp_path / "cameras").write_text(f"{camera.serial} {camera.key} bay open\n")
    other = Fleet(yard.site, [], tmp_path, "--cameras", tmp_path / "cameras", "--occupied", 100, "--stay", 2, "--unread", 100)
    try:                                         # by chance: each car of these
        wait_for(lambda: yard.at.value("select count(*) from bay_event where camera_id = %s and kind = 'seen'", camera.id) >= 3, 40, "cars come")
    finally:
        other.end()
    assert {r for (r,) in yard.at.rows("select review from bay_event where camera_id = %s and kind = 'seen'", camera.id)} == {"open"}


@pytest.mark.feature("K8", "P10")
def test_a_driver_parks_charges_overstays_and_leaves(yard):
    done = "select count(*) from session_occupancy o join bay_stay y on y.id = o.stay_id where y.bay_id = %s and o.left_at is not null"
    wait_for(lambda: yard.at.value(done, yard.gun) >= 1, 60, "a car came, charged, stayed and left")
    plate, charged, ended = yard.at.rows("select y.plate, y.left_at >= s.ended_at, o.ended_by from session_occupancy o join bay_stay y on y.id = o.stay_id"
                                         " join session s on s.id = o.session_id where y.bay_id = %s order by y.id limit 1", yard.gun)[0]
    assert (plate, charged, ended) == ("苏AD77777", 1, "left")
