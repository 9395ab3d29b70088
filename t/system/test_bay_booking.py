"""A booked bay: whom its lock lets in, that its car's coming and going are the booking's, what it costs (K1, K3, K7, K8, R1-R5)."""
import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from instance import Instance, wait_for  # noqa: E402
from test_camera import Camera, Place  # noqa: E402
from test_driver import start, state  # noqa: E402
from test_reservation import Booking  # noqa: E402


class Bays(Booking, Place):
    """A camera watches the bay of gun 1 of each of the piles 1 to 4; 15 minutes of occupancy are free, then 2 yuan each begun half hour, 5 at most."""

    def __init__(self, instance, folder):
        Booking.__init__(self, instance, folder)
        self.at, self.n = instance, 0
        self.area = instance.value("select id from area where station_id = %s", self.site.station)
        instance.sql("update tariff_version set occupancy_free_minutes = 15, occupancy_unit_minutes = 30, occupancy_price = 2, occupancy_cap = 5")
        instance.sql("update pile set occupancy_charged = 1")
        instance.sql("update pile_live set connected_at = connected_at - interval 1 day")

    def spot(self, pile, lock="relay", gun=1):
        """(bay, camera): made once a gun; the lock is up."""
        (bay,) = self.bays(1, lock)
        self.clerk.send(f"/admin/bay/{bay}/edit", {"connector_id": self.site.connector(self.site.serials[pile - 1], gun)})
        camera = self.camera(bay).connect()
        self.at.sql("update bay set lock_state = 'up' where id = %s and lock_type <> 'none'", bay)
        return bay, camera

    def booked(self, web, pile, **values):
        return re.search(r"/d/reservation/\d+$", self.book(web, pile, **values).url)[0]

    def let_in(self, camera, bay, plate, **more):
        """The camera sees the car, the lock goes down for it."""
        assert camera.tell(1, plate, **more)[2] == "opened"
        camera.answer(camera.link.take())
        wait_for(lambda: self.bay(bay)[2] == "down", 5, "the lock is down")

    def drive_out(self, camera, bay, **more):
        assert camera.tell(4, **more)[2] == "left"
        order = camera.link.take()
        if order:
            assert order[1]["payload"]["body"]["io"] == 1
            camera.answer(order)
            wait_for(lambda: self.bay(bay)[2] == "up", 5, "the lock is up")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    instance = Instance("baybooking")
    instance.up("--bare")
    made = None
    try:
        made = Bays(instance, tmp_path_factory.mktemp("fleet"))
        yield made
    finally:
        if made:
            made.fleet.end()
        instance.destroy()


@pytest.fixture(scope="module")
def first(world):
    return world.spot(1)


@pytest.mark.feature("K1", "R1")
def test_a_disabled_bay_and_one_with_a_car_cannot_be_booked(world, first):
    bay, camera = first
    web, _ = world.owner(1)
    page = web.get(f"/c/{world.code(1)}")
    form = page.form("once", "book_plate")
    world.clerk.act("bay", bay, "disable")
    assert "预约这把枪" not in web.get(f"/c/{world.code(1)}").text
    refused = web.submit(page, form)
    assert refused.status == 422 and "该车位已停用" in refused.text
    world.clerk.act("bay", bay, "enable")
    world.at.sql("update bay set state = 'occupied' where id = %s", bay)
    refused = web.submit(page, form)
    assert refused.status == 422 and "该车位已有车辆" in refused.text
    world.at.sql("update bay set state = 'empty' where id = %s", bay)
    assert world.at.value("select count(*) from reservation") == 0
    done = web.submit(page, form)
    world.clerk.act("reservation", int(done.url.rsplit("/", 1)[1]), "end", {"reason": "另有安排"})


@pytest.mark.feature("R2", "R4", "R5", "K8", "P9")
def test_the_booking_is_its_cars_from_entering_to_leaving(world, first):
    bay, camera = first
    web, phone = world.owner(1)
    path = world.booked(web, 1, book_plate="粤BD20001")
    camera.state(bay, "booked")
    assert camera.tell(1, "粤BD20009")[2] == "refused"                         # a new-energy car like any other: the bay is kept
    assert camera.tell(1, "粤B20008", color=1)[2] == "refused"
    assert camera.link.take(0.3) is None and world.word(path) == "booked"
    world.later(path, 7000)
    world.let_in(camera, bay, "粤BD20001")
    assert world.bay(bay)[0] == "occupied" and world.word(path, "concat(state, ' ', by_bay)") == "occupying 1"
    assert world.word(path, "bay") == world.at.value("select name from bay where id = %s", bay)
    assert world.word(path, "gate_opened_at") is not None and "占位中" in web.get(path).text
    # it came an hour and a quarter ago: 75 minutes, 60 to pay
    world.at.sql("update reservation set entered_at = entered_at - interval 75 minute where id = %s", path.rsplit("/", 1)[1])
    world.drive_out(camera, bay)
    assert world.word(path, "concat(state, ' ', ended_by, ' ', fee_state)") == "done left kept"
    row = world.at.rows("select occupancy_minutes, occupancy_fee, gate_closed_at is not null from reservation where id = %s", path.rsplit("/", 1)[1])[0]
    assert row[0] in (75, 76) and row[1:] == (4, 1)
    assert world.bay(bay)[0] == "empty"
    assert world.at.value("select reservation_id from bay_stay where bay_id = %s order by id desc limit 1", bay) == int(path.rsplit("/", 1)[1])
    assert world.at.value("select sum(p.amount) from posting p join account a on a.id = p.account_id where a.kind = 'income_occupancy'") == 4
    page = web.get(path)
    assert "预约完成" in page.text and "¥4.00" in page.text
    assert "findings=0" in world.at.job("ledger_proof")


@pytest.mark.feature("R2", "R3")
def test_a_booking_that_ends_elsewhere_frees_the_bay(world, first):
    bay, camera = first
    web, _ = world.owner(1)
    path = world.booked(web, 1, book_plate="粤BD21001")
    camera.state(bay, "booked")
    world.later(path, 7201)
    world.at.job("expire")
    camera.state(bay, "empty")
    world.let_in(camera, bay, "粤BD21002")                                    # whose booking has run out keeps nobody out
    assert world.word(path) == "timeout"
    web.get(f"/c/{world.code(1)}")
    world.drive_out(camera, bay)
    path = world.booked(web, 1, book_plate="粤BD21001")
    camera.state(bay, "booked")
    world.clerk.act("reservation", int(path.rsplit("/", 1)[1]), "end", {"reason": "检修"})
    camera.state(bay, "empty")


@pytest.mark.feature("R2", "K3")
def test_a_plate_that_a_person_reads_is_the_bookings_too(world):
    bay, camera = world.spot(2, "none")
    web, _ = world.owner(2)
    path = world.booked(web, 2, book_plate="粤BD22001")
    camera.state(bay, "booked")
    assert camera.tell(1, "粤BD2Z0O1", confidence=30, reco="weak")[3] == "open"
    assert world.bay(bay)[0] == "occupied" and world.word(path) == "booked"
    event = world.at.value("select id from bay_event where camera_id = %s and their_id like 'weak%%'", camera.id)
    world.clerk.act("bay_event", event, "read", {"plate": "粤BD22001"})
    assert world.word(path) == "occupying"
    assert camera.tell(4)[2] == "left"
    assert world.word(path, "concat(state, ' ', occupancy_minutes)") == "done 0"


@pytest.mark.feature("R5", "K7")
def test_a_whitelisted_car_with_a_booking_is_not_counted(world):
    bay, camera = world.spot(3, "none")
    web, _ = world.owner(3)
    world.clerk.add("whitelist", {"plate": "粤BD23001", "station_id": world.site.station})
    path = world.booked(web, 3, book_plate="粤BD23001")
    assert camera.tell(1, "粤BD23001")[2] == "entered"
    assert world.bay(bay)[0] == "exempt" and world.word(path, "whitelisted") == 1
    world.at.sql("update reservation set entered_at = entered_at - interval 300 minute where id = %s", path.rsplit("/", 1)[1])
    camera.tell(4)
    assert world.at.rows("select state, occupancy_minutes, occupancy_fee from reservation where id = %s", path.rsplit("/", 1)[1]) == [("done", 0, 0)]


def charged(world, web, pile):
    """The path of a charge that is over; the plug is still in."""
    world.plug(pile)
    session = re.search(r"/d/session/\d+$", start(web, world, pile).url)[0]
    wait_for(lambda: state(web, session) == "charging", 20, "charging")
    page = web.get(session)
    web.submit(page, next(f for f in page.forms if f.action.endswith("/stop")))
    wait_for(lambda: state(web, session) == "finished", 20, "finished")
    return session


@pytest.mark.feature("P10", "U4", "O12", "F1")
def test_who_stays_plugged_in_pays_and_sees_why(world):
    web, phone = world.owner(4)
    session = charged(world, web, 4)
    record = int(session.rsplit("/", 1)[1])
    page = web.get(session)
    assert "请及时拔枪驶离" in page.text and "充电结束后免费 15 分钟，之后 ¥2.00/30 分钟" in page.text and "每单最多 ¥5.00" in page.text
    world.at.sql("update session_occupancy set from_at = from_at - interval 46 minute where session_id = %s", record)
    world.fleet.ask(f"unplug {world.site.serials[3]} 1")
    wait_for(lambda: world.at.value("select plugged from connector_live where connector_id = %s", world.site.connector(world.site.serials[3], 1)) == 0, 10, "unplugged")
    world.at.job("expire")
    fee, amount = world.at.rows("select occupancy_fee, amount from session where id = %s", record)[0]
    assert fee == 4
    page = web.get(session)
    assert f"¥{amount + 4:.2f}" in page.text and "46 分钟" in page.text and "请及时拔枪驶离" not in page.text
    show = world.clerk.get(f"/admin/session/{record}")
    assert "46 分钟" in show.text and "按插枪状态" in show.text and "拔枪" in show.text and "占位费收入" in show.text
    assert "4.00" in web.get("/d/wallet").text
    before = world.at.value("select balance from account where owner_kind = 'member' and kind = 'cash' and owner_id = (select id from member where phone = %s)", phone)
    assert world.clerk.act("session", record, "waive", {"note": ""}, 422)
    world.clerk.act("session", record, "waive", {"note": "现场排队，已协商"})
    after = world.at.value("select balance from account where owner_kind = 'member' and kind = 'cash' and owner_id = (select id from member where phone = %s)", phone)
    assert after == before + 4 and "已减免" in web.get(session).text and "已减免" in world.clerk.get(f"/admin/session/{record}").text
    assert "减免占位费" not in [a for a in re.findall(r'/waive"[^>]*>([^<]+)<', world.clerk.get(f"/admin/session/{record}").html)]
    assert "findings=0" in world.at.job("ledger_proof")


@pytest.mark.feature("P10", "K8", "R2", "R5")
def test_a_booked_car_charges_stays_and_pays_once(world, first):
    bay, camera = first
    web, phone = world.owner(1)
    path = world.booked(web, 1, book_plate="粤BD24001")
    camera.state(bay, "booked")
    world.let_in(camera, bay, "粤BD24001")
    session = charged(world, web, 1)
    record = int(session.rsplit("/", 1)[1])
    assert world.word(path) == "occupying", "the car stands there still"
    world.fleet.ask(f"unplug {world.site.serials[0]} 1")
    world.at.job("expire")
    assert world.at.value("select open_connector_id is not null from session_occupancy where session_id = %s", record) == 1, "the camera sees it"
    world.at.sql("update session_occupancy set from_at = from_at - interval 50 minute where session_id = %s", record)
    world.at.sql("update reservation set entered_at = entered_at - interval 50 minute where id = %s", path.rsplit("/", 1)[1])
    world.drive_out(camera, bay)
    assert world.at.value("select occupancy_fee from session where id = %s", record) == 4
    assert world.word(path, "concat(state, ' ', occupancy_fee)") == "done 0.00000", "never both"
    assert "按车位相机" in world.clerk.get(f"/admin/session/{record}").text
    assert "findings=0" in world.at.job("ledger_proof")


@pytest.mark.feature("U8", "K4", "R2", "R4")
def test_the_bookings_driver_moves_the_lock_at_arrival(world, first):
    bay, camera = first
    web, phone = world.owner(1)

    def lock(to, who=web, status=200):
        done = who.post(f"{path}/lock", {"_csrf": world.token(who), "to": to})
        assert done.status == status, done.text[:300]
        return done

    def orders():
        return world.at.value("select count(*) from camera_command where bay_id = %s", bay)
    path = world.booked(web, 1, book_plate="粤BD25001")
    camera.state(bay, "booked")
    other, _ = world.owner(1)
    before = orders()
    assert "车位锁已升起" in web.get(path).text and other.post(f"{path}/lock", {"_csrf": world.token(other), "to": "down"}).status == 404
    lock("sideways", status=422)
    assert "不能升起" in lock("up", status=422).text and orders() == before
    assert "正在动作" in lock("down").text
    assert "正在动作" in lock("down", status=422).text and orders() == before + 1, "one order, however often he taps"
    order = camera.link.take()
    assert order[1]["payload"]["body"]["io"] == 0
    camera.answer(order, 500)
    wait_for(lambda: world.bay(bay)[2] == "fault", 5, "the lock has failed")
    assert "没有响应" in web.get(path).text
    lock("down")
    camera.answer(camera.link.take())
    wait_for(lambda: world.bay(bay)[2] == "down", 5, "the lock is down")
    page = web.get(path)
    assert "可以驶入" in page.text and world.word(path, "gate_opened_at") is not None
    web.submit(page, next(f for f in page.forms if f.action.endswith("/lock")))       # he comes later after all
    camera.answer(camera.link.take())
    wait_for(lambda: world.bay(bay)[2] == "up", 5, "the lock is up")
    lock("down")
    camera.answer(camera.link.take())
    wait_for(lambda: world.bay(bay)[2] == "down", 5, "the lock is down")
    assert camera.tell(1, "粤BD25001")[2] == "entered" and world.word(path) == "occupying"
    assert "不能升起" in lock("up", status=422).text, "a car stands there"
    assert world.at.value("select count(*) from audit where resource = 'bay' and record_id = %s and member_id is not null", bay) == 4
    world.drive_out(camera, bay)
    assert world.word(path) == "done"
    assert "预约已结束" in lock("down", status=422).text and "lock-head" not in web.get(path).html
    path = world.booked(web, 1, book_plate="粤BD25001")
    camera.state(bay, "booked")
    world.later(path, 7201)
    assert "预约已结束" in lock("down", status=422).text and camera.link.take(0.3) is None
    world.at.job("expire")
    second, _ = world.owner(2)
    path = world.booked(second, 2, book_plate="粤BD25002")
    assert "lock-head" not in second.get(path).html
    lock("down", second, 422)
