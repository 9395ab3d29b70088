"""Tariffs: what is refused at which row, versions and when they count, the calculator, who gets which (P1-P5, P12)."""
import datetime
import re

import pytest

from clerk import Clerk, errors, slots

DAY = [("valley", "00:00", "08:00", "0.30", "0.20"), ("peak", "08:00", "12:00", "1.10", "0.40"),
       ("flat", "12:00", "18:00", "0.70", "0.30"), ("peak", "18:00", "22:00", "1.10", "0.40"), ("valley", "22:00", "24:00", "0.30", "0.20")]


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def provider(clerk):
    return clerk.provider("价格服务商", "13800090001")


def slot_rows(instance, tariff, number=None):
    return instance.rows("select s.start_minute, s.end_minute, s.type, s.energy_price, s.service_price from tariff_slot s"
                         " join tariff_version v on v.id = s.tariff_version_id where v.tariff_id = %s and v.number ="
                         " coalesce(%s, (select max(number) from tariff_version where tariff_id = %s)) order by 1", tariff, number, tariff)


@pytest.mark.feature("P2", "P1")
def test_a_flat_tariff_and_how_lists_say_it(clerk, provider, instance):
    clerk.tariff(provider, "测试", [("flat", "00:00", "24:00", "1.0", "0.25")])
    assert "00:00-24:00, 电费1.0元, 服务费0.25元" in clerk.get("/admin/tariff").text
    free = clerk.tariff(provider, "VIP用户", [("flat", "00:00", "", "0", "0")])
    assert [r[:3] for r in slot_rows(instance, free)] == [(0, 1440, "flat")]
    assert instance.value("select method from tariff where id = %s", free) == "unified"


@pytest.mark.feature("P1")
def test_the_last_row_is_completed_to_midnight(clerk, provider, instance):
    tariff = clerk.tariff(provider, "补全", [("valley", "00:00", "08:00", "0.3", "0.2"), ("flat", "08:00", "20:00", "0.7", "0.3")])
    assert [r[:2] for r in slot_rows(instance, tariff)] == [(0, 480), (480, 1440)]
    open_ends = clerk.tariff(provider, "无结束", [("valley", "00:00", "", "0.3", "0.2"), ("flat", "08:00", "", "0.7", "0.3")])
    assert [r[:2] for r in slot_rows(instance, open_ends)] == [(0, 480), (480, 1440)]


@pytest.mark.feature("P1", "P3")
@pytest.mark.parametrize("name,rows,says,at", [
    ("晚开始", [("flat", "00:30", "24:00", "1", "0.2")], "00:00 开始", 0),
    ("有空缺", [("valley", "00:00", "08:00", "0.3", "0.2"), ("flat", "09:00", "24:00", "0.7", "0.3")], "空缺", None),
    ("重叠", [("valley", "00:00", "08:00", "0.3", "0.2"), ("flat", "07:00", "24:00", "0.7", "0.3")], "重叠", None),
    ("太短", [("valley", "00:00", "00:20", "0.3", "0.2"), ("flat", "00:20", "24:00", "0.7", "0.3")], "30 分钟|半点", None),
    ("两个价", [("flat", "00:00", "08:00", "0.3", "0.2"), ("peak", "08:00", "12:00", "1", "0.2"), ("flat", "12:00", "24:00", "0.4", "0.2")],
     "必须相同", 2),
    ("坏时间", [("flat", "aa:00", "24:00", "1", "0.2")], "时间格式", 0),
    ("坏单价", [("flat", "00:00", "24:00", "一元", "0.2")], "单价", 0),
    ("六位小数", [("flat", "00:00", "24:00", "0.123456", "0.2")], "单价", 0),
    ("空", [("flat", "", "", "", "")], "至少填写一个时段", None),
])
def test_what_does_not_hold_is_refused_at_its_row(clerk, provider, instance, name, rows, says, at):
    before = instance.value("select count(*) from tariff"), instance.value("select count(*) from tariff_version")
    page = clerk.tariff(provider, name, rows, status=422)
    assert re.search(says, " ".join(errors(page))), errors(page)
    if at is not None:
        wrong = re.findall(r'<tr( class="wrong")?>\s*<td><select', page.html)
        assert wrong[at], wrong
    for row in rows:                                 # everything typed is kept
        assert f'value="{row[3]}"' in page.html or row[3] in ("", "1") or "00000" in page.html or row[3] + "0" in page.html
    assert (instance.value("select count(*) from tariff"), instance.value("select count(*) from tariff_version")) == before


@pytest.mark.feature("P1")
def test_rows_are_added_split_and_removed_without_scripts(clerk, provider):
    page, form = clerk.form("/admin/tariff/new")
    page = clerk.web.submit(page, form, {**slots([("flat", "00:00", "24:00", "1", "0.2")]), "provider_id": str(provider), "name": "不保存"})
    assert page.status == 200
    start = {"provider_id": str(provider), "name": "逐行", **slots([("flat", "00:00", "24:00", "1", "0.2")])}
    page, form = clerk.form("/admin/tariff/new")
    values = [v for v in form.values if v[0] not in start]
    send = values + [(k, x) for k, v in start.items() for x in (v if isinstance(v, list) else [v])]
    split = clerk.web.post("/admin/tariff/new", send + [("row_split", "0")])
    assert re.findall(r'name="slot_(?:start|end)" value="([^"]*)"', split.html) == ["00:00", "12:00", "12:00", "24:00"]
    assert 'value="逐行"' in split.html
    added = clerk.web.post("/admin/tariff/new", send + [("row_add", "1")])
    assert added.html.count('name="slot_start"') == 2
    removed = clerk.web.post("/admin/tariff/new", send + [("row_remove", "0")])
    assert removed.html.count('name="slot_start"') == 0


@pytest.mark.feature("P4")
def test_a_new_version_counts_from_midnight_and_the_old_one_stays(clerk, provider, instance):
    tariff = clerk.tariff(provider, "分时", DAY)
    assert instance.value("select method from tariff where id = %s", tariff) == "tou"
    dearer = [(t, a, b, "1.20" if t == "peak" else e, s) for t, a, b, e, s in DAY]
    clerk.send(f"/admin/tariff/{tariff}/edit", {**slots(dearer), "effective": "midnight"})
    versions = instance.rows("select number, effective_at from tariff_version where tariff_id = %s order by number", tariff)
    midnight = datetime.datetime.combine(versions[0][1].date() + datetime.timedelta(days=1), datetime.time())
    assert [v[0] for v in versions] == [1, 2] and versions[1][1] == midnight
    assert {r[3] for r in slot_rows(instance, tariff, 1) if r[2] == "peak"} == {slot_rows(instance, tariff, 1)[1][3]}
    page = clerk.get(f"/admin/tariff/{tariff}")
    assert "待生效" in page.text and "执行中" in page.text
    # it was in force: "at once" is no choice any more, and refused if sent all the same
    form_page, form = clerk.form(f"/admin/tariff/{tariff}/edit")
    assert 'value="now"' not in form_page.html
    refused = clerk.send(f"/admin/tariff/{tariff}/edit", {**slots(DAY), "effective": "now"}, status=422)
    assert "已经生效过" in refused.text
    refused = clerk.send(f"/admin/tariff/{tariff}/edit", {**slots(DAY), "effective": "at", "effective_at": "2020-01-01T00:00"}, status=422)
    assert "已经过去" in refused.text
    # saving without a change of prices makes no version
    clerk.send(f"/admin/tariff/{tariff}/edit", {"name": "分时改名", **slots(dearer), "effective": "midnight"})
    assert instance.value("select count(*) from tariff_version where tariff_id = %s", tariff) == 2


@pytest.mark.feature("P8")
def test_a_version_at_a_chosen_time(clerk, provider, instance):
    tariff = clerk.tariff(provider, "定时", DAY)
    clerk.send(f"/admin/tariff/{tariff}/edit", {**slots([("flat", "00:00", "24:00", "2", "1")]), "effective": "at", "effective_at": "2030-05-01T06:00"})
    assert instance.value("select max(effective_at) from tariff_version where tariff_id = %s", tariff) == datetime.datetime(2030, 5, 1, 6)


@pytest.mark.feature("P5")
def test_the_calculator_explains_each_half_hour(clerk, provider):
    tariff = clerk.tariff(provider, "计算", DAY)
    # 30 kWh from 07:30 for 90 minutes: 10 valley, 20 peak = 10 * 0.50 + 20 * 1.50 = 35.00
    page = clerk.get(f"/admin/tariff/{tariff}/calculate?energy=30&start=07:30&minutes=90")
    assert re.search(r"<strong>35\.00</strong>", page.html), page.text
    lines = re.findall(r"<tr>\s*<td>(\S+ \S+) - (\S+)</td>", page.html)
    assert [(a[11:], b) for a, b in lines] == [("07:30:00", "08:00:00"), ("08:00:00", "08:30:00"), ("08:30:00", "09:00:00")]
    page = clerk.get(f"/admin/tariff/{tariff}/calculate?energy=abc&start=07:30&minutes=90")
    assert "请填写充电量" in page.text


@pytest.mark.feature("P12")
def test_a_tariff_in_use_is_not_deleted_and_piles_change_theirs_together(clerk, instance):
    site = clerk.site(60)
    piles = [clerk.add("pile", {"station_id": site.station, "area_id": instance.value("select id from area where station_id = %s", site.station),
                                "name": f"桩{i}", "serial": f"3201060090{i:04d}", "connector_count": 2}) for i in (1, 2)]
    other = clerk.provider("别家", "13800090009")
    foreign = clerk.tariff(other, "别家的", DAY)
    page = clerk.get("/admin/pile/batch/set_tariff?" + "&".join(f"id={p}" for p in piles))
    form = max((f for f in page.forms if f.method == "post"), key=lambda f: len(f.types))
    done = clerk.web.submit(page, form, {"tariff_id": str(site.tariff), "dispatch": "now"})
    assert done.status == 200, done.text[:500]
    assert instance.rows("select distinct tariff_id from pile where id in (%s, %s)", *piles) == [(site.tariff,)]
    refused = clerk.act("pile", piles[0], "set_tariff", {"tariff_id": str(foreign)}, status=422)
    assert "另一个服务商" in refused.text
    refused = clerk.act("tariff", site.tariff, "delete", status=422)
    assert "仍有" in refused.text
    refused = clerk.send(f"/admin/station/{site.station}/edit", {"tariff_id": str(foreign)}, status=422)
    assert any("另一个服务商" in e for e in errors(refused))


@pytest.mark.feature("P1", "W2")
def test_the_api_takes_slots_as_text_by_the_same_rules(clerk, provider, instance):
    from clerk import secret
    key = secret(clerk.send("/admin/api_key/create", {"name": "价格接口", "word": ["tariff.list", "tariff.create", "tariff.show"]}))
    web = instance.session()
    head = {"Authorization": f"Bearer {key}"}
    good = {"name": "接口规则", "provider_id": provider, "rounding": "half_up", "slots": "valley 00:00-08:00 0.3 0.2\nflat 08:00-24:00 0.7 0.3", "at_once": True}
    answer = web.http.post(web.base + "/api/v1/tariff", json=good, headers=head)
    assert answer.status_code in (200, 201), answer.text
    bad = {**good, "name": "接口坏规则", "slots": "valley 00:00-08:00 0.3 0.2"}
    bad["slots"] = "valley 01:00-24:00 0.3 0.2"
    answer = web.http.post(web.base + "/api/v1/tariff", json=bad, headers=head)
    assert answer.status_code == 422 and "slots" in answer.text
    assert instance.value("select count(*) from tariff where name = '接口坏规则'") == 0
