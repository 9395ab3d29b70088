"""Fleets with virtual piles: a clerk's members and money, the administrator's phone, charges that the fleet pays (M19-M22, U9, W11)."""
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, errors  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from test_driver import World, start, state  # noqa: E402
from test_import import imported  # noqa: E402
from work import workbook  # noqa: E402


class House(World):
    """A fleet with an administrator and a driver; drivers are made by their first log-in."""

    def __init__(self, instance, folder):
        super().__init__(instance, folder)
        self.clerk = Clerk(instance)
        self.fleet_id = self.clerk.add("fleet", {"name": "公交车队", "provider_id": self.site.provider, "phone": "13710000100"})
        self.boss, self.boss_phone = self.driver(1)
        self.web, self.phone = self.driver(1)
        self.row = self.join(self.phone)

    def join(self, phone, status=200):
        return self.clerk.add("fleet_member", {"fleet_id": self.fleet_id, "phone": phone}, status)

    def cash(self):
        return float(self.i.value("select coalesce(sum(balance), 0) from account where owner_kind = 'fleet' and owner_id = %s", self.fleet_id))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    instance = Instance("fleets")
    instance.up("--bare")
    made = None
    try:
        made = House(instance, tmp_path_factory.mktemp("fleets"))
        yield made
    finally:
        if made:
            made.fleet.end()
        instance.destroy()


@pytest.mark.feature("M19", "M20")
def test_members_come_by_phone_or_by_excel_and_one_of_them_administers(house):
    clerk, i = house.clerk, house.i
    assert any("没有此手机号" in e for e in errors(house.join("13999999999", 422)))
    assert any("已" in e for e in errors(house.join(house.phone, 422)))
    _, status, message, _ = imported(i, i.admin(), "fleet_member", workbook([["集体户", "会员手机号", "每日次数上限"], ["公交车队", house.boss_phone, "3"]]))
    assert status == "done", message
    row = i.value("select t.id from fleet_member t join member m on m.id = t.member_id where m.phone = %s and t.day_times = 3", house.boss_phone)
    i.sql("update fleet_member set day_times = 0 where id = %s", row)
    assert house.boss.get(f"/d/fleet/{house.fleet_id}").status == 404
    clerk.act("fleet_member", row, "make_admin")
    assert house.boss.get(f"/d/fleet/{house.fleet_id}").status == 200 and "公交车队" in house.boss.get("/d/").text
    other = clerk.add("fleet", {"name": "第二车队", "provider_id": house.site.provider, "phone": "13710000101"})
    clerk.add("fleet_member", {"fleet_id": other, "phone": house.phone})          # a member in several fleets
    page = clerk.get(f"/admin/fleet/{house.fleet_id}?tab=fleet_member")
    assert house.phone[:3] in page.text


@pytest.mark.feature("M19", "M17", "W11")
def test_its_money_is_filled_lent_given_and_taken_back(house):
    clerk, i = house.clerk, house.i
    clerk.act("fleet", house.fleet_id, "recharge", {"cash_amount": "100"})
    assert house.cash() == 100
    clerk.act("fleet", house.fleet_id, "set_credit", {"credit": "50", "_payment": i.payment_password})
    assert i.value("select credit from fleet where id = %s", house.fleet_id) == 50
    page = clerk.act("fleet", house.fleet_id, "allocate", {"share": "equal", "amount": "60"}, 422)
    assert any("还差 20" in e for e in errors(page)), errors(page)
    clerk.act("fleet", house.fleet_id, "allocate", {"share": "equal", "amount": "30"})
    assert house.cash() == 40
    clerk.act("fleet_member", house.row, "take_back", {"amount": "10"})
    assert house.cash() == 50
    clerk.act("fleet", house.fleet_id, "take_back", {})
    assert house.cash() == 100
    page = clerk.get(f"/admin/fleet/{house.fleet_id}?tab=statement")
    assert "集体户分配" in page.text and "集体户收回" in page.text and "findings=0" in i.job("ledger_proof")


@pytest.mark.feature("M21", "U9", "U2", "V3", "X3")
def test_the_administrator_limits_a_member_by_phone_and_the_fleet_pays_within(house):
    i, fleet = house.i, f"/d/fleet/{house.fleet_id}"
    page = house.web.get(f"/c/{house.code(1)}")
    assert "集体户钱包 公交车队" in page.text and "¥150.00" in page.text, "with the credit line"
    person = f"{fleet}/member/{house.row}"
    assert house.web.get(person).status == 404
    page = house.boss.get(person)
    bad = house.boss.submit(page, page.form("day_times"), {"day_times": "x"})
    assert bad.status == 422
    done = house.boss.submit(page, page.form("day_times"), {"day_times": "1", "day_amount": "20", "month_times": "0", "month_amount": "0"})
    assert done.status == 200 and "已保存" in done.text
    prices = {"price_energy": "90", "price_service": "50", "price_pay": "fleet", "_payment": i.payment_password}
    assert any("不能同时免收" in e for e in errors(house.clerk.act("fleet", house.fleet_id, "set_price", {**prices, "price_energy": "0", "price_service": "0"}, 422)))
    house.clerk.act("fleet", house.fleet_id, "set_price", {**prices, "price_energy": "100.01"}, 422)
    house.clerk.act("fleet", house.fleet_id, "set_price", {**prices, "_payment": "wrong"}, 422)
    house.clerk.act("fleet", house.fleet_id, "set_price", prices)
    words = "公交车队成员价：电费 90%，服务费 50%"
    assert words + "（集体户钱包）" in house.web.get(f"/c/{house.code(1)}").text
    house.plug(1)
    done = start(house.web, house, 1, pay=f"fleet:{house.fleet_id}", limit="amount", amount="20.01")
    assert done.status == 422 and "金额已达上限" in done.text
    done = start(house.web, house, 1, pay=f"fleet:{house.fleet_id}", limit="amount", amount="20")
    assert "/d/session/" in done.url, done.text
    session = done.url.split("?")[0]
    wait_for(lambda: state(house.web, session) == "charging", 15, "charging")
    assert "集体户钱包 公交车队" in house.web.get(session).text
    assert i.rows("select pay_kind, fleet_id, prepaid from session order by id desc limit 1")[0][:2] == ("fleet", house.fleet_id)
    house.web.submit(house.web.get(session), house.web.get(session).form(action="/stop"), {})
    wait_for(lambda: state(house.web, session) == "finished", 20, "finished")
    assert house.cash() == pytest.approx(100 - float(i.value("select amount from session order by id desc limit 1")))
    made, *promised = i.rows("select id, price_fleet_id, price_energy, price_service from session order by id desc limit 1")[0]
    assert promised == [house.fleet_id, 90, 50]
    i.sql("insert into cdr_line (cdr_id, position, kind, type, from_at, to_at, energy, energy_price, service_price, energy_fee, service_fee, amount)"
          " select id, 399, 'discount', '', started_at, ended_at, 0, 0, 0, 0, 0, 0 from cdr where session_id = %s", made)      # it may have ended before any energy
    assert words in house.web.get(session).text, "why the bill is less than the station's prices"
    assert words in house.clerk.get(f"/admin/session/{made}").text
    house.clerk.act("fleet", house.fleet_id, "set_price", {**prices, "price_energy": "100", "price_service": "100"})
    assert "成员价" not in house.web.get(f"/c/{house.code(1)}").text
    house.plug(1)
    done = start(house.web, house, 1, pay=f"fleet:{house.fleet_id}")
    assert done.status == 422 and "次数已达上限" in done.text
    other = i.value("select min(id) from fleet where id <> %s", house.fleet_id)
    assert "findings=0" in i.job("ledger_proof") and other
    done = start(house.boss, house, 1, pay=f"fleet:{other}")
    assert done.status == 422 and "不是该集体户的成员" in done.text


@pytest.mark.feature("V1")
def test_vehicles_come_by_hand_or_by_excel_and_their_brand_must_be_known(house):
    clerk, i = house.clerk, house.i
    clerk.add("vehicle_brand", {"brand": "比亚迪", "series": "K8", "model": "K8S"})
    good = {"fleet_id": house.fleet_id, "plate": "粤B00001D", "vin": "LGXCE6CB1N0000001", "brand": "比亚迪", "series": "K8", "model": "K8S"}
    for wrong, words in (({"brand": "无此"}, "品牌库"), ({"vin": "LGXCE6CB1N000000I"}, "VIN"), ({"vin_phone": house.phone}, "管理员")):
        page = clerk.add("fleet_vehicle", {**good, **wrong}, 422)
        assert any(words in e for e in errors(page)), errors(page)
    first = clerk.add("fleet_vehicle", {**good, "vin_phone": house.boss_phone})
    assert i.value("select vin_member_id is not null and vehicle_brand_id is not null from vehicle where id = %s", first) == 1
    heads = ["车辆编号", "车牌号码", "车辆 VIN", "车辆分类", "车辆品牌", "车辆系列", "车辆型号", "备注", "VIN 绑定"]
    rows = [heads, ["A1", "粤B00002D", "LGXCE6CB1N0000002", "公交车队", "比亚迪", "K8", "K8S", "晚班", house.boss_phone],
            ["A2", "粤B00003D", "", "公交车队", "", "", "", "", ""]]
    _, status, message, _ = imported(i, i.admin(), "fleet_vehicle", workbook(rows))
    assert status == "done", message
    _, status, _, _ = imported(i, i.admin(), "fleet_vehicle", workbook([heads, ["A3", "粤B00002D", "", "公交车队", "", "", "", "", ""]]))
    assert status == "failed", "the plate is there"
    clerk.send(f"/admin/fleet_vehicle/{first}/edit", {"note": "新车"})
    clerk.act("fleet_vehicle", first, "delete")
    assert i.value("select count(*) from vehicle where deleted = 0") == 2
    page = house.boss.get(f"/d/fleet/{house.fleet_id}/vehicle")
    done = house.boss.submit(page, page.form("plate", "vin"), {"plate": "粤b 00009d"})
    assert "已登记" in done.text and "粤B00009D" in done.text
    assert house.web.get(f"/d/fleet/{house.fleet_id}/vehicle").status == 404


@pytest.mark.feature("V2")
def test_a_member_asks_for_a_limit_and_an_operator_decides(house):
    clerk, i = house.clerk, house.i
    page = house.web.get("/d/vehicle")
    done = house.web.submit(page, page.form("plate", "vin"), {"plate": "粤B10001D"})
    assert house.web.submit(done, done.form("limit"), {"limit": "49"}).status == 422
    done = house.web.submit(done, done.form("limit"), {"limit": "85"})
    assert "待审核" in done.text
    car = i.value("select id from vehicle where plate = '粤B10001D'")
    clerk.act("member_vehicle", car, "reject")
    assert i.rows("select soc_limit, soc_state from vehicle where id = %s", car) == [(None, "rejected")]
    done = house.web.get("/d/vehicle")
    house.web.submit(done, done.form("limit"), {"limit": "90"})
    clerk.act("member_vehicle", car, "approve")
    assert i.rows("select soc_limit, soc_state from vehicle where id = %s", car) == [(90, "approved")]
    csrf = dict(done.form("limit").values)["_csrf"]
    assert house.boss.post(f"/d/vehicle/{car}/delete", {"_csrf": csrf}).status in (403, 404)


@pytest.mark.feature("Z1", "Z2", "Z3", "U9")
def test_a_plan_is_confirmed_and_starts_its_connectors_one_after_the_other_on_the_wire(house):
    clerk, i = house.clerk, house.i
    nobody = clerk.add("fleet", {"name": "无管理员车队", "provider_id": house.site.provider, "phone": "13710000108"})
    good = {"name": "夜间", "fleet_id": house.fleet_id, "station_id": house.site.station, "start_time": "23:59", "gap_seconds": "2",
            "execution": "manual"}
    assert any("管理员" in e for e in errors(clerk.add("plan", {**good, "fleet_id": nobody}, 422)))
    assert any("18:20" in e for e in errors(clerk.add("plan", {**good, "start_time": "25:00"}, 422)))
    plan = clerk.add("plan", good)
    guns = [house.site.connector(house.site.serials[p], g) for p, g in ((1, 1), (1, 2), (2, 1))]
    for gun in guns:
        clerk.add("plan_connector", {"plan_id": plan, "connector_id": gun})
    twin = clerk.add("plan", {**good, "name": "另一个"})
    assert any("另一个充电计划" in e for e in errors(clerk.add("plan_connector", {"plan_id": twin, "connector_id": guns[0]}, 422)))
    i.sql("update plan_connector set energy = 40 where connector_id = %s", guns[0])
    page = clerk.get(f"/admin/plan/{plan}/schedule?limit=60&until=07:00")
    assert page.status == 200 and "data-chart" in page.html and "40.0" in page.text and "2 个充电位没有填写充电电量" in page.text
    assert "排不下" in clerk.get(f"/admin/plan/{plan}/schedule?limit=1&until=07:00").text
    for wrong in ("limit=0&until=07:00", "limit=many&until=07:00", "limit=60&until=25:00"):
        assert "请填写功率" in clerk.get(f"/admin/plan/{plan}/schedule?{wrong}").text
    page = house.boss.get(f"/d/fleet/{house.fleet_id}/plan")
    house.boss.submit(page, page.form("password"), {"password": "plan-password"})
    clerk.act("plan", plan, "confirm", {"phone": house.boss_phone, "password": "wrong-password"}, 422)
    clerk.act("plan", plan, "confirm", {"phone": house.boss_phone, "password": "plan-password"})
    clerk.send(f"/admin/plan/{plan}/edit", {"note": "改"})
    assert i.value("select state from plan where id = %s", plan) == "pending", "edited, it waits again"
    page = house.boss.get(f"/d/fleet/{house.fleet_id}/plan")
    done = house.boss.submit(page, page.form(action=f"/plan/{plan}/confirm"), {})
    assert "计划已确认" in done.text and i.value("select state from plan where id = %s", plan) == "running"
    clerk.act("fleet", house.fleet_id, "recharge", {"cash_amount": "300"})
    for pile, gun in ((2, 1), (2, 2)):
        house.plug(pile, gun)                                                  # the third has no car
    clerk.act("plan", plan, "execute")
    out = i.job("start_plans")
    assert "started=2" in out and "refused=1" in out, out
    assert "started=0" in i.job("start_plans"), "never twice"
    wait_for(lambda: i.value("select count(*) from plan_start t join session s on s.id = t.session_id where s.state = 'charging' and t.plan_id = %s", plan) == 2, 25, "charging")
    first, second = (row[0] for row in i.rows("select unix_timestamp(c.sent_at) from command c join plan_start t on t.session_id = c.session_id"
                                              " where c.kind = 'start' and t.plan_id = %s order by t.id", plan))
    assert 1 <= float(second) - float(first) <= 5, "two seconds apart on the wire"
    page = clerk.get(f"/admin/plan/{plan}?tab=plan_start")
    assert "已启动" in page.text and "插" in page.text
    for (session,) in i.rows("select session_id from plan_start where session_id is not null and plan_id = %s", plan):
        clerk.act("session", session, "stop")
    wait_for(lambda: i.value("select count(*) from session where plan_id = %s and state in ('charging', 'stopping')", plan) == 0, 25, "all stopped")
    clerk.act("plan", plan, "delete")
    assert clerk.add("plan_connector", {"plan_id": twin, "connector_id": guns[0]}), "free again"
    assert "findings=0" in i.job("ledger_proof")


@pytest.mark.feature("Z1", "Z2", "Z3")
def test_connectors_are_ticked_and_an_order_is_accepted(house):
    clerk, i, site = house.clerk, house.i, house.site
    good = {"fleet_id": house.fleet_id, "station_id": site.station, "start_time": "23:30", "gap_seconds": "2", "execution": "manual"}
    plan, twin = (clerk.add("plan", {**good, "name": name}) for name in ("勾选", "同枪"))
    guns = [site.connector(site.serials[p], g) for p, g in ((3, 1), (3, 2), (4, 1))]
    page = clerk.get(f"/admin/plan/{plan}/connectors")
    assert "一区" in page.text and "智能 VIN 识别" in page.text
    form = page.form(f"energy{guns[0]}")
    tick = {f"on{guns[0]}": "1", f"energy{guns[0]}": "20"}
    for wrong, words in (({f"energy{guns[0]}": "0.09"}, "0.1 到 500"), ({f"energy{guns[0]}": "500.1"}, "0.1 到 500"), ({f"leave{guns[0]}": "24:00"}, "18:20"),
                         ({f"plate{guns[0]}": "粤B99999D"}, "不是这个集体户")):
        answer = clerk.web.submit(page, form, {**tick, **wrong})
        assert answer.status == 422 and words in answer.text and i.value("select count(*) from plan_connector where plan_id = %s and deleted = 0", plan) == 0
    answer = clerk.web.submit(page, form, {**tick, f"on{guns[1]}": "1", f"leave{guns[1]}": "06:30"})
    assert answer.status == 200 and "已保存，共 2 个充电位" in answer.text
    version = i.value("select version from plan where id = %s", plan)
    page = clerk.get(f"/admin/plan/{plan}/connectors")
    clerk.web.submit(page, page.form(f"energy{guns[0]}"), {})
    assert i.value("select version from plan where id = %s", plan) == version, "nothing changed, nothing is to be confirmed again"
    # two plans on one connector: it cannot be ticked, nor sent all the same
    page = clerk.get(f"/admin/plan/{twin}/connectors")
    assert page.text.count("已在另一个充电计划中") >= 2
    answer = clerk.web.submit(page, page.form(f"energy{guns[2]}"), {f"on{guns[0]}": "1", f"on{guns[2]}": "1"})
    assert answer.status == 422 and i.value("select count(*) from plan_connector where plan_id = %s", twin) == 0
    # an order: never above the station's own limit, only where each connector says its energy
    i.sql("update station set load_limit = 100 where id = %s", site.station)
    schedule = f"/admin/plan/{plan}/schedule"
    assert "超过了本站的总功率上限" in clerk.get(f"{schedule}?limit=101&until=23:00").text
    page = clerk.get(f"{schedule}?limit=100&until=23:00")
    assert "1 个充电位没有填写充电电量" in page.text and not any("until" in f and "limit" in f and "_csrf" in f for f in page.forms)
    csrf = {"_csrf": dict(clerk.get(f"/admin/plan/{plan}/edit").form("gap_seconds").values)["_csrf"]}
    assert clerk.web.post(schedule, {**csrf, "limit": "100", "until": "23:00"}).status == 422
    assert clerk.web.post(schedule, {"limit": "100", "until": "23:00"}).status == 403
    page = clerk.get(f"/admin/plan/{plan}/connectors")
    clerk.web.submit(page, page.form(f"energy{guns[0]}"), {f"energy{guns[1]}": "30"})
    answer = clerk.web.post(schedule, {**csrf, "limit": "60", "until": "23:00"})
    assert answer.status == 200 and "已采用排程" in answer.text, answer.text
    starts = [r[0] for r in i.rows("select start_after from plan_connector where plan_id = %s and deleted = 0 order by id", plan)]
    assert None not in starts and abs(starts[0] - starts[1]) >= 1800, "one after the other under 60 kW"
    house.boss.get(f"/d/fleet/{house.fleet_id}/plan").text.index("60 kW")
    clerk.send(f"/admin/plan/{plan}/edit", {"start_time": "22:30"})
    assert i.value("select limit_watt from plan where id = %s", plan) is None, "made for another time"
    i.sql("update station set load_limit = null where id = %s", site.station)
    for one in (plan, twin):
        clerk.act("plan", one, "delete")


@pytest.mark.feature("M20", "M22", "U9")
def test_removed_by_phone_and_deleted_in_order(house):
    clerk, i = house.clerk, house.i
    page = house.boss.get(f"/d/fleet/{house.fleet_id}/member/{house.row}")
    done = house.boss.submit(page, page.form(action="/remove"), {})
    assert "已移除" in done.text
    assert "公交车队" not in house.web.get(f"/c/{house.code(1)}").text
    own = i.value("select t.id from fleet_member t join fleet f on f.id = t.fleet_id and f.admin_id = t.member_id where f.id = %s", house.fleet_id)
    csrf = dict(page.form("day_times").values)["_csrf"]
    assert "管理员不能移除自己" in house.boss.post(f"/d/fleet/{house.fleet_id}/member/{own}/remove", {"_csrf": csrf}).text
    below = clerk.add("fleet", {"name": "一车队", "parent_id": house.fleet_id, "phone": "13710000102"})
    for values, words in (({"parent_id": house.fleet_id}, "自己的分户"), ({"parent_id": below}, "主户")):
        page = clerk.send(f"/admin/fleet/{house.fleet_id}/edit", values, 422)
        assert any(words in e for e in errors(page)), errors(page)
    page = clerk.act("fleet", house.fleet_id, "delete", status=422)
    assert "请先移除成员" in page.text
    clerk.act("fleet_member", own, "delete")
    assert i.value("select admin_id from fleet where id = %s", house.fleet_id) is None
    assert house.boss.get(f"/d/fleet/{house.fleet_id}").status == 404
    assert "请先删除分户" in clerk.act("fleet", house.fleet_id, "delete", status=422).text
    clerk.act("fleet", below, "delete")
    assert "请先结清" in clerk.act("fleet", house.fleet_id, "delete", status=422).text
