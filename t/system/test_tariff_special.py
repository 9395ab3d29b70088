"""Prices that hold on weekdays, after so much energy or time, and billing steps: the form, the API, the calculator, the driver's page; the provider's
usual tariff; what a pile's model cannot do (W6, P5, P7, P9)."""
import pytest

from clerk import Clerk, errors, secret, slots

DAY = [("flat", "00:00", "12:00", "1.0", "0.5"), ("peak", "12:00", "24:00", "1.0", "0.2")]
LINES = "6,7 22:00-24:00 * * 0.8 0.3\n* * 30- 0-90 1.1 0.5"
SAYS = "特价(周六,周日 22:00-24:00)电费0.8元, 服务费0.3元; 特价(30-度 0-90分钟)电费1.1元, 服务费0.5元"


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(96)


@pytest.mark.feature("W6")
def test_lines_are_typed_shown_and_kept(clerk, site, instance):
    tariff = clerk.tariff(site.provider, "周末价", DAY, specials=LINES, step_energy="0.5")
    summary = instance.value("select summary from tariff_version where tariff_id = %s", tariff)
    assert SAYS in summary and "按整0.5度" in summary
    page, form = clerk.form(f"/admin/tariff/{tariff}/edit")
    assert dict(form.values)["specials"].replace("\r", "").strip() == "6,7 22:00-24:00 * * 0.80000 0.30000\n* * 30- 0-90 1.10000 0.50000"
    assert dict(form.values)["step_energy"] == "0.5"
    clerk.send(f"/admin/tariff/{tariff}/edit", {"note": "看过", **slots(DAY)})                 # nothing new was said
    assert instance.value("select count(*) from tariff_version where tariff_id = %s", tariff) == 1
    clerk.send(f"/admin/tariff/{tariff}/edit", {"specials": "1-5 * * * 0.9 0.3", **slots(DAY)})
    assert "特价(周一,周二,周三,周四,周五)" in instance.value("select summary from tariff_version where tariff_id = %s order by id desc limit 1", tariff)
    assert instance.value("select count(*) from tariff_special s join tariff_version v on v.id = s.tariff_version_id where v.tariff_id = %s", tariff) == 3


@pytest.mark.feature("W6")
@pytest.mark.parametrize("line,says", [
    ("6,7 * * * 0.8", "无法识别"), ("8 * * * 0.8 0.3", "无法识别"), ("5-1 * * * 0.8 0.3", "无法识别"), ("6 25:00-26:00 * * 0.8 0.3", "无法识别"),
    ("6 * 三十- * 0.8 0.3", "无法识别"), ("6 * * * 0.8 0.3 更多", "无法识别"), ("* * * * 0.8 0.3", "至少填写一个条件"), ("1-7 * * * 0.8 0.3", "至少填写一个条件"),
    ("* * 30-30 * 0.8 0.3", "必须大于起始"), ("* * * 90-60 0.8 0.3", "必须大于起始"), ("6 22:15-23:00 * * 0.8 0.3", "半点"),
    ("\n".join(["6 * * * 0.8 0.3"] * 17), "无法识别"),
])
def test_a_line_that_does_not_hold(clerk, site, instance, line, says):
    before = instance.value("select count(*) from tariff_version")
    page = clerk.tariff(site.provider, "坏特价", DAY, 422, specials=line)
    assert any(says in e for e in errors(page)), errors(page)
    assert line.split("\n")[0] in page.html
    assert instance.value("select count(*) from tariff_version") == before


@pytest.mark.feature("W6", "P5")
def test_the_calculator_asks_for_the_day(clerk, site):
    tariff = clerk.tariff(site.provider, "算一算", DAY, specials="6,7 * * * 0.1 0.1\n* * 10- * 2.0 0", step_energy="1")
    ask = f"/admin/tariff/{tariff}/calculate?energy=12.5&start=00:00&minutes=25&day="
    page = clerk.web.get(ask + "2026-11-27")                             # a Friday: 10 x 1.5 + 2.5 x 2, and half a kWh more
    assert "21.00" in page.text and "补足步长" in page.text and "特价 2" in page.text
    assert "2.60" in clerk.web.get(ask + "2026-11-28").text              # 13 x 0.2
    assert "请选择日期" in clerk.web.get(ask + "2026-13-45").text


@pytest.mark.feature("W6", "W2")
def test_the_api_takes_the_same_lines(clerk, site, instance):
    key = secret(clerk.send("/admin/api_key/create", {"name": "特价接口", "word": ["tariff.list", "tariff.create", "tariff.show"]}))
    web, head = instance.session(), {"Authorization": f"Bearer {key}"}
    body = {"name": "接口特价", "provider_id": site.provider, "kind": "car", "rounding": "cut", "at_once": True, "slots": "flat 00:00-24:00 1 0.5", "specials": LINES}
    answer = web.http.post(web.base + "/api/v1/tariff", json=body, headers=head)
    assert answer.status_code in (200, 201), answer.text
    assert SAYS in instance.value("select summary from tariff_version where tariff_id = %s", clerk.newest("tariff"))
    answer = web.http.post(web.base + "/api/v1/tariff", json={**body, "name": "坏", "specials": "8 * * * 1 1"}, headers=head)
    assert answer.status_code == 422 and "specials" in answer.text


@pytest.fixture(scope="module")
def pile(clerk, site, instance):
    area = instance.value("select id from area where station_id = %s", site.station)
    instance.sql("insert into pile (station_id, area_id, code, serial, name, created_at, updated_at) values (%s, %s, 'S960', 'S960', '一号', now(), now())", site.station, area)
    made = instance.value("select max(id) from pile")
    instance.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at) values (%s, %s, 1, '96000001', '1', now(), now())", made, site.station)
    return made


@pytest.mark.feature("W6")
def test_the_provider_says_what_counts_where_nobody_does(clerk, site, pile, instance):
    instance.sql("update station set tariff_id = null where id = %s", site.station)
    web = instance.session()
    assert "1.5000" not in web.get("/c/96000001").text
    tariff = clerk.tariff(site.provider, "通用价", [("flat", "00:00", "24:00", "1.0", "0.5")], specials=LINES, step_energy="1")
    bike = instance.value("select id from tariff where provider_id = %s and kind = 'car' limit 1", site.provider)
    clerk.send(f"/admin/provider/{site.provider}/edit", {"car_tariff_id": tariff})
    page = web.get("/c/96000001")
    for words in ("1.5000", "特价(周六,周日 22:00-24:00)", "不足 1 kWh 按 1 kWh 计"):
        assert words in page.text, (words, page.text)
    # in use: it stays; of the other kind: refused
    clerk.send(f"/admin/provider/{site.provider}/edit", {"ebike_tariff_id": bike}, 422)
    other = clerk.site(97)
    clerk.send(f"/admin/provider/{other.provider}/edit", {"car_tariff_id": tariff}, 422)
    assert instance.value("select car_tariff_id from provider where id = %s", site.provider) == tariff
    assert instance.value("select coalesce(car_tariff_id, ebike_tariff_id) from provider where id = %s", other.provider) is None


@pytest.mark.feature("P7", "P9")
def test_what_the_model_cannot_do(clerk, site, pile, instance):
    tariff = clerk.tariff(site.provider, "分时价", DAY, booking_minutes="30", booking_price="2")
    instance.sql("update station set tariff_id = %s where id = %s", tariff, site.station)
    web = instance.session()
    page = web.get("/c/96000001")
    assert "1.5000" in page.text and "预约费" in page.text
    instance.sql("insert into pile_model (brand, name, kind, protocol, current_type, can_tou, can_booking, created_at, updated_at)"
                 " values ('旧桩', 'V1', 'car', 'ykc', 'dc', 0, 0, now(), now())")
    instance.sql("update pile set model_id = (select max(id) from pile_model) where id = %s", pile)
    page = web.get("/c/96000001")
    assert "1.5000" not in page.text and "1.2000" in page.text and "预约费" not in page.text
