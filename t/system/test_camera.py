"""Bays and their cameras at a real broker: who is let in, who is counted, locks, pictures, and what is not believed (K1-K8, K13)."""
import base64
import io
import random
import time

import pytest
import requests
from PIL import Image

from clerk import Clerk, errors, secret
from instance import Instance, wait_for
from month import Probe
from mqtt import Mqtt
from people import Tenant
from s3sim import S3
from work import ended, upload, workbook


@pytest.fixture(scope="module")
def place():
    made = Instance("camera")
    made.up("--bare")
    try:
        yield Place(made)
    finally:
        made.destroy()


def b64(s):
    return base64.b64encode(s if isinstance(s, bytes) else s.encode()).decode()


def jpeg(side=40, noise=False):
    out = io.BytesIO()
    picture = Image.frombytes("L", (side, side), random.Random(side).randbytes(side * side)) if noise else Image.new("RGB", (side, side), "navy")
    picture.save(out, "JPEG")
    return out.getvalue()


class Place:
    def __init__(self, at):
        self.at, self.clerk = at, Clerk(at)
        self.site = self.clerk.site(61)
        self.area = at.value("select id from area where station_id = %s", self.site.station)
        self.n = 0

    def bays(self, count, lock="none"):
        last = self.at.value("select coalesce(max(id), 0) from bay")
        self.clerk.send("/admin/bay/new", {"station_id": self.site.station, "area_id": self.area, "count": count, "prefix": "A", "lock_type": lock})
        return [i for (i,) in self.at.rows("select id from bay where id > %s order by id", last)]

    def camera(self, left, right=None, **more):
        self.n += 1
        serial = more.pop("serial", f"cam-{self.n:03d}")
        record = self.clerk.add("camera", {"name": f"相机{self.n}", "station_id": self.site.station, "area_id": self.area, "serial": serial,
                                           "left_bay_id": left, **({"right_bay_id": right} if right else {}), **more})
        return Camera(self, record, serial)

    def bay(self, record):
        return self.at.rows("select state, plate, lock_state, booked from bay where id = %s", record)[0]


class Camera:
    def __init__(self, place, record, serial):
        self.place, self.id, self.serial = place, record, serial
        self.key = secret(place.clerk.send(f"/admin/camera/{record}/secret", {}))
        self.link, self.reco = None, 0

    def connect(self):
        def try_once():
            link = Mqtt(self.place.at.mqtt, self.serial, self.key, self.serial)
            if link.code == 0:
                return link
            link.close()
        self.link = wait_for(try_once, 15, "the broker knows the camera", 0.2)
        self.link.subscribe(f"device/{self.serial}/message/down/+")
        self.alive()
        wait_for(lambda: self.place.at.value("select online from camera where id = %s", self.id), 5, "the camera is online")
        return self

    def alive(self):
        self.up("keep_alive", {"timestamp": int(time.time())})

    def up(self, name, payload, wait=True):
        body = {"id": "x", "sn": self.serial, "name": name, "version": "1.0", "timestamp": int(time.time()), "payload": payload}
        self.link.publish(f"device/{self.serial}/message/up/{name}", body, wait)

    def car(self, state, plate="", zone="1", at=None, confidence=95, color=5, reco=None, picture=None, name="ivs_result"):
        """A bay camera's ivs_result (or offline_record, of its store); returns its number."""
        self.reco += 1
        reco = reco or f"r{self.reco}"
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime((at or time.time()) + 8 * 3600))
        body = {"product_h": {"parking": {"parking_state": state, "zone_id": zone},
                              "plate": {"plate": b64(plate), "color": color, "confidence": confidence},
                              "reco": {"reco_id": reco, "reco_time": when}}}
        if picture:
            body["bg_img"] = [{"image": b64(picture)}]
        self.up(name, body)
        return reco

    def kept(self, reco, seconds=5):
        """(kind, plate, outcome, review) of the event once it is kept."""
        return wait_for(lambda: self.place.at.rows("select kind, plate, outcome, review from bay_event where camera_id = %s and their_id like %s",
                                                   self.id, reco + "-%"), seconds, f"event {reco} is kept")[0]

    def tell(self, *args, **more):
        return self.kept(self.car(*args, **more))

    def answer(self, order, code=200):
        topic, body = order
        self.link.publish(topic + "/reply", {"id": body["id"], "sn": self.serial, "name": body["name"], "version": "1.0",
                                             "timestamp": int(time.time()), "code": code, "payload": None})

    def state(self, bay, want):
        wait_for(lambda: self.place.bay(bay)[0] == want, 5, f"bay is {want}: {self.place.bay(bay)}")


@pytest.mark.feature("K11")
def test_bays_cameras_and_relief_stand_in_the_one_menu(place):
    html = place.clerk.get("/admin/").html
    assert all(f'href="/admin/{name}"' in html for name in ("bay", "camera", "bay_stay", "parking_lot", "relief_plan", "relief", "parking_delivery"))


@pytest.mark.feature("K1")
def test_a_count_and_a_lock_type_make_the_bays_of_an_area(place):
    made = place.bays(3)
    rows = place.at.rows("select code, name, lock_type, state from bay where id in %s order by id", made)
    area = place.at.value("select code from area where id = %s", place.area)
    first = int(rows[0][0][-3:])
    assert [r[0] for r in rows] == [f"{area}P{first + i:03d}" for i in range(3)]
    assert [r[1] for r in rows] == [f"A{first + i:03d}" for i in range(3)] and {r[2:] for r in rows} == {("none", "empty")}
    place.clerk.send(f"/admin/bay/{made[0]}/edit", {"name": "充电一号"})
    assert place.at.value("select name from bay where id = %s", made[0]) == "充电一号"
    done = place.clerk.send(f"/admin/bay/{made[1]}/edit", {"name": "充电一号"}, 422)
    assert errors(done)
    assert "充电一号" in place.clerk.get(f"/admin/station/{place.site.station}/bays").text


@pytest.mark.feature("K1")
def test_a_bay_has_a_gun_of_its_own_station(place):
    (bay,) = place.bays(1)
    stored = "select connector_id from bay where id = %s"
    other = place.clerk.add("area", {"name": "后院", "station_id": place.site.station})
    away = place.clerk.station(place.site.provider, place.clerk.property(place.site.provider, "别的物业", "13800061009"), "别的电站")

    def gun(station, area, serial):
        pile = place.clerk.add("pile", {"name": serial[-4:], "station_id": station, "area_id": area, "serial": serial, "connector_count": "1",
                                        "tariff_id": place.site.tariff})
        return place.at.value("select id from connector where pile_id = %s", pile)
    there = gun(place.site.station, other, "32010600009801")
    elsewhere = gun(away, place.at.value("select id from area where station_id = %s", away), "32010600009802")
    place.clerk.send(f"/admin/bay/{bay}/edit", {"connector_id": there})
    assert place.at.value(stored, bay) == there, "of another area of the station"
    for wrong in (elsewhere, 999999999):
        assert errors(place.clerk.send(f"/admin/bay/{bay}/edit", {"connector_id": wrong}, 422)), wrong
        assert place.at.value(stored, bay) == there
    (second,) = place.bays(1)
    assert errors(place.clerk.send(f"/admin/bay/{second}/edit", {"connector_id": there}, 422)), "one bay a gun"
    place.clerk.send(f"/admin/bay/{bay}/edit", {"connector_id": ""})
    assert place.at.value(stored, bay) is None


@pytest.mark.feature("K6")
def test_a_camera_has_its_own_password_and_its_own_topics(place):
    left, right = place.bays(2)
    one, other = place.camera(left).connect(), place.camera(right).connect()
    assert Mqtt(place.at.mqtt, one.serial, "wrong").code != 0
    assert Mqtt(place.at.mqtt).code != 0
    assert Mqtt(place.at.mqtt, "chargeops", one.key).code != 0
    one.link.subscribe(f"device/{other.serial}/message/down/+")
    one.link.subscribe("#")
    pid = place.at.pid("mosquitto")
    for topic, payload in ((f"device/{one.serial}/message/up/ivs_result", {"payload": {"product_h": {
            "parking": {"parking_state": 1}, "plate": {"plate": b64("粤BD88888"), "color": 5, "confidence": 99}, "reco": {"reco_id": "forged"}}}}),
            (f"device/{one.serial}/message/down/gpio_out", {"payload": {"body": {"io": 0}}})):
        try:                                     # the broker drops the message, and may hang up
            other.link.publish(topic, payload)
            other.link.publish(topic, payload)
        except OSError:
            other.connect()
    assert place.at.pid("mosquitto") == pid
    other.connect()
    place.clerk.act("camera", other.id, "reboot")
    assert other.link.take()[1]["name"] == "reboot"
    assert one.link.take(1) is None
    assert place.at.value("select count(*) from bay_event where their_id like 'forged%%'") == 0
    old = one.key
    one.key = secret(place.clerk.send(f"/admin/camera/{one.id}/secret", {}))
    one.connect()
    assert Mqtt(place.at.mqtt, one.serial, old).code != 0
    assert one.key not in place.at.value("select secret from camera where id = %s", one.id)


@pytest.mark.feature("K2", "K3")
def test_a_camera_comes_goes_and_a_disabled_one_does_nothing(place):
    (bay,) = place.bays(1)
    camera = place.camera(bay).connect()
    assert camera.tell(1, "粤BD00001") == ("seen", "粤BD00001", "entered", "none")
    assert camera.tell(4) == ("left", "", "left", "none")
    place.clerk.act("camera", camera.id, "disable")
    time.sleep(1.2)
    camera.car(1, "粤BD00002", reco="off")
    camera.alive()
    place.clerk.act("camera", camera.id, "snapshot", status=422)
    time.sleep(0.5)
    assert place.at.value("select count(*) from bay_event where camera_id = %s and their_id like 'off%%'", camera.id) == 0
    assert place.bay(bay)[0] == "empty"
    place.clerk.act("camera", camera.id, "enable")
    place.at.sql("update camera set seen_at = now() - interval 61 second where id = %s", camera.id)
    wait_for(lambda: not place.at.value("select online from camera where id = %s", camera.id), 5, "silent means offline")
    assert place.clerk.get(f"/admin/camera?serial={camera.serial}&online=offline").text.count(camera.serial) > 0


@pytest.mark.feature("K7", "K8")
def test_who_opens_a_lock_and_who_is_counted(place):
    (bay,) = place.bays(1, "relay")
    camera = place.camera(bay).connect()
    for plate, status in (("粤B10001", "enabled"), ("粤B10002", "disabled"), ("粤BD10003", "disabled")):
        record = place.clerk.add("whitelist", {"plate": plate, "station_id": place.site.station})
        if status == "disabled":
            place.clerk.act("whitelist", record, "disable")
    assert camera.tell(1, "粤B10002", color=1)[2] == "refused"               # K8: blue and disabled
    assert camera.tell(1, "粤B19999", color=1)[2] == "refused"
    assert camera.link.take(0.5) is None
    for plate, held in (("粤B10001", "exempt"), ("粤BD10003", "occupied")):
        assert camera.tell(1, plate)[2] == "opened"
        order = camera.link.take()
        assert order[0].endswith("/down/gpio_out") and order[1]["payload"]["body"] == {"io": 0, "value": 2, "delay": 500}
        assert camera.tell(1, plate)[2] == "nothing"                         # seen again: no second command
        camera.answer(order)
        camera.state(bay, held)
        assert camera.tell(4)[2] == "left"
        order = camera.link.take()
        assert order[1]["payload"]["body"]["io"] == 1
        camera.answer(order)
        wait_for(lambda: place.bay(bay)[2] == "up", 5, "the lock is up")
    assert place.at.rows("select plate, whitelisted, left_at is not null from bay_stay where bay_id = %s order by id", bay) == [
        ("粤B10001", 1, 1), ("粤BD10003", 0, 1)]


@pytest.mark.feature("K4", "K6")
def test_a_lock_that_does_not_answer_is_an_alarm_and_no_second_command(place):
    (bay,) = place.bays(1, "relay")
    pile = place.clerk.add("pile", {"name": "桩", "station_id": place.site.station, "area_id": place.area, "serial": "32010600009901",
                                    "connector_count": "1", "tariff_id": place.site.tariff})
    connector = place.at.value("select id from connector where pile_id = %s", pile)
    place.clerk.send(f"/admin/bay/{bay}/edit", {"connector_id": connector})
    camera = place.camera(bay).connect()
    place.clerk.act("bay", bay, "open_lock")
    order = camera.link.take()
    assert order[1]["name"] == "gpio_out"
    camera.answer(order, 500)
    wait_for(lambda: place.bay(bay)[2] == "fault", 5, "the lock is at fault")
    assert place.at.rows("select code, state from alarm where pile_id = %s", pile) == [("ground_lock", "open")]
    place.clerk.act("bay", bay, "open_lock")
    assert camera.link.take()[1]["name"] == "gpio_out"
    place.at.sql("update camera_command set expires_at = now() where camera_id = %s and status = 'sent'", camera.id)
    wait_for(lambda: place.bay(bay)[2] == "fault", 5, "silence is a fault too")
    assert camera.link.take(1.5) is None
    place.clerk.act("bay", bay, "close_lock")
    camera.answer(camera.link.take())
    wait_for(lambda: place.bay(bay)[2] == "up", 5, "the lock is up")
    assert place.at.rows("select state from alarm where pile_id = %s", pile) == [("closed",)]
    assert [s for (s,) in place.at.rows("select status from camera_command where camera_id = %s order by id", camera.id)] == ["failed", "failed", "done"]


@pytest.mark.feature("K4", "K6", "K13")
def test_the_lock_bus_the_clock_the_settings_and_refresh(place):
    left, right = place.bays(2, "rs485")
    place.clerk.send(f"/admin/bay/{left}/edit", {"lock_address": 10})
    place.clerk.send(f"/admin/bay/{right}/edit", {"lock_address": 11})
    camera = place.camera(left, right, rs485_open="A5LL01", rs485_close="A5LL02", rs485_query="A5LL03", rs485_is_down="5ALLFF",
                          rs485_is_up="5ALL55", left_geomagnetic="G1", right_geomagnetic="G2", baud=19200).connect()

    def frame(order):
        data = order[1]["payload"]["body"]["serialData"][0]
        return base64.b64decode(data["data"]).hex().upper()

    def bus(raw):
        camera.up("serial_data", {"body": {"serialData": {"data": b64(bytes.fromhex(raw)), "serialChannel": 0}}})
    place.clerk.act("bay", right, "open_lock")
    order = camera.link.take()
    assert frame(order) == "A50B01"
    camera.answer(order)
    time.sleep(0.3)
    assert place.bay(right)[2] == "moving"                                   # the camera has it; the lock has not moved
    bus("5A0BFF")
    wait_for(lambda: place.bay(right)[2] == "down", 5, "the lock says down")
    bus("5A0CFF")
    bus("FFFFFF")
    place.clerk.act("camera", camera.id, "sync_lock")
    assert {frame(camera.link.take()), frame(camera.link.take())} == {"A50A03", "A50B03"}
    bus("5A0A55")
    wait_for(lambda: place.bay(left)[2] == "up", 5, "the other lock says up")
    place.clerk.act("camera", camera.id, "sync_time")
    assert set(camera.link.take()[1]["payload"]["body"]) == {"year", "month", "day", "hour", "min", "sec"}
    place.clerk.act("camera", camera.id, "settings")
    order = camera.link.take()
    body = order[1]["payload"]["body"]
    assert body["baud"] == 19200 and body["left"]["geomagnetic_id"] == "G1" and body["right"]["enabled"] is True
    camera.answer(order)
    wait_for(lambda: place.at.value("select settings_at from camera where id = %s", camera.id), 5, "settings are taken")
    place.clerk.act("camera", camera.id, "test")
    assert [camera.link.take()[1]["payload"]["body"]["side"] for _ in range(2)] == ["left", "right"]
    place.clerk.act("camera", camera.id, "restore")
    assert camera.link.take()[1]["payload"]["body"]["baud"] == 9600
    for bad in ("A5L", "A5GG", "a5"):
        assert errors(place.clerk.send(f"/admin/camera/{camera.id}/edit", {"rs485_open": bad}, 422))


@pytest.mark.feature("K3", "K6")
def test_doubles_late_ones_and_rubbish_change_nothing(place):
    (bay,) = place.bays(1)
    camera = place.camera(bay).connect()
    now = int(time.time())
    camera.tell(1, "粤BD30001", at=now - 30, reco="one")
    for _ in range(3):
        camera.car(1, "粤BD30001", at=now - 30, reco="one")
    assert camera.tell(4, at=now - 10)[2] == "left"
    assert camera.tell(1, "粤BD30009", at=now - 20, reco="late")[2] == "late"
    assert place.bay(bay)[:2] == ("empty", "")
    assert place.at.value("select count(*) from bay_event where camera_id = %s", camera.id) == 3
    assert place.at.value("select count(*) from bay_stay where bay_id = %s", bay) == 1
    topic = f"device/{camera.serial}/message/up/ivs_result"
    before = place.at.metrics("camera")["chargeops_camera_bad_total"]
    for rubbish in (b"", b"{", b"\xff\xfe", b'{"payload":1}', b"[" * 2000, b'{"payload":{"product_h":[1,2]}}', b"\0" * 50, b'{"a":1,"a":2}'):
        camera.link.publish(topic, rubbish)
    wait_for(lambda: place.at.metrics("camera")["chargeops_camera_bad_total"] >= before + 5, 5, "rubbish is counted")
    assert camera.tell(1, "粤BD30002")[2] == "entered"
    camera.tell(4)


@pytest.mark.feature("K3", "K8")
def test_a_second_car_in_the_bay_ends_the_stay_of_the_first(place):
    """Nobody told that the first one left: it left when the next one stood there; the first one's minutes end with it."""
    (bay,) = place.bays(1)
    camera = place.camera(bay).connect()
    now = int(time.time())
    assert camera.tell(1, "粤BD31001", at=now - 3000)[2] == "entered"
    assert camera.tell(1, "粤BD31002", at=now - 600)[2] == "entered"
    assert camera.tell(1, "粤BD31002", at=now - 300)[2] == "nothing"
    assert camera.tell(1, "粤BD31001", at=now - 1200)[2] == "late", "what the camera sends late moves nobody"
    assert place.bay(bay)[:2] == ("occupied", "粤BD31002")
    camera.tell(4, at=now - 60)
    assert place.at.rows("select plate, minutes, ended_by from bay_stay where bay_id = %s order by id", bay) == [
        ("粤BD31001", 40, "other"), ("粤BD31002", 9, "camera")]


@pytest.mark.feature("K3", "K5", "K6")
def test_base64_that_is_none_opens_nothing_and_keeps_no_picture(place):
    (bay,) = place.bays(1, "relay")
    camera = place.camera(bay).connect()
    for n, plate in enumerate(("not*base64", "57Kk", "5", "====", "/////w==", "A" * 5000, 7, None, ["a"], {"a": 1})):
        body = {"product_h": {"parking": {"parking_state": 1, "zone_id": "1"}, "plate": {"plate": plate, "color": 5, "confidence": 99},
                              "reco": {"reco_id": f"bad{n}", "reco_time": int(time.time())}}}
        camera.up("ivs_result", body)
        kept = camera.kept(f"bad{n}")
        assert kept == ("seen", "", "unread", "open"), (plate, kept)
    assert camera.link.take(0.3) is None and place.bay(bay)[0] == "empty"
    for picture in ("not*base64", "%%%%", "/9j/", 5, None, {}, "A"):
        camera.up("snapshot", {"body": {"state_code": 200, "imageformat": "jpg", "image_content": picture}})
    camera.up("serial_data", {"body": {"serialData": {"data": "not*base64", "serialChannel": 0}}})
    assert camera.tell(4)[0] == "left"
    assert place.at.value("select count(*) from snapshot where camera_id = %s", camera.id) == 0


@pytest.mark.feature("K5")
def test_pictures_are_asked_for_shown_to_whom_they_concern_and_deleted(place):
    (bay,) = place.bays(1)
    camera = place.camera(bay).connect()
    place.clerk.act("camera", camera.id, "snapshot")
    assert camera.link.take()[1]["name"] == "snapshot"
    good = jpeg()
    camera.up("snapshot", {"body": {"state_code": 200, "imageformat": "jpg", "image_content": b64(good)}})
    record = wait_for(lambda: place.at.value("select id from snapshot where camera_id = %s", camera.id), 5, "the picture is kept")
    page = place.clerk.get(f"/admin/snapshot/{record}/picture")
    assert f"/admin/snapshot/{record}/file" in page.html
    answer = place.clerk.web.http.get(f"{place.at.url}/admin/snapshot/{record}/file", timeout=10)
    assert answer.content == good and answer.headers["Content-Type"] == "image/jpeg"
    assert requests.get(f"{place.at.url}/admin/snapshot/{record}/file", timeout=10, allow_redirects=False).status_code in (302, 303)
    stranger = Tenant(place.at, name="陌生人").web()
    assert stranger.http.get(f"{place.at.url}/admin/snapshot/{record}/file", timeout=10).status_code in (403, 404)
    for bad in (b"<svg onload=alert(1)>", good[:30], b"\xff\xd8\xff" + b"x" * 2_200_000):
        camera.car(1, "粤BD40001", picture=bad)
    assert camera.tell(4, picture=jpeg(60))[2] == "left"
    assert place.at.value("select count(*) from snapshot where camera_id = %s", camera.id) == 2
    try:                                         # 20 MB: the broker hangs up, nothing else happens
        camera.up("snapshot", {"body": {"image_content": "A" * 20_000_000}})
        camera.link.take(1)
    except OSError:
        pass
    camera.connect()
    assert place.at.value("select count(*) from snapshot where camera_id = %s", camera.id) == 2
    assert f"/admin/snapshot/{place.at.value('select max(id) from snapshot')}/file" in place.clerk.get(f"/admin/station/{place.site.station}/bays").html
    path = place.at.var / "data/snapshot" / place.at.value("select file from snapshot where id = %s", record)
    assert path.exists()
    place.at.sql("update snapshot set received_at = now() - interval 31 day where id = %s", record)
    place.at.job("purge")
    assert not path.exists() and place.at.value("select file from snapshot where id = %s", record) == ""
    assert place.clerk.web.get(f"/admin/snapshot/{record}/file").status == 404


@pytest.mark.feature("K5", "K6")
def test_pictures_go_to_the_object_storage_and_come_back_from_there(place):
    """Signed as S3 wants it; while the storage is away nothing is lost: what is there stays, what is to go waits."""
    (bay,) = place.bays(1)
    camera, bucket = place.camera(bay).connect(), S3()
    conf = place.at.var / "chargeops.conf"
    before = conf.read_text()
    conf.write_text(before + "".join(f"{k} = {v}\n" for k, v in bucket.conf().items()))
    place.at.run("restart", "admin")

    def row(reco):
        return place.at.rows("select p.id, p.file, p.stored_at is not null from snapshot p join bay_event e on e.snapshot_id = p.id where e.camera_id = %s"
                             " and e.their_id like %s", camera.id, reco + "-%")[0]

    def fetch(record, web=place.clerk.web):
        return web.http.get(f"{place.at.url}/admin/snapshot/{record}/file", timeout=20)
    try:
        small, large = jpeg(), jpeg(1500, noise=True)
        assert 1_100_000 < len(large) < 2_000_000
        bucket.away = True
        assert camera.tell(1, "粤BD41001", picture=small, reco="pic")[2] == "entered"
        assert camera.tell(4, picture=large, reco="big")[2] == "left"
        done = place.at.job("store_pictures", check=False)
        assert done.returncode == 1 and "503" in done.stderr and bucket.secret not in done.stderr, done.stderr
        record, file, stored = row("pic")
        assert not stored and fetch(record).content == small, "it is still here"
        bucket.away = False
        assert place.at.job("store_pictures", check=False, env={"CHARGEOPS_STORAGE_SECRET": "another"}).returncode == 1
        assert set(bucket.refused) == {"SignatureDoesNotMatch"} and not bucket.objects
        said = place.at.job("store_pictures")
        assert "missing=0 failed=0" in said and bucket.objects[f"snapshot/{file}"] == ("image/jpeg", small)
        assert bucket.objects[f"snapshot/{row('big')[1]}"][1] == large
        assert row("pic")[2] and not (place.at.var / "data/snapshot" / file).exists()
        assert "stored=0" in place.at.job("store_pictures")
        answer = fetch(record)
        assert answer.content == small and answer.headers["Content-Type"] == "image/jpeg" and fetch(row("big")[0]).content == large
        assert fetch(record, Tenant(place.at, name="陌生人二").web()).status_code in (403, 404)
        bucket.away = True
        assert fetch(record).status_code == 502 and camera.tell(1, "粤BD41002", picture=small, reco="new")[2] == "entered"
        place.at.sql("update snapshot set received_at = now() - interval 31 day where id = %s", record)
        assert place.at.job("purge", check=False).returncode == 1 and row("pic")[1] == file
        bucket.away = False
        place.at.job("purge")
        assert f"snapshot/{file}" not in bucket.objects and row("pic")[1] == "" and fetch(record).status_code == 404
        assert "stored=1" in place.at.job("store_pictures") and camera.tell(4)[2] == "left"
    finally:
        conf.write_text(before)
        place.at.run("restart", "admin")
        bucket.end()


@pytest.mark.feature("K3", "K7")
def test_an_unread_plate_waits_for_a_person(place):
    (bay,) = place.bays(1, "relay")
    camera = place.camera(bay).connect()
    assert camera.tell(1, "", reco="blank")[2:] == ("unread", "open")
    for n, none in enumerate(("AAAAAAAA", "12345678", "粤BD500", "粤BD50O001", "京京京京京京京京", "粤bd50001", "粤B 50001", "DROP TABLE")):
        assert camera.tell(1, none, confidence=99, reco=f"none{n}")[1:] == ("", "unread", "open"), none
    assert camera.tell(1, "粤BD5OOO1", confidence=40, reco="weak", picture=jpeg())[2:] == ("unread", "open")
    assert camera.link.take(0.5) is None
    event = place.at.value("select id from bay_event where camera_id = %s and their_id like 'weak%%'", camera.id)
    assert "粤BD5OOO1" in place.clerk.get("/admin/bay_event?tab=review").text
    picture = place.at.value("select snapshot_id from bay_event where id = %s", event)
    for path in (f"/admin/bay_event/{event}", f"/admin/bay_event/{event}/read"):
        assert f"/admin/snapshot/{picture}/file" in place.clerk.get(path).html, "the picture beside the input"
    assert errors(place.clerk.act("bay_event", event, "read", {"plate": "AAAAAAAA"}, status=422))
    place.clerk.act("bay_event", event, "read", {"plate": "粤BD50001"})
    order = camera.link.take()
    assert order[1]["name"] == "gpio_out"
    camera.answer(order)
    camera.state(bay, "occupied")
    assert place.bay(bay)[1] == "粤BD50001"
    first = place.at.value("select id from bay_event where camera_id = %s and their_id like 'blank%%'", camera.id)
    place.clerk.act("bay_event", first, "drop")
    place.clerk.act("bay_event", first, "read", {"plate": "粤BD50002"}, status=422)
    place.clerk.act("bay", bay, "car_left")
    assert place.bay(bay)[0] == "empty"
    assert place.at.value("select ended_by from bay_stay where bay_id = %s", bay) == "person"


@pytest.mark.feature("K6")
def test_a_generic_camera_speaks_its_own_words_on_its_own_topic(place):
    (bay,) = place.bays(1)
    more = {"vendor": "generic", "serial": "gen-1", "topic_up": "park/gen-1/up", "topic_down": "park/gen-1/down", "field_plate": "d.no",
            "field_confidence": "d.score", "field_time": "ts", "field_state": "d.way", "value_in": "in", "value_out": "out", "field_id": "nr"}
    form = {"name": "通用", "station_id": place.site.station, "area_id": place.area, "left_bay_id": bay, **more}
    for wrong in ("park/other/up", "park/#/gen-1", "+/gen-1", "gen-1 /x"):
        place.clerk.send("/admin/camera/new", {**form, "topic_up": wrong}, 422)
    camera = place.camera(bay, **more)

    def ready():
        link = Mqtt(place.at.mqtt, "gen-1", camera.key, "gen-1")
        return link if link.code == 0 else link.close()
    link = wait_for(ready, 15, "the broker knows the camera", 0.2)
    link.subscribe("park/gen-1/down")
    link.publish("park/gen-1/up", {"nr": 7, "ts": int(time.time()), "d": {"no": "粤BD60001", "score": 99, "way": "in"}})
    wait_for(lambda: place.bay(bay)[:2] == ("occupied", "粤BD60001"), 5, "the car is in")
    link.publish("park/gen-1/up", {"nr": 8, "ts": int(time.time()), "d": {"no": "粤BD60001", "score": 99, "way": "out"}})
    wait_for(lambda: place.bay(bay)[0] == "empty", 5, "the car is gone")
    place.clerk.act("camera", camera.id, "reboot")
    assert link.take()[1]["name"] == "reboot"


@pytest.mark.feature("K4", "K6")
def test_the_broker_away_for_long_lets_commands_expire(place):
    (bay,) = place.bays(1, "relay")
    camera = place.camera(bay).connect()
    place.at.stop("mosquitto")
    wait_for(lambda: not place.at.metrics("camera")["chargeops_camera_linked"], 5, "the broker is missed")
    place.clerk.act("bay", bay, "open_lock")
    place.at.sql("update camera_command set created_at = now() - interval 1 hour, expires_at = now() - interval 59 minute where camera_id = %s", camera.id)
    wait_for(lambda: place.at.value("select status from camera_command where camera_id = %s", camera.id) == "expired", 5, "it expires")
    place.at.start("mosquitto")
    wait_for(lambda: place.at.metrics("camera")["chargeops_camera_linked"], 10, "the broker is back")
    camera.connect()
    assert camera.link.take(1.5) is None
    assert place.at.value("select sent_at from camera_command where camera_id = %s", camera.id) is None
    hour = int(time.time()) - 3600                                           # what the camera kept meanwhile counts, and moves no lock
    place.at.sql("update bay set lock_state = 'down' where id = %s", bay)
    for reco in ("stored", "stored"):
        camera.car(1, "粤BD71001", at=hour, reco=reco, name="offline_record")
    camera.car(4, at=hour + 1200, reco="gone", name="offline_record")
    assert camera.kept("gone")[2] == "left" and camera.kept("stored")[2] == "entered"
    assert camera.tell(1, "粤BD71009", at=hour + 600, name="offline_record")[2] == "late"
    assert place.at.rows("select plate, minutes from bay_stay where bay_id = %s", bay) == [("粤BD71001", 20)]
    assert camera.link.take(0.5) is None and place.bay(bay)[2] == "down"


@pytest.mark.feature("K6")
def test_what_is_not_committed_is_not_acknowledged(place):
    """The database goes away in the middle: the broker keeps what was told, and it counts once when the server is back."""
    (bay,) = place.bays(1)
    camera = place.camera(bay).connect()
    place.at.stop("mysql")
    try:
        camera.car(1, "粤BD70001", reco="kept")
        camera.car(4, reco="gone")
        time.sleep(2)
    finally:
        place.at.start("mysql")
    assert camera.kept("gone", 20)[2] == "left"
    assert camera.kept("kept")[2] == "entered"
    assert place.at.value("select count(*) from bay_stay where bay_id = %s and left_at is not null", bay) == 1


@pytest.mark.feature("K7")
def test_a_white_list_is_imported(place):
    data = workbook([["车牌号", "绑定电站", "备注"], ["粤BD80001", "电站61", "保洁车"], ["粤B80002", "电站61", ""]])
    done = upload(place.clerk.web, "whitelist", "list.xlsx", data)
    assert done.status == 200, done.text[:300]


class Day:
    """A day at 200 bays, each with its camera and its pile, by a seed: what is told and what a pencil makes of it.

    Times are whole seconds from the day's beginning; a stay: who, when it came, its charge, when it went (None: it stands there at midnight)."""
    BAYS, ROUNDS, ROUND = 200, 3, 28000
    FREE, UNIT, PRICE, CAP = 15, 30, 2, 8        # minutes, minutes, yuan each, yuan a charge

    def __init__(self, seed):
        rng = random.Random(seed)
        self.listed = [f"粤BDL{i:04d}" for i in range(40)]
        self.bays = [[] for _ in range(self.BAYS)]
        for n, stays in enumerate(self.bays):
            for r in range(self.ROUNDS):
                stays.append(self.stay(rng, r, self.listed[n % 40] if rng.random() < 0.15 else f"粤BD{n:03d}{r:02d}"))
                if r and stays[r - 1]["plate"] == stays[r]["plate"]:
                    stays[r - 1]["silent"] = False       # the same car, never seen to go, would never have gone
                if r and stays[r - 1]["silent"]:         # nobody told that it went: it went when another one came
                    stays[r - 1]["left"] = stays[r]["came"]

    def stay(self, rng, r, plate):
        came = r * self.ROUND + rng.randrange(3600)
        charge = None
        if rng.random() < 0.5:
            begins = came + rng.randrange(30, 900)
            charge = (begins, begins + rng.randrange(1200, 5400), rng.randrange(2000, 60000))
        last = r == self.ROUNDS - 1
        left = (charge[1] if charge else came) + rng.choice((rng.randrange(20, 1200), rng.randrange(1200, 7200)))
        return {"plate": plate, "came": came, "charge": charge, "left": None if last and rng.random() < 0.15 else left,
                "silent": not last and rng.random() < 0.05, "listed": plate in self.listed}

    @staticmethod
    def minutes(s):
        """(counted, of the charge) as the stay's row has them."""
        if s["left"] is None:
            return 0, 0
        whole = (s["left"] - s["came"]) // 60
        rest = (s["left"] - s["came"] - (s["charge"][1] - s["charge"][0] if s["charge"] else 0)) // 60
        return (0 if s["listed"] else rest), whole - rest

    def fee(self, s):
        if s["listed"] or s["left"] is None:
            return 0
        over = (s["left"] - s["charge"][1]) // 60 - self.FREE
        return min(-(-over // self.UNIT) * self.PRICE, self.CAP) if over > 0 else 0


def station_of_day(place, day, world):
    """Bays, cameras, piles and the white list of the day by SQL: [(bay, pile, gun)]."""
    station, sql = world["station"], place.at.sql
    sql("update tariff_version v join station s on s.tariff_id = v.tariff_id set v.occupancy_free_minutes = %s, v.occupancy_unit_minutes = %s,"
        " v.occupancy_price = %s, v.occupancy_cap = %s where s.id = %s", day.FREE, day.UNIT, day.PRICE, day.CAP, station)
    area = place.at.value("select id from area where station_id = %s", station)
    many = f"from seq_1_to_{day.BAYS} q"
    sql(f"insert into pile (station_id, area_id, code, serial, name, occupancy_charged, created_at, updated_at) select {station}, {area},"
        f" concat('YD', q.seq), concat('3202018800', lpad(q.seq, 4, '0')), concat('日', q.seq), 1, now(), now() {many}")
    sql("insert into pile_live (pile_id, online, gateway_id, connected_at, seen_at) select id, 1, 'day', now() - interval 2 day, now() from pile where code like 'YD%%'")
    sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at) select id, station_id, 1, concat(code, 'A'), 'A', now(), now()"
        " from pile where code like 'YD%%'")
    sql(f"insert into bay (station_id, area_id, code, name, connector_id, created_at, updated_at) select k.station_id, {area}, k.code, k.code, k.id, now(), now()"
        " from connector k where k.code like 'YD%%' order by k.id")
    sql(f"insert into camera (station_id, area_id, serial, name, left_bay_id, created_at, updated_at) select b.station_id, {area}, lower(b.code), b.code, b.id,"
        " now(), now() from bay b where b.code like 'YD%%'")
    for plate in day.listed:
        sql("insert into whitelist (station_id, plate, created_at, updated_at) values (%s, %s, now(), now())", station, plate)
    return place.at.rows("select b.id, k.pile_id, k.id from bay b join connector k on k.id = b.connector_id where b.code like 'YD%%' order by b.id")


def cameras_of_day(place):
    """Each with a user of its own; the password they share, so that no page has to make two hundred."""
    first = place.at.value("select min(id) from camera where serial like 'yd%%'")
    one = Camera(place, first, "yd1a")
    place.at.sql("update camera c join camera o on o.id = %s set c.secret = o.secret, c.version = c.version + 1 where c.serial like 'yd%%'", first)
    one.connect()
    made = []
    for record, serial in place.at.rows("select id, serial from camera where serial like 'yd%%' order by left_bay_id"):
        c = Camera.__new__(Camera)
        c.place, c.id, c.serial, c.key, c.reco = place, record, serial, one.key, 0
        c.link = wait_for(lambda c=c: (lambda m: m if m.code == 0 else m.close())(Mqtt(place.at.mqtt, c.serial, c.key, c.serial)), 15, serial, 0.2)
        made.append(c)
    return made


@pytest.mark.feature("K2", "K3", "K7", "K8", "R5", "P10")
def test_a_day_of_two_hundred_cameras_as_a_pencil_counts_it(place):
    """Cars come, charge, overstay and leave at 200 bays; doubles and late ones are strewn in. Bays, minutes and fees are those of the pencil."""
    day, rng, probe = Day(200), random.Random(7), Probe(place.at)
    world = probe("world")
    assert probe("recharge", 0, "m", 9_000_000_000, 0) == "fine"
    where, cameras = station_of_day(place, day, world), cameras_of_day(place)
    zero, told, sessions = int(time.time()) - 90000, 0, {}

    def tell(events):
        """What each camera says, in the order of time; a third of it twice. Then all of it is kept."""
        nonlocal told
        for at, n, state, plate in sorted(events):
            reco = cameras[n].car(state, plate, at=zero + at)
            if rng.random() < 0.3:
                cameras[n].car(state, plate, at=zero + at, reco=reco)
        told += len(events)
        wait_for(lambda: place.at.value("select count(*) from bay_event where station_id = %s", world["station"]) == told, 30, "all is kept", 0.2)
    for r in range(day.ROUNDS):
        now = [(n, stays[r]) for n, stays in enumerate(day.bays)]
        tell([(s["came"], n, 1, s["plate"]) for n, s in now])
        for end, n, s in sorted((s["charge"][1], n, s) for n, s in now if s["charge"]):
            begins, _, energy = s["charge"]
            probe("at", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(zero + end + 8 * 3600)))
            said = probe("charge_at", 0, where[n][1], where[n][2], energy, end - begins)
            sessions[said["session"]] = s
        gone = [(s["left"], n, 4, "") for n, s in now if s["left"] is not None and not s["silent"]]
        tell(gone)
        tell([(left - 5, n, 1, "粤BDX0001") for left, n, _, _ in gone[::9]])               # late: it says of before what is known since
    probe.end()
    for n, (bay, _, _) in enumerate(where):
        got = place.at.rows("select plate, minutes, charge_minutes, whitelisted from bay_stay where bay_id = %s order by entered_at", bay)
        assert got == [(s["plate"], *day.minutes(s), int(s["listed"])) for s in day.bays[n]], day.bays[n]
        last = day.bays[n][-1]
        assert place.bay(bay)[:2] == (("empty", "") if last["left"] is not None else ("exempt" if last["listed"] else "occupied", last["plate"])), last
    paid = dict(place.at.rows("select id, occupancy_fee from session where station_id = %s", world["station"]))
    assert paid == {k: day.fee(s) for k, s in sessions.items()}
    assert {0, day.PRICE, day.CAP} <= set(paid.values()) and len(paid) > 250
    assert place.at.value("select count(*) from bay_event where station_id = %s and outcome = 'late'", world["station"]) == sum(
        len([s for s in (b[r] for b in day.bays) if s["left"] is not None and not s["silent"]][::9]) for r in range(day.ROUNDS))
    assert place.at.value("select sum(p.amount) from posting p join account a on a.id = p.account_id where a.kind = 'income_occupancy' and a.owner_id = %s",
                          world["provider"]) == sum(paid.values())
    assert "findings=0" in place.at.job("ledger_proof")
