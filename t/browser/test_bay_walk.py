"""One visit from end to end: a certified driver books on the phone, drives in under the camera, charges, stays too long, leaves and reads the bill; the clerk
sees the same, and the lot's gate gets the relief (R1-R5, U8, K3, K5, K8-K10, K12, P10, U4, O12)."""
import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

import test_parking  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from page import Page  # noqa: E402
from test_bay_booking import Bays  # noqa: E402
from test_camera import jpeg  # noqa: E402

PHONE, PLATE = "13900071001", "粤BD71001"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    instance, made = Instance("bay-walk"), None
    instance.up("--bare")
    try:
        with (instance.var / "chargeops.conf").open("a") as conf:
            conf.write("\nprivate_peers = 1\n")
        for name in ("admin", "courier"):
            instance.run("restart", name)
        made = Bays(instance, tmp_path_factory.mktemp("fleet"))
        made.spots = made.spot(1)
        yield made
    finally:
        if made:
            made.fleet.end()
        instance.destroy()


@pytest.fixture(scope="module")
def gate(world):
    """The gate of the lot in which the station stands; the lot's platform hears of the station's charges."""
    parked = test_parking.World(world.at, world.site)
    parked.plan("充电即减")
    ours = parked.peer("充电站", "charger")
    push = world.clerk.add("parking_push", {"provider_id": world.site.provider, "name": "东门减免", "url": world.at.url + "/open/parking",
                                            "app_id": ours.app_id, "secret_text": ours.key})
    world.clerk.add("parking_bind", {"parking_push_id": push, "station_id": world.site.station, "lot_code": "LOT1"})
    return parked.gate


@pytest.fixture(scope="module")
def story():
    return {}


@pytest.fixture
def page(world, chromium):
    p = Page(chromium, world.at.url)
    p.open("/d/login")
    chromium.get_log("browser")
    yield p
    assert not p.console_errors()


def be(page, cookies):
    """The browser is the clerk's, or the driver's, from now on."""
    page.open("/d/login")
    page.driver.delete_all_cookies()
    for c in cookies:
        page.driver.add_cookie({"name": c["name"], "value": c["value"], "path": "/"})


def as_driver(page, story):
    be(page, story["driver"])
    page.phone()


def as_clerk(page, world):
    be(page, [{"name": c.name, "value": c.value} for c in world.clerk.web.http.cookies])
    page.desktop()


def booking(world, what):
    return world.at.value(f"select {what} from reservation order by id desc limit 1")


@pytest.mark.feature("R1", "U1", "U8")
def test_a_certified_driver_books_on_the_phone(page, world, story):
    be(page, [])
    page.phone()
    page.open(f"/c/{world.code(1)}")
    page.press('a[href^="/d/login"]')
    page.fill(phone=PHONE)
    page.submit("form.box button[type=submit]")
    page.field("code")
    page.fill(code=world.sms(PHONE))
    page.submit("form.box button[type=submit]")
    page.shows("一站")
    member = world.at.value("select id from member where phone = %s", PHONE)
    world.clerk.act("member", member, "certify")
    world.clerk.act("member", member, "recharge", {"cash_amount": "50"})
    page.open(f"/c/{world.code(1)}")
    page.click("预约这把枪")
    page.fill(book_plate=PLATE.lower())
    page.submit(f'form[action="/c/{world.code(1)}/book"] button[type=submit]')
    page.shows("预约中")
    page.shows(PLATE)
    story.update(driver=page.driver.get_cookies(), booking=page.driver.current_url, member=member)
    world.spots[1].state(world.spots[0], "booked")


@pytest.mark.feature("K1", "K3", "K5", "K8", "R2")
def test_the_camera_sees_the_car_and_the_lock_goes_down(page, world, story):
    bay, camera = world.spots
    world.let_in(camera, bay, PLATE, picture=jpeg(200))
    as_driver(page, story)
    page.open(story["booking"])
    page.shows("占位中")
    page.shows(world.at.value("select name from bay where id = %s", bay))
    as_clerk(page, world)
    page.open(f"/admin/station/{world.site.station}/bays")
    page.shows(PLATE)
    page.wait(lambda: page.driver.execute_script("return [...document.images].some(i => i.src.includes('/admin/snapshot/') && i.naturalWidth == 200)"),
              what="the picture")


@pytest.mark.feature("R4", "U2", "U3", "U4")
def test_he_charges_and_the_booking_waits_for_his_leaving(page, world, gate, story):
    as_driver(page, story)
    world.plug(1)
    page.open(story["booking"])
    page.click("去充电")
    page.submit(f'form[action="/c/{world.code(1)}"] button[type=submit]')
    page.wait(lambda: page.one("[data-live]").get_attribute("data-state") == "charging", 20, "it charges")
    page.submit(".stop[type=submit]")
    page.agree()
    page.wait(lambda: page.one("[data-live]").get_attribute("data-state") == "finished", 20, "it is over")
    page.shows("请及时拔枪驶离")
    story["session"] = page.driver.current_url
    assert booking(world, "state") == "occupying"


@pytest.mark.feature("P10", "K8", "R2", "R5", "U4")
def test_he_stays_too_long_and_reads_what_it_cost(page, world, story):
    bay, camera = world.spots
    record = story["session"].rsplit("/", 1)[1]
    world.fleet.ask(f"unplug {world.site.serials[0]} 1")
    world.at.sql("update session_occupancy set from_at = from_at - interval 46 minute where session_id = %s", record)
    world.at.sql("update reservation set entered_at = entered_at - interval 50 minute")
    world.at.sql("update bay_stay set entered_at = entered_at - interval 50 minute where bay_id = %s", bay)
    world.drive_out(camera, bay)
    as_driver(page, story)
    page.open(story["session"])
    page.shows("46 分钟")
    amount, fee = world.at.rows("select amount, occupancy_fee from session where id = %s", record)[0]
    assert fee == 4 and "请及时拔枪驶离" not in page.text()
    page.shows(f"¥{amount + fee:.2f}")
    page.open(story["booking"])
    page.shows("预约完成")
    assert booking(world, "occupancy_fee") == 0, "never both"
    page.open("/d/wallet")
    page.shows("4.00")


@pytest.mark.feature("O12", "P10", "R2", "K8")
def test_the_clerk_sees_the_same_on_the_order(page, world, story):
    as_clerk(page, world)
    page.open("/admin/session/" + story["session"].rsplit("/", 1)[1])
    for word in ("46 分钟", "按车位相机", "占位费收入", PLATE):
        page.shows(word)
    page.open(f"/admin/bay_stay?plate={PLATE}")
    page.wait(lambda: any(PLATE in row.text for row in page.all("tbody tr")), what="the stay")
    assert "findings=0" in world.at.job("ledger_proof")


@pytest.mark.feature("K9", "K10", "K12")
def test_the_gate_lets_him_out_with_his_relief(page, world, gate, story):
    def told():
        return gate.ask("query", lot="LOT1", plate=PLATE)[1]["reliefs"]
    relief = wait_for(told, 15, "the lot knows the charge")[0]
    assert relief["kind"] == "minutes" and relief["minutes"] == 20
    as_clerk(page, world)
    page.open("/admin/parking_delivery")
    page.shows("charge_end")
    payload = world.at.value("select payload from delivery where subject = 'charge_end' order by id desc limit 1")
    assert json.loads(payload)["plate"] == PLATE, "the booking's car"
    assert gate.ask("relief_use", lot="LOT1", relief_no=relief["relief_no"], stay_no="S71") == (10000, {})
    page.open(f"/admin/relief?plate={PLATE}")
    page.shows("已使用")
