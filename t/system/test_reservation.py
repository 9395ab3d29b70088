"""Bookings as drivers and clerks see them (R1-R4, U8, S8): the rules themselves are in reservation_test.c."""
import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, errors  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from test_driver import World, start, state  # noqa: E402


class Booking(World):
    """Piles 1 to 4 are there; all may be booked for 2 yuan and two hours."""

    def __init__(self, instance, folder):
        super().__init__(instance, folder)
        self.clerk = Clerk(instance)
        instance.sql("update tariff_version set booking_minutes = 120, booking_price = 2")
        instance.sql("update station set bookable = 1")
        instance.sql("update pile set bookable = 1")
        wait_for(lambda: instance.value("select count(*) from connector_live where state = 'idle'") == 8, 20, "idle piles")

    def owner(self, pile, yuan=50, certified=1):
        """A driver whose car is certified, with money in the wallet."""
        web, phone = self.driver(pile)
        self.i.sql("update member set certified = %s, plate = '粤B12345' where phone = %s", certified, phone)
        member = self.i.value("select id from member where phone = %s", phone)
        if yuan:
            self.clerk.act("member", member, "recharge", {"cash_amount": str(yuan)})
        return web, phone

    def book(self, web, pile, **values):
        page = web.get(f"/c/{self.code(pile)}")
        return web.submit(page, page.form("once", "book_plate"), values)

    def token(self, web):
        return dict(web.get("/d/").form(action="/logout").values)["_csrf"]

    def later(self, path, seconds):
        """The booking of that page was made so much earlier."""
        self.i.sql("update reservation set booked_at = booked_at - interval %s second, expires_at = expires_at - interval %s second where id = %s",
                   seconds, seconds, path.rsplit("/", 1)[1])

    def word(self, path, column="state"):
        return self.i.value(f"select {column} from reservation where id = %s", path.rsplit("/", 1)[1])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    instance = Instance("booking")
    instance.up("--bare")
    made = None
    try:
        made = Booking(instance, tmp_path_factory.mktemp("fleet"))
        yield made
    finally:
        if made:
            made.fleet.end()
        instance.destroy()


@pytest.mark.feature("R1", "U8", "P9")
def test_who_is_not_certified_is_told_so_and_cannot_post(world):
    web, phone = world.owner(1, certified=0)
    page = web.get(f"/c/{world.code(1)}")
    assert "¥2.00" in page.text and "120 分钟" in page.text and "认证车主" in page.text
    assert not [f for f in page.forms if "book_plate" in f]
    once = dict(page.form("once", "pay").values)
    refused = web.post(f"/c/{world.code(1)}/book", {"_csrf": once["_csrf"], "once": "0" * 32, "book_plate": ""})
    assert refused.status == 422 and "认证车主" in refused.text
    assert world.i.value("select count(*) from reservation") == 0


@pytest.mark.feature("R1", "R2", "U8")
def test_booked_seen_and_given_up(world):
    web, phone = world.owner(1)
    done = world.book(web, 1, book_plate="粤b 54321")
    path = re.search(r"/d/reservation/\d+$", done.url)[0]
    assert "预约中" in done.text and "粤B54321" in done.text and "¥2.00" in done.text and "全额退回" in done.text
    assert "查看预约" in web.get(f"/c/{world.code(1)}").text
    world.i.sql("update station set plate_required = 1")
    assert dict(web.get(f"/c/{world.code(1)}").form("once", "pay").values)["plate"] == "粤B54321", "the booking's car, not the member's other one"
    world.i.sql("update station set plate_required = 0")
    assert "2.00" in web.get("/d/wallet").text and "预约中" in web.get("/d/reservation").text

    other, _ = world.owner(1)
    page = other.get(f"/c/{world.code(1)}")
    assert "已被他人预约" in page.text and not [f for f in page.forms if "once" in f]
    assert other.get(path).status == 404
    assert other.post(f"{path}/cancel", {"_csrf": world.token(other)}).status == 404
    assert world.word(path) == "booked"

    page = web.get(f"/c/{world.code(2)}")
    second = web.submit(page, page.form("once", "book_plate"))
    assert second.status == 422 and "预约尚未结束" in second.text

    page = web.get(path)
    gone = web.submit(page, next(f for f in page.forms if f.action.endswith("/cancel")))
    assert "预约取消" in gone.text and "已退回" in gone.text and not [f for f in gone.forms if f.action.endswith("/cancel")]
    again = web.post(f"{path}/cancel", {"_csrf": world.token(web)})
    assert again.status == 200 and world.word(path, "version") == 2, "a second time changes nothing"
    assert world.i.value("select count(*) from audit where resource = 'reservation' and record_id = %s and action in ('book', 'cancel')",
                         path.rsplit("/", 1)[1]) == 2


@pytest.mark.feature("R3")
def test_two_hours_and_a_second_later_it_has_run_out(world):
    web, phone = world.owner(1)
    path = re.search(r"/d/reservation/\d+$", world.book(web, 1).url)[0]
    world.later(path, 7200 - 60)
    world.i.job("expire")
    assert world.word(path) == "booked"
    assert "不退" in web.get(path).text, "the free minutes are over"
    world.later(path, 61)
    world.i.job("expire")
    assert world.word(path, "concat(state, ' ', fee_state)") == "timeout kept"
    row = world.i.rows("select * from reservation where id = %s", path.rsplit("/", 1)[1])
    world.i.job("expire")
    assert world.i.rows("select * from reservation where id = %s", path.rsplit("/", 1)[1]) == row
    assert "预约超时" in web.get(path).text
    assert "findings=0" in world.i.job("ledger_proof")


@pytest.mark.feature("R2", "R4", "O1", "U8")
def test_the_charge_completes_it_and_clerks_find_both(world):
    web, phone = world.owner(2)
    path = re.search(r"/d/reservation/\d+$", world.book(web, 2).url)[0]
    no = world.word(path, "no")
    world.plug(2)
    page = web.get(f"/c/{world.code(2)}")
    assert "为您保留至" in page.text
    live = start(web, world, 2)
    session = re.search(r"/d/session/\d+$", live.url)[0]
    wait_for(lambda: state(web, session) == "charging", 20, "charging")
    assert world.word(path) == "occupying" and session in web.get(path).html
    page = web.get(session)
    web.submit(page, next(f for f in page.forms if f.action.endswith("/stop")))
    wait_for(lambda: state(web, session) == "finished", 20, "finished")
    assert world.word(path, "concat(state, ' ', ended_by, ' ', fee_state)") == "done charge kept"

    clerk = world.clerk
    found = clerk.get(f"/admin/session?reservation_no={no}")
    assert phone[-4:] in found.text and found.html.count('href="/admin/session/') >= 1
    pile = world.i.value("select code from pile where id = %s", world.word(path, "pile_id"))
    for query in (f"no={no}", f"phone={phone}", "plate=粤B12345", f"pile_code={pile}", "state=done", f"station_id={world.site.station}"):
        assert no in clerk.get(f"/admin/reservation?{query}").text, query
    assert no not in clerk.get("/admin/reservation?state=booked").text
    record = path.replace("/d/", "/admin/")
    show = clerk.get(record)
    assert all(word in show.text for word in ("开闸时间", "关闸时间", "占位时长", "粤B12345", "预约费"))
    assert world.i.value("select no from session where id = %s", session.rsplit("/", 1)[1]) in clerk.get(f"{record}?tab=session").text
    assert "findings=0" in world.i.job("ledger_proof")


@pytest.mark.feature("R4")
def test_the_platform_ends_it_once_with_a_reason(world):
    web, phone = world.owner(3)
    path = re.search(r"/d/reservation/\d+$", world.book(web, 3).url)[0]
    record = int(path.rsplit("/", 1)[1])
    assert world.clerk.act("reservation", record, "end", {"reason": ""}, 422)
    world.clerk.act("reservation", record, "end", {"reason": "充电桩检修"})
    assert world.word(path, "concat(state, ' ', ended_by, ' ', fee_state, ' ', note)") == "done platform returned 充电桩检修"
    twice = world.clerk.post(f"/admin/reservation/{record}/end", {"reason": "x"})
    assert twice.status in (404, 409, 422)
    assert "预约完成" in web.get(path).text


@pytest.mark.feature("S8")
def test_a_station_says_whether_it_may_be_booked(world):
    clerk, station = world.clerk, world.site.station
    web, _ = world.owner(4)
    assert "预约这把枪" in web.get(f"/c/{world.code(4)}").text
    clerk.send(f"/admin/station/{station}/edit", {"bookable": ""})
    assert "预约这把枪" not in web.get(f"/c/{world.code(4)}").text
    clerk.send(f"/admin/station/{station}/edit", {"bookable": "1"})
    assert "预约这把枪" in web.get(f"/c/{world.code(4)}").text
    assert world.i.value("select bookable from station where id = %s", station) == 1
    bike = clerk.send("/admin/station/new", {"provider_id": world.site.provider, "property_id": world.site.property, "name": "单车站",
                                              "kind": "ebike", "bookable": "1"}, 422)
    assert any("汽车电站" in e for e in errors(bike))
