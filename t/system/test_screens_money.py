"""Members, cards and their money; orders ended by hand; the daily report (M1-M7, M12, O4, O7, I6)."""
import io
import re
from decimal import Decimal

import openpyxl
import pytest

from clerk import Clerk, biggest, errors, secret
from office import opened


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(70)


def member_no(instance, record):
    return instance.value("select no from member where id = %s", record)


@pytest.mark.feature("M1")
def test_a_member_gets_a_number_and_a_right_to_a_tariff(clerk, site, instance):
    record = clerk.add("member", {"station_id": site.station, "name": "陈经理", "phone": "13612340001", "tariff_id": site.tariff})
    no = member_no(instance, record)
    assert re.fullmatch(r"\d{9}", no)
    assert instance.rows("select provider_id, station_id, tariff_id, plate from member where id = %s", record) == [
        (site.provider, site.station, site.tariff, "")]
    for search in (f"no={no}", "phone=13612340001", f"station_id={site.station}", "status=enabled"):
        assert no in clerk.get(f"/admin/member?{search}").text, search
    page = clerk.get(f"/admin/member?no={no}")
    assert "136****0001" in page.text and "13612340001" not in page.text.replace("136****0001", "")
    again = clerk.add("member", {"station_id": site.station, "name": "重复", "phone": "13612340001"}, status=422)
    assert errors(again)
    bad = clerk.add("member", {"station_id": site.station, "name": "坏号", "phone": "123"}, status=422)
    assert errors(bad)
    nowhere = clerk.add("member", {"name": "无站", "phone": "13612340002"}, status=422)
    assert any("请选择电站" in e for e in errors(nowhere))


@pytest.mark.feature("M2", "M1")
def test_a_card_is_issued_to_a_number_filled_with_a_gift_and_refunded(clerk, site, instance):
    record = clerk.add("member", {"station_id": site.station, "name": "持卡人", "phone": "13612340010"})
    no = member_no(instance, record)
    page = clerk.get(f"/admin/member/{record}/issue")
    assert f'value="{no}"' in page.html                            # from the member straight to the form
    card = clerk.add("card", {"station_id": site.station, "member_no": no})
    card_no = instance.value("select no from card where id = %s", card)
    assert re.fullmatch(r"\d{9}", card_no)
    assert card_no in clerk.get(f"/admin/member?electronic_cards={card_no}").text
    unknown = clerk.add("card", {"station_id": site.station, "member_no": "000000000"}, status=422)
    assert any("没有这个用户编号" in e for e in errors(unknown))

    clerk.act("card", card, "recharge", {"gift_amount": "10000", "note": "内部用车"})
    clerk.act("card", card, "recharge", {"cash_amount": "50.5"})
    purse = dict(instance.rows("select kind, balance from account where owner_kind = 'card' and owner_id = %s", card))
    assert purse["gift"] == Decimal("10000") and purse["cash"] == Decimal("50.5")
    assert instance.rows("select kind, cash, gift, cash_balance, gift_balance from statement where card_id = %s order by id", card) == [
        ("grant", 0, Decimal("10000"), 0, Decimal("10000")), ("recharge", Decimal("50.5"), 0, Decimal("50.5"), Decimal("10000"))]
    nothing = clerk.act("card", card, "recharge", {}, status=422)
    assert "请填写金额" in nothing.text

    too_much = clerk.act("card", card, "refund", {"gift_amount": "10001", "_payment": instance.payment_password}, status=422)
    assert "超过可退余额" in too_much.text
    wrong = clerk.act("card", card, "refund", {"cash_amount": "50.5", "_payment": "wrong-password"}, status=422)
    assert "支付密码不正确" in wrong.text
    clerk.act("card", card, "refund", {"cash_amount": "50.5", "_payment": instance.payment_password})
    assert instance.value("select balance from account where owner_kind = 'card' and owner_id = %s and kind = 'cash'", card) == 0
    statement = clerk.get(f"/admin/card/{card}?tab=statement").text
    assert "退款" in statement and "赠送" in statement and "内部用车" in statement
    kept = clerk.act("card", card, "delete", status=422)
    assert "还有余额" in kept.text
    assert instance.value("select sum(amount) from posting") == 0


@pytest.mark.feature("M2", "F3")
def test_a_recharge_posted_twice_is_one_recharge(clerk, site, instance):
    record = clerk.add("member", {"station_id": site.station, "name": "双击", "phone": "13612340011"})
    card = clerk.add("card", {"station_id": site.station, "member_no": member_no(instance, record)})
    page, form = clerk.form(f"/admin/card/{card}/recharge")
    for _ in range(2):
        assert clerk.web.submit(page, form, {"gift_amount": "88"}).status == 200
    assert instance.rows("select gift from statement where card_id = %s", card) == [(Decimal("88"),)]


@pytest.mark.feature("M11", "M14")
def test_a_frozen_member_gets_no_card(clerk, site, instance):
    record = clerk.add("member", {"station_id": site.station, "name": "冻结者", "phone": "13612340012"})
    clerk.act("member", record, "freeze")
    assert instance.value("select status from member where id = %s", record) == "frozen"
    page = clerk.add("card", {"station_id": site.station, "member_no": member_no(instance, record)}, status=422)
    assert any("冻结" in e for e in errors(page))
    clerk.act("member", record, "thaw")
    clerk.add("card", {"station_id": site.station, "member_no": member_no(instance, record)})


@pytest.mark.feature("M4")
def test_numbers_of_physical_cards_may_be_absent_and_are_unique(clerk, site, instance):
    people = [clerk.add("member", {"station_id": site.station, "name": f"实体{i}", "phone": f"1361234002{i}"}) for i in range(3)]
    for i, person in enumerate(people[:2]):                       # two without numbers do not collide
        clerk.add("card", {"kind": "physical", "station_id": site.station, "member_no": member_no(instance, person)})
    clerk.add("card", {"kind": "physical", "member_no": member_no(instance, people[2]), "logical_no": "A000000001", "physical_no": "D14B0A54"})
    page = clerk.add("card", {"kind": "physical", "member_no": member_no(instance, people[2]), "logical_no": "A000000001"}, status=422)
    assert errors(page)


class House:
    """The property of the site, its people at work, a fleet of it."""

    def __init__(self, clerk, site, instance):
        self.at, self.site, self.clerk = instance, site, clerk
        login = instance.value("select phone from property where id = %s", site.property)
        password = secret(clerk.send(f"/admin/property/{site.property}/account", {}))
        instance.sql("update user set must_change = 0, payment_must_change = 0 where login = %s", login)
        role = instance.value("select r.role_id from user_role r join user u on u.id = r.user_id where u.login = %s", login)
        instance.sql("insert ignore into role_permission (role_id, permission) values (%s, '*')", role)
        instance.sql("insert into setting (name, value, updated_at) values ('permission.epoch', '1', now()) on duplicate key update value = value + 1")
        self.web = instance.session()
        self.web.login(instance, login, password)
        self.people = Clerk(instance, self.web)
        self.fleet = clerk.add("fleet", {"name": "发卡车队", "phone": "13612341900", "provider_id": site.provider, "property_id": site.property})

    def product(self, name, **more):
        return self.people.add("card_product", {"name": name, "property_id": self.site.property, "price": "0", "face": "0", **more})

    def issue(self, product, phone, status=200, by=None, **more):
        done = (by or self.people).send("/admin/card/page/issue", {"product_id": product, "holder_phone": phone, "holder_name": "持卡者", **more}, status)
        return self.people.newest("card") if status == 200 else done

    def purse(self, kind, owner):
        return dict(self.at.rows("select kind, balance from account where owner_kind = %s and owner_id = %s and balance <> 0", kind, owner))


@pytest.fixture(scope="module")
def house(clerk, site, instance):
    return House(clerk, site, instance)


@pytest.mark.feature("M3", "M4", "M6", "M7")
def test_a_property_issues_cards_of_its_products_and_nobody_else(clerk, site, house, instance):
    product = house.product("年卡", price="90", face="100", bonus="50+5 100+20")
    assert any("充值+赠送" in e for e in errors(house.people.add("card_product", {
        "name": "坏", "property_id": site.property, "price": "1", "face": "1", "bonus": "50 5"}, status=422)))
    refused = house.issue(product, "13612341001", 422, by=clerk, physical_no="E0A10001")
    assert any("物业账号" in e for e in errors(refused)) and not instance.value("select count(*) from card where product_id = %s", product)
    bare = house.issue(product, "13612341001", 422)
    assert any("实体卡号或物理卡号" in e for e in errors(bare))

    card = house.issue(product, "13612341001", logical_no="B00000000001", physical_no="E0A10001")
    member = instance.value("select member_id from card where id = %s", card)
    assert instance.rows("select phone, name, provider_id, station_id, status from member where id = %s", member) == [
        ("13612341001", "持卡者", site.provider, site.station, "enabled")]                  # who was unknown is a member now
    assert house.purse("card", card) == {"cash": Decimal("90"), "gift": Decimal("10")}
    assert instance.rows("select kind, cash, gift from statement where card_id = %s", card) == [("issue", Decimal("90"), Decimal("10"))]
    for search in (f"product_id={product}", "issued_to=person", "phone=13612341001", "physical_no=E0A10001"):
        assert instance.value("select no from card where id = %s", card) in house.people.get(f"/admin/card?{search}").text, search

    second = house.issue(product, "13612341001", physical_no="E0A10002")                     # the same holder again: no second member
    assert instance.value("select member_id from card where id = %s", second) == member
    for number, field in (("B00000000001", "logical_no"), ("E0A10001", "physical_no")):
        taken = house.issue(product, "13612341002", 422, **{field: number})
        assert any("已被其他卡使用" in e for e in errors(taken))
    clerk.add("token", {"no": "00E0A10009", "kind": "verify", "provider_id": site.provider})
    assert any("已被其他卡使用" in e for e in errors(house.issue(product, "13612341002", 422, physical_no="E0A10009")))
    house.people.send(f"/admin/card/{second}/edit", {"physical_no": "E0A10003", "logical_no": "B00000000003"})
    assert instance.rows("select logical_no, physical_no from card where id = %s", second) == [("B00000000003", "E0A10003")]
    assert errors(house.people.send(f"/admin/card/{second}/edit", {"physical_no": "E0A10001"}, 422))

    clerk.act("member", member, "disable")
    assert any("禁用" in e for e in errors(house.issue(product, "13612341001", 422, physical_no="E0A10004")))
    clerk.act("member", member, "enable")
    house.people.act("card_product", product, "disable")
    assert any("禁用" in e for e in errors(house.issue(product, "13612341003", 422, physical_no="E0A10004")))
    house.people.act("card_product", product, "enable")
    assert instance.value("select count(*) from member where phone in ('13612341002', '13612341003')") == 0

    said = house.people.act("card", card, "recharge", {"cash_amount": "100"})
    assert "20.00" in said.text and house.purse("card", card) == {"cash": Decimal("190"), "gift": Decimal("30")}
    house.people.act("card", card, "recharge", {"cash_amount": "49.99"})
    house.people.act("card", card, "recharge", {"cash_amount": "60", "gift_amount": "1"})    # what the clerk says stands
    assert house.purse("card", card) == {"cash": Decimal("299.99"), "gift": Decimal("31")}
    assert "不能删除" in house.people.act("card_product", product, "delete", status=422).text

    other = clerk.site(73)
    foreign = clerk.add("card_product_station", {"product_id": product, "station_id": other.station}, status=422)
    assert any("另一个服务商" in e for e in errors(foreign))
    house.people.add("card_product_station", {"product_id": product, "station_id": site.station})
    assert instance.value("select sum(amount) from posting") == 0


@pytest.mark.feature("M5")
def test_a_fleet_pays_for_cards_as_far_as_its_money_goes(clerk, site, house, instance):
    product = house.product("集体卡", issue="fleet", price="105", face="100")
    assert any("请选择集体户" in e for e in errors(house.issue(product, "13612341101", 422, physical_no="E0A20001")))
    short = house.issue(product, "13612341101", 422, physical_no="E0A20001", fleet_id=house.fleet)
    assert any("还差 105.00" in e for e in errors(short))
    clerk.act("fleet", house.fleet, "recharge", {"cash_amount": "209.99", "gift_amount": "500"})
    clerk.act("fleet", house.fleet, "set_credit", {"credit": "1000", "_payment": instance.payment_password})
    card = house.issue(product, "13612341101", physical_no="E0A20001", fleet_id=house.fleet)
    assert house.purse("card", card) == {"cash": Decimal("100")}
    assert house.purse("fleet", house.fleet) == {"cash": Decimal("104.99"), "gift": Decimal("500")}
    assert instance.rows("select kind, cash, gift, member_id from statement where fleet_id = %s order by id desc limit 1", house.fleet) == [
        ("issue", Decimal("-105"), 0, instance.value("select member_id from card where id = %s", card))]
    assert instance.value("select sum(p.amount) from posting p join account a on a.id = p.account_id where a.kind = 'income_card'"
                          " and a.owner_id = %s and a.owner_kind = 'provider'", site.provider) == Decimal("5")
    # a fen is missing: neither gifts nor the credit line pay for cards
    assert any("还差 0.01" in e for e in errors(house.issue(product, "13612341102", 422, physical_no="E0A20002", fleet_id=house.fleet)))
    assert instance.value("select count(*) from member where phone = '13612341102'") == 0
    assert house.purse("fleet", house.fleet)["cash"] == Decimal("104.99")
    clerk.act("fleet", house.fleet, "recharge", {"cash_amount": "500"})
    clerk.act("fleet", house.fleet, "disable")
    assert errors(house.issue(product, "13612341102", 422, physical_no="E0A20002", fleet_id=house.fleet))
    clerk.act("fleet", house.fleet, "enable")
    page, form = house.people.form("/admin/card/page/issue")                                # the same form sent twice is one card
    values = {"product_id": str(product), "fleet_id": str(house.fleet), "holder_phone": "13612341102", "holder_name": "乙", "physical_no": "E0A20002"}
    for _ in range(2):
        assert house.web.submit(page, form, values).status == 200
    assert instance.value("select count(*) from card where fleet_id = %s", house.fleet) == 2
    assert house.purse("fleet", house.fleet)["cash"] == Decimal("499.99")
    done = instance.job("ledger_proof", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def book(*rows):
    x = openpyxl.Workbook()
    for row in rows:
        x.active.append(row)
    out = io.BytesIO()
    x.save(out)
    return out.getvalue()


@pytest.mark.feature("M13")
def test_members_of_an_excel_file_move_to_a_category_all_or_none(clerk, site, instance):
    own = {"provider_id": site.provider}
    top = clerk.add("member_category", {"name": "大客户", **own})
    below = clerk.add("member_category", {"name": "物流", "parent_id": top, **own})
    assert any("下面" in e for e in errors(clerk.send(f"/admin/member_category/{top}/edit", {"parent_id": below}, 422)))
    assert any("不能删除" in e for e in errors(clerk.act("member_category", top, "delete", status=422)))
    people = [clerk.add("member", {"station_id": site.station, "name": f"分类{i}", "phone": f"1361234200{i}"}) for i in range(3)]
    of = "select coalesce(category_id, 0) from member where id in (%s, %s, %s) order by id"
    other = clerk.site(74)
    theirs = clerk.add("member_category", {"name": "别家", "provider_id": other.provider})
    clerk.add("member", {"station_id": other.station, "name": "别家人", "phone": "13612342009"})
    assert any("另一个服务商" in e for e in errors(clerk.send(f"/admin/member/{people[0]}/edit", {"category_id": theirs}, 422)))
    assert "分类0" in clerk.get("/admin/member?tab=uncategorised&phone=13612342000").text      # everybody new is in 默认分类

    def move(category, *rows, status=422):
        page = clerk.get("/admin/member/categorise")
        done = clerk.web.submit(page, biggest(page), {"category": str(category)}, files={"file": ("m.xlsx", book(*rows))})
        assert done.status == status, done.text[:600]
        return done

    head = ["姓名", "手机号 *"]
    bad = move(below, head, ["a", "13612342000"], ["b", "13612342001"], ["c", "13612342000"], ["d", "13699999999"], ["e", "12"], ["f", "13612342009"])
    told = re.findall(r"<tr><td>(\d+)</td><td>手机号</td><td>(\d+)</td><td>([^<]+)</td>", bad.html)
    assert [(line, value) for line, value, _ in told] == [("4", "13612342000"), ("5", "13699999999"), ("6", "12"), ("7", "13612342009")]
    assert "2" in told[0][2] and "不存在" in told[1][2] and "另一个服务商" in told[3][2]
    assert instance.rows(of, *people) == [(0,), (0,), (0,)]                                  # all or nothing
    assert "没有“手机号”" in move(below, ["姓名"], ["a"]).text
    assert "请选择会员分类" in move("", head, ["a", "13612342000"]).text
    assert clerk.web.get("/admin/member/categorise").status == 200
    said = move(below, head, ["a", "13612342000"], ["b", "13612342001"], status=200)
    assert "已调整 2 名" in said.text and instance.rows(of, *people) == [(below,), (below,), (0,)]
    assert "分类1" in clerk.get(f"/admin/member?category_id={below}").text
    move("default", ["phone"], ["13612342001"], status=200)
    assert instance.rows(of, *people) == [(below,), (0,), (0,)]
    assert instance.value("select count(*) from audit where action = 'categorise' and record_id = %s", people[1]) == 2


def charging_session(instance, site, key, state="charging", energy="8.0000"):
    """A running order as the gateway would have left it, straight in the tables."""
    no = f"3201060070{key:04d}01261120{key:06d}0001"[:32]
    pile = instance.value("select id from pile where station_id = %s order by id limit 1", site.station)
    connector, area = instance.rows("select k.id, p.area_id from connector k join pile p on p.id = k.pile_id where k.pile_id = %s limit 1", pile)[0]
    version = instance.value("select max(id) from tariff_version where tariff_id = %s", site.tariff)
    instance.sql("insert into session (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, start_mode, pay_kind, state,"
                 " tariff_version_id, requested_at, started_at, seen_at, energy, created_at, updated_at)"
                 " values (%s, %s, %s, %s, %s, %s, %s, 'app', 'none', %s, %s, now() - interval 1 hour, now() - interval 1 hour, now(), %s, now(), now())",
                 no, site.provider, site.property, site.station, area, pile, connector, state, version, energy)
    return instance.value("select id from session where no = %s", no), no


@pytest.fixture(scope="module")
def pile(clerk, site, instance):
    return clerk.add("pile", {"station_id": site.station, "area_id": instance.value("select id from area where station_id = %s", site.station),
                              "name": "订单桩", "serial": "32010600700001", "connector_count": 2})


@pytest.mark.feature("O4", "O7")
def test_an_order_is_ended_by_hand_by_its_last_report(clerk, site, pile, instance):
    record, no = charging_session(instance, site, 1)
    assert no in clerk.get("/admin/session").text                      # the list opens on the last week (H9)
    bare = clerk.act("session", record, "end", {"why": ""}, status=422)
    assert errors(bare)
    clerk.act("session", record, "end", {"why": "桩已断电"})
    state, energy, amount, settled = instance.rows("select state, energy, amount, settled_at from session where id = %s", record)[0]
    assert state == "finished" and energy == Decimal("8") and amount == Decimal("10") and settled     # 8 kWh x 1.25
    page = clerk.get(f"/admin/session/{record}")
    for part in ("账单明细", "服务进程", "支付明细", "标准70", "8.0000"):
        assert part in page.text, part
    assert "10.00" in page.text
    proof = clerk.get(f"/admin/session/{record}/recompute")
    assert "完全一致" in proof.text
    assert clerk.web.post(f"/admin/session/{record}/end", {"_csrf": "x"}).status in (400, 403)      # no CSRF word


@pytest.mark.feature("O2")
def test_orders_are_counted_by_state_in_tabs(clerk, site, pile, instance):
    record, no = charging_session(instance, site, 2, state="suspended")
    page = clerk.get(f"/admin/session?tab=suspended&station_id={site.station}")
    assert no in page.text and "订单挂起" in page.text
    page = clerk.get(f"/admin/session?tab=finished&station_id={site.station}")
    assert no not in page.text
    clerk.act("session", record, "end", {"why": "清理"})


@pytest.mark.feature("I6", "I7")
def test_the_daily_report_is_shown_confirmed_and_downloaded(clerk, site, pile, instance, tmp_path):
    guest = clerk.provider("互联商家", "13800077001")
    record, no = charging_session(instance, site, 3, energy="12.5000")
    instance.sql("update session set member_provider_id = %s where id = %s", guest, record)
    clerk.act("session", record, "end", {"why": "日报"})
    day = str(instance.value("select date(ended_at) from session where id = %s", record))
    instance.job("daily_report", "--date", day)
    ours, theirs = instance.rows("select id, direction from daily_report where day = %s and (provider_id = %s or partner_id = %s) order by direction desc",
                                 day, site.provider, site.provider)
    assert (ours[1], theirs[1]) == ("receivable", "payable")
    page = clerk.get(f"/admin/daily_report?tab=receivable&provider_id={site.provider}")
    assert "互联商家" in page.text and "12.500" in page.text and "15.63" in page.text and "未确认" in page.text   # 12.5 x 1.25 = 15.625
    assert no in clerk.get(f"/admin/daily_report/{ours[0]}").text
    assert no in clerk.get(f"/admin/daily_report/{theirs[0]}").text
    clerk.act("daily_report", ours[0], "confirm")
    assert instance.value("select confirm_status from daily_report where id = %s", ours[0]) == "confirmed"
    answer = clerk.web.http.get(clerk.web.base + f"/admin/daily_report/{ours[0]}/download")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    book, = opened(answer.content)
    cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None}
    assert no in cells and "互联商家" in cells


@pytest.mark.feature("H4", "H5", "H6")
def test_the_home_page_counts_what_is_there(clerk, site, pile, instance):
    page = clerk.get("/admin/")
    today = instance.rows("select count(*), coalesce(sum(amount), 0), coalesce(sum(energy), 0) from session where state = 'finished'"
                          " and ended_at >= curdate()")[0]
    assert f"{today[1]:,.2f}" in page.text and f"{today[2]:,.2f}" in page.text
    members = instance.value("select count(*) from member where deleted = 0")
    assert re.search(rf"会员\s*{members}\b", page.text)
    page = clerk.get("/admin/?figures=1")
    assert page.html.count("data-chart=") == 3 and "订单总数" in page.text
    assert clerk.get("/admin/home/figures").html.count("data-chart=") == 3
    assert clerk.get("/admin/session?tab=live").status == 200


@pytest.mark.feature("F7")
def test_settings_are_checked_and_audited(clerk, instance):
    page = clerk.send("/admin/setting", {"balance_min": "-1"}, status=422)
    assert any("不小于 0" in e for e in errors(page))
    page = clerk.send("/admin/setting", {"sms_code_daily": "many"}, status=422)
    assert errors(page)
    clerk.send("/admin/setting", {"operator_name": "示例运营商"})
    assert instance.value("select value from setting where name = 'operator_name'") == "示例运营商"
    assert instance.value("select count(*) from audit where resource = 'setting' and field = 'operator_name'") == 1
