"""Receipts: taken within their window, once; a scanned code tells genuine from forged; redeemed once; counted a day and station (F11)."""
import io
import re
import sys
from pathlib import Path

import openpyxl
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, errors
from instance import Instance
from people import Tenant
from site_rows import Site
from test_invoice import World as Invoicing, text_of


def csrf(web):
    return re.search(r'name="_csrf" value="([0-9a-f]+)"', web.get("/d/").html)[1]


class Desk(Invoicing):
    """The orders and drivers of the invoices' world, without its tax service."""

    def __init__(self, i):
        self.i, self.clerk = i, Clerk(i)
        self.site = Site(i, piles=1)
        self.gun = self.site.connector(self.site.serials[0])
        self.web, self.member = self.driver("13820000001")
        i.sql("update station set receipt_on = 1 where id = %s", self.site.station)

    def end(self):
        pass

    def ended(self, seconds_ago, **more):
        order = self.order(**more)
        self.i.sql("update session set ended_at = now() - interval %s second where id = %s", seconds_ago, order)
        return order

    def take(self, order, status=200, web=None):
        web = web or self.web
        done = web.post(f"/d/session/{order}/receipt", {"_csrf": csrf(web)})
        assert done.status == status, done.text
        return done

    def taken(self, order):
        return int(re.search(r"/d/receipt/(\d+)$", self.take(order).url)[1])

    def print(self, receipt, tmp_path):
        page = self.web.get(f"/d/receipt/{receipt}")
        form = next(f for f in page.forms if f.action.endswith("/pdf"))
        answer = self.web.http.post(f"{self.i.url}{form.action}", data=dict(form.values))
        assert answer.headers["Content-Type"] == "application/pdf"
        return text_of(answer.content, tmp_path)

    def proof(self, receipt):
        """What the QR code says after the address."""
        return re.search(r"/d/receipt/check/([0-9a-f]{48})", self.web.get(f"/d/receipt/{receipt}").html)[1]

    def setting(self, name, value):
        self.i.sql("replace into setting (name, value, updated_at) values (%s, %s, now())", name, value)


@pytest.fixture(scope="module")
def desk():
    made = Instance("receipt")
    made.up("--bare")
    try:
        yield Desk(made)
    finally:
        made.destroy()


@pytest.mark.feature("F11", "S10", "U7")
def test_a_receipt_is_taken_once_within_the_hour(desk, tmp_path):
    order = desk.order(plate="粤B12345")
    page = desk.web.get(f"/d/session/{order}")
    assert "领取小票" in page.text
    receipt = desk.taken(order)
    assert desk.taken(order) == receipt, "the second time is the same receipt"
    assert desk.i.value("select count(*) from receipt where session_id = %s", order) == 1
    assert desk.i.value("select timestampdiff(second, ended_at, valid_until) from receipt where id = %s", receipt) == 3600
    assert "查看小票" in desk.web.get(f"/d/session/{order}").text
    no = desk.i.value("select no from receipt where id = %s", receipt)
    text = desk.print(receipt, tmp_path)
    for word in (no, "15.63", "12.500 kWh", "粤B12345", "一站", "第1次"):
        assert word in text, word
    assert "第2次" in desk.print(receipt, tmp_path)
    stranger, _ = desk.driver("13820000099")
    assert stranger.get(f"/d/receipt/{receipt}").status == 404
    assert stranger.post(f"/d/receipt/{receipt}/pdf", {"_csrf": csrf(stranger)}).status in (403, 404)
    assert stranger.post(f"/d/session/{desk.order()}/receipt", {"_csrf": csrf(stranger)}).status == 404


@pytest.mark.feature("F11")
def test_the_window_closes_with_the_hour_and_is_a_setting(desk):
    late, early = desk.ended(3605), desk.ended(3500)
    assert "领取小票" not in desk.web.get(f"/d/session/{late}").text
    assert "已超过" in desk.take(late, 422).text
    desk.taken(early)
    desk.setting("receipt_hours", "2")
    desk.taken(late)
    desk.setting("receipt_hours", "1")


@pytest.mark.feature("F11", "S10")
def test_what_gives_no_receipt(desk):
    order = desk.order()
    desk.i.sql("update station set receipt_on = 0 where id = %s", desk.site.station)
    assert "未开放" in desk.take(order, 422).text and "领取小票" not in desk.web.get(f"/d/session/{order}").text
    desk.clerk.send(f"/admin/station/{desk.site.station}/edit", {"receipt_on": "1"})         # the form of stations switches it on
    assert desk.i.value("select receipt_on from station where id = %s", desk.site.station) == 1
    desk.setting("receipt_on", "0")
    assert "未开放" in desk.take(order, 422).text
    desk.setting("receipt_on", "1")
    for more, word in (({"amount": "0"}, "实付"), ({"refunded": "15.63"}, "实付"), ({"anomaly": "pending"}, "审核"),
                       ({"state": "charging"}, "审核")):
        assert word in desk.take(desk.order(**more), 422).text
    part = desk.taken(desk.order(refunded="5.00"))
    assert str(desk.i.value("select amount from receipt where id = %s", part)) == "10.63000"


@pytest.mark.feature("F11")
def test_anybody_sees_whether_a_scanned_receipt_is_genuine(desk):
    receipt = desk.taken(desk.order())
    anybody = desk.i.session()
    good = desk.proof(receipt)

    def says(c, status=200):
        page = anybody.get(f"/d/receipt/check/{c}")
        assert page.status == status, page.text
        return page.text

    text = says(good)
    assert "真实有效" in text and "15.63" in text and desk.i.value("select no from receipt where id = %s", receipt) in text
    assert "13820000001" not in text and "1382" not in text
    for forged in (good[:24] + good[:24], good[:-1] + ("0" if good[-1] != "0" else "1"), "0" * 48, good[:24], good.upper() + "A", good[:47] + "%20"):
        text = says(forged, 404)
        assert "查无此小票" in text and "15.63" not in text
    desk.i.sql("update receipt set amount = 99 where id = %s", receipt)
    assert "查无此小票" in says(good, 404), "what stands in the table is not what was signed"
    desk.i.sql("update receipt set amount = 15.63 where id = %s", receipt)
    desk.i.sql("update session set refunded = 3 where id = (select session_id from receipt where id = %s)", receipt)
    assert "现实付金额" in says(good) and "12.63" in says(good)
    desk.clerk.act("receipt", receipt, "revoke", {"reason": "开错了"})
    text = says(good)
    assert "已作废" in text and "开错了" in text and "真实有效" not in text


@pytest.mark.feature("F11")
def test_a_receipt_is_redeemed_once_and_in_time(desk, tmp_path):
    receipt, late, gone = (desk.taken(desk.order()) for _ in range(3))
    desk.clerk.act("receipt", receipt, "redeem")
    assert desk.i.rows("select state, operator <> '', used_at is not null from receipt where id = %s", receipt) == [("used", 1, 1)]
    again = desk.clerk.post(f"/admin/receipt/{receipt}/redeem", {})
    assert again.status in (404, 409, 422), again.status
    desk.i.sql("update receipt set valid_until = now() - interval 1 second where id = %s", late)
    assert "有效时间" in "".join(errors(desk.clerk.act("receipt", late, "redeem", status=422)))
    assert desk.i.value("select state from receipt where id = %s", late) == "taken"
    desk.clerk.act("receipt", gone, "revoke", {"reason": "x"})
    assert desk.clerk.post(f"/admin/receipt/{gone}/redeem", {}).status in (404, 409, 422)
    assert desk.i.value("select count(*) from audit where resource = 'receipt' and action in ('redeem', 'revoke') and result = 'done'") >= 2
    copy = desk.clerk.web.http.get(f"{desk.i.url}/admin/receipt/{receipt}/copy")
    assert "副本" in text_of(copy.content, tmp_path)
    assert desk.i.value("select prints from receipt where id = %s", receipt) == 0, "a clerk's copy is no print of the driver"


@pytest.mark.feature("F11")
def test_the_counts_a_day_and_station_are_of_the_own_stations(desk):
    first = desk.taken(desk.order())
    desk.clerk.act("receipt", first, "redeem")
    taken, used = desk.i.rows("select count(*), sum(state = 'used') from receipt")[0]
    day = str(desk.i.value("select date(now())"))
    page = desk.clerk.get(f"/admin/receipt/count?from={day}&to={day}")
    row = re.search(r"<tbody>(.*?)</tbody>", page.html, re.S)[1]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row)[:4] == [day, "一站", str(taken), str(used)]
    book = openpyxl.load_workbook(io.BytesIO(desk.clerk.web.http.get(f"{desk.i.url}/admin/receipt/count/download?from={day}&to={day}").content))
    assert [c.value for c in book.active[2]][1:4] == ["一站", taken, int(used)]
    assert "没有领取" in desk.clerk.get("/admin/receipt/count?from=2020-01-01&to=2020-01-02").text
    other = Tenant(desk.i, ("receipt.list", "receipt.count", "receipt.show", "receipt.redeem", "receipt.copy"))
    web = other.web()
    page = web.get(f"/admin/receipt/count?from={day}&to={day}")
    assert page.status == 200 and "一站" not in page.text and "没有领取" in page.text
    assert web.get(f"/admin/receipt/{first}/copy").status == 404
    bare = Tenant(desk.i, ("receipt.list",))
    assert bare.web().get("/admin/receipt/count").status == 403
