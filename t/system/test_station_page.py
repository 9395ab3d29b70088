"""Stations' pictures, map and money: pictures by content and size, places of whom one may see, who takes the money of a start (S3, S7, S12, W13)."""
import re

import pytest

from clerk import Clerk, errors
from pictures import png


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(71)


def send_picture(clerk, station, data, status=200, name="front.png", **values):
    page = clerk.get(f"/admin/station/{station}/picture")
    form = page.form("picture")
    done = clerk.web.submit(page, form, values, files={"picture": (name, data)} if data is not None else None)
    assert done.status == status, f"{done.status} {errors(done)}"
    return done


@pytest.mark.feature("S3")
def test_a_picture_is_known_by_its_bytes_and_kept_small(clerk, site, instance):
    send_picture(clerk, site.station, png(750, 480))
    code = instance.value("select code from station where id = %s", site.station)
    driver = instance.session()
    page = driver.get(f"/d/station/{code}")
    address = re.search(r'src="(/d/picture/[^"]+)"', page.html)[1]
    answer = driver.http.get(driver.base + address.replace("&amp;", "&"))
    assert answer.headers["Content-Type"] == "image/png" and answer.content == png(750, 480)
    for data, says in ((b"GIF89a not of ours", "不是 PNG"), (b"\x89PNG but no", "不是 PNG"), (png(10, 10) + b"\0" * (150 << 10), "150 KB"),
                       (png(4001, 2), "4000 像素"), (b"", "请选择图片")):
        assert says in send_picture(clerk, site.station, data, 422).text
    assert instance.value("select count(*) from station_picture") == 1, "what was there stays"
    page = clerk.get(f"/admin/station/{site.station}/picture")
    clerk.post(f"/admin/station/{site.station}/picture", {"remove": "1"})
    assert driver.get(address).status == 404
    assert instance.value("select count(*) from audit where resource = 'station' and action = 'picture' and record_id = %s", site.station) == 2


@pytest.mark.feature("S3", "W13")
def test_places_of_those_one_may_see(clerk, site, instance):
    clerk.send(f"/admin/station/{site.station}/edit", {"longitude": "118.778400", "latitude": "32.043800"})
    other = clerk.site(72)
    clerk.send(f"/admin/station/{other.station}/edit", {"longitude": "120.1", "latitude": "30.2"})
    body = clerk.web.http.get(clerk.web.base + "/admin/station/places").json()
    assert {p["id"]: (p["lon"], p["lat"]) for p in body["places"]} == {site.station: (118.7784, 32.0438), other.station: (120.1, 30.2)}
    from people import Tenant
    stranger = Tenant(instance).web()
    assert stranger.http.get(stranger.base + "/admin/station/places").json()["places"] == []
    assert clerk.get("/admin/station/map").status == 200


@pytest.mark.feature("S12")
def test_who_takes_the_money_of_a_start(clerk, site, instance):
    """None: the driver's page offers no payment by phone; an own channel must be the provider's or the platform's."""
    instance.sql("insert into channel (provider_id, kind, name, base_url, merchant_no, status, created_at, updated_at)"
                 " values (%s, 'wechat', '自己的', 'http://127.0.0.1', 'M71', 'enabled', now(), now())", site.provider)
    own = instance.value("select max(id) from channel")
    other = clerk.provider("别家支付", "13800071009")
    instance.sql("insert into channel (provider_id, kind, name, base_url, merchant_no, status, created_at, updated_at)"
                 " values (%s, 'wechat', '别家的', 'http://127.0.0.1', 'M72', 'enabled', now(), now())", other)
    foreign = instance.value("select max(id) from channel")
    path = f"/admin/station/{site.station}/edit"
    assert "请选择支付通道" in clerk.send(path, {"pay_by": "own"}, 422).text
    assert "请留空" in clerk.send(path, {"pay_by": "none", "channel_id": own}, 422).text
    assert "另一个服务商" in clerk.send(path, {"pay_by": "own", "channel_id": foreign}, 422).text
    clerk.send(path, {"pay_by": "own", "channel_id": own})
    assert instance.rows("select pay_by, channel_id from station where id = %s", site.station) == [("own", own)]
    clerk.send(path, {"pay_by": "none", "channel_id": ""})
