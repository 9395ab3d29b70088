"""Departments, posts, the nine filters of users, what a merchant shows drivers, bank accounts and their certification (G1-G13)."""
import re

import pytest

from clerk import Clerk, errors
from people import Tenant


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def house(clerk, instance):
    """An approved provider with a property, and their top departments."""
    class House:
        provider = clerk.provider("组织服务商", "13700000001")
        property = clerk.property(provider, "组织物业", "13700000002")
        top = instance.value("select id from department where provider_id = %s and property_id is null", provider)
        property_top = instance.value("select id from department where property_id = %s", property)
    return House


def refused(page, words):
    assert any(words in e for e in errors(page)), errors(page)


# --- departments

@pytest.mark.feature("G9", "G2", "G4")
def test_each_approved_provider_and_new_property_gets_one_top_department(clerk, instance):
    provider = clerk.provider("待审核的", "13700000003", approve=False)
    count = "select count(*) from department where provider_id = %s and parent_id is null and deleted = 0"
    assert instance.value(count, provider) == 0
    clerk.send(f"/admin/provider/{provider}/audit", {"verdict": "approve"})
    assert instance.rows("select name, leader, phone from department where provider_id = %s", provider) == [("待审核的", "张三", "13700000003")]
    property_ = clerk.property(provider, "新物业", "13700000004")
    assert instance.rows("select provider_id, name, parent_id from department where property_id = %s", property_) == [(provider, "新物业", None)]
    _, form = clerk.form(f"/admin/property/{property_}/edit")
    clerk.send(f"/admin/property/{property_}/edit", {"contact": "李四"})
    assert instance.value(count, provider) == 2
    rejected = clerk.provider("驳回的", "13700000005", approve=False)
    clerk.send(f"/admin/provider/{rejected}/audit", {"verdict": "reject"})
    assert instance.value(count, rejected) == 0


@pytest.mark.feature("G9")
def test_a_department_takes_its_owner_from_its_parent(clerk, instance, house):
    made = clerk.add("department", {"name": "运维部", "parent_id": house.top, "position": "2", "leader": "王五", "phone": "010-66668888",
                                    "email": "ops@example.com"})
    assert instance.rows("select provider_id, property_id, position, leader, phone, email, status from department where id = %s", made) == [
        (house.provider, None, 2, "王五", "010-66668888", "ops@example.com", "enabled")]
    below = clerk.add("department", {"name": "保安部", "parent_id": house.property_top})
    assert instance.rows("select provider_id, property_id from department where id = %s", below) == [(house.provider, house.property)]
    assert errors(clerk.add("department", {"name": "运维部", "parent_id": house.top}, status=422))
    own = clerk.add("department", {"name": "平台技术部"})
    assert instance.rows("select provider_id, parent_id from department where id = %s", own) == [(None, None)]


@pytest.mark.feature("G9")
def test_a_department_below_itself_is_refused(clerk, instance, house):
    a = clerk.add("department", {"name": "甲", "parent_id": house.top})
    b = clerk.add("department", {"name": "乙", "parent_id": a})
    c = clerk.add("department", {"name": "丙", "parent_id": b})
    for under in (a, b, c):
        refused(clerk.send(f"/admin/department/{a}/edit", {"parent_id": under}, 422), "自己")
    assert instance.value("select parent_id from department where id = %s", a) == house.top
    clerk.send(f"/admin/department/{c}/edit", {"parent_id": a})
    assert instance.value("select parent_id from department where id = %s", c) == a


@pytest.mark.feature("G9")
def test_a_department_stays_with_its_owner(clerk, house):
    a = clerk.add("department", {"name": "留下", "parent_id": house.top})
    refused(clerk.send(f"/admin/department/{a}/edit", {"parent_id": house.property_top}, 422), "另一个")
    refused(clerk.send(f"/admin/department/{house.top}/edit", {"parent_id": a}, 422), "顶级部门")
    refused(clerk.send(f"/admin/department/{a}/edit", {"parent_id": ""}, 422), "上级部门")


@pytest.mark.feature("G9", "G10")
def test_a_disabled_or_deleted_department_cannot_be_linked(clerk, instance, house):
    closed = clerk.add("department", {"name": "停用部", "parent_id": house.top})
    gone = clerk.add("department", {"name": "删除部", "parent_id": house.top})
    clerk.act("department", closed, "disable")
    clerk.act("department", gone, "delete")
    assert instance.value("select deleted from department where id = %s", gone) == gone
    refused(clerk.add("department", {"name": "其下", "parent_id": closed}, status=422), "已禁用")
    refused(clerk.add("post", {"name": "岗", "department_id": closed}, status=422), "已禁用")
    assert errors(clerk.add("department", {"name": "其下", "parent_id": gone}, status=422))
    assert errors(clerk.add("post", {"name": "岗", "department_id": gone}, status=422))
    user = {"kind": "provider", "provider_id": house.provider, "login": "linked", "name": "连", "password": "Some-password-1"}
    refused(clerk.add("user", {**user, "department_id": closed}, status=422), "已禁用")
    assert errors(clerk.add("user", {**user, "department_id": gone}, status=422))


@pytest.mark.feature("G9", "G10")
def test_a_department_or_post_in_use_is_not_deleted(clerk, instance, house):
    used = clerk.add("department", {"name": "在用部", "parent_id": house.top})
    post = clerk.add("post", {"name": "班长", "department_id": used})
    assert "还有" in clerk.act("department", used, "delete", status=422).text
    user = clerk.add("user", {"kind": "provider", "provider_id": house.provider, "login": "holder", "name": "任", "password": "Some-password-1",
                              "department_id": used, "post_id": post})
    assert instance.rows("select department_id, post_id from user where id = %s", user) == [(used, post)]
    assert "还有" in clerk.act("post", post, "delete", status=422).text
    assert "顶级" in clerk.act("department", house.top, "delete", status=422).text
    clerk.send(f"/admin/user/{user}/edit", {"department_id": "", "post_id": ""})
    clerk.act("post", post, "delete")
    clerk.act("department", used, "delete")
    assert instance.value("select deleted > 0 from department where id = %s", used) == 1


@pytest.mark.feature("G3", "G4", "G9")
def test_nothing_is_added_under_a_disabled_owner(clerk, instance):
    provider = clerk.provider("停用的组织", "13700000006")
    property_ = clerk.property(provider, "停用的物业", "13700000007")
    top = instance.value("select id from department where property_id = %s", property_)
    clerk.act("property", property_, "disable")
    refused(clerk.add("department", {"name": "不行", "parent_id": top}, status=422), "已禁用")
    refused(clerk.add("post", {"name": "不行", "department_id": top}, status=422), "已禁用")
    clerk.act("property", property_, "enable")
    clerk.act("provider", provider, "disable")
    refused(clerk.add("department", {"name": "不行", "parent_id": top}, status=422), "已禁用")
    refused(clerk.add("post", {"name": "不行", "department_id": top}, status=422), "已禁用")


@pytest.mark.feature("G9")
def test_the_tree_folds_without_scripts(clerk, house):
    a = clerk.add("department", {"name": "树一", "parent_id": house.top})
    clerk.add("department", {"name": "树二", "parent_id": a})
    clerk.add("department", {"name": "树三", "parent_id": house.top, "position": "9000"})
    html = clerk.get("/admin/department/tree").html
    for tag in ("ul", "li", "details"):
        assert len(re.findall(f"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag
    one, two, three = (html.index(f">{name}<") for name in ("树一", "树二", "树三"))
    opened = html.rindex("<details open>", 0, one)
    assert html.count("<li>", opened, one) == 0                                          # 树一 is the summary of a branch of its own
    inside = html[one:two]
    assert inside.count("<ul>") == 1 and "</details>" not in inside                      # 树二 is below it
    assert html.index("</details>", two) < three                                         # and folds away with it, 树三 does not


# --- posts and users

@pytest.mark.feature("G5", "G10")
def test_a_user_is_of_a_department_and_post_of_his_owner(clerk, instance, house):
    other = clerk.provider("别的组织", "13700000008")
    theirs = instance.value("select id from department where provider_id = %s", other)
    a = clerk.add("department", {"name": "财务部", "parent_id": house.top})
    post, elsewhere = clerk.add("post", {"name": "出纳", "department_id": a}), clerk.add("post", {"name": "经理", "department_id": house.top})
    closed = clerk.add("post", {"name": "撤销的岗", "department_id": a})
    clerk.act("post", closed, "disable")
    user = {"kind": "provider", "provider_id": house.provider, "login": "cashier", "name": "出", "password": "Some-password-1"}
    assert errors(clerk.add("user", {**user, "department_id": theirs}, status=422))
    refused(clerk.add("user", {**user, "department_id": house.property_top}, status=422), "不属于")
    assert errors(clerk.add("user", {**user, "department_id": a, "post_id": elsewhere}, status=422))
    refused(clerk.add("user", {**user, "department_id": a, "post_id": closed}, status=422), "已禁用")
    assert errors(clerk.add("user", {**user, "post_id": post}, status=422))
    made = clerk.add("user", {**user, "department_id": a, "post_id": post})
    assert errors(clerk.send(f"/admin/user/{made}/edit", {"department_id": house.top}, 422))
    clerk.send(f"/admin/user/{made}/edit", {"department_id": house.top, "post_id": elsewhere})
    assert instance.rows("select department_id, post_id from user where id = %s", made) == [(house.top, elsewhere)]


@pytest.mark.feature("G9", "G10")
def test_another_tenant_gets_404(instance, house, clerk):
    stranger = Tenant(instance)
    web = stranger.web()
    post = clerk.add("post", {"name": "别人的岗", "department_id": house.top})
    for path in (f"department/{house.top}", f"department/{house.top}/edit", f"post/{post}", f"post/{post}/edit"):
        assert web.get(f"/admin/{path}").status == 404, path
    assert "组织服务商" not in web.get("/admin/department/tree").html
    theirs = Clerk(instance, web)
    page = theirs.add("department", {"name": "越权", "parent_id": house.top}, status=422)
    assert errors(page)
    page = theirs.add("department", {"name": "无上级"}, status=422)
    refused(page, "上级部门")


# --- filters

def listed(clerk, table, query):
    """Ids of the records a list shows for a search."""
    return set(map(int, re.findall(rf'href="/admin/{table}/(\d+)"', clerk.get(f"/admin/{table}?size=100&{query}").html)))


@pytest.mark.feature("G5", "H8")
def test_users_are_found_by_each_filter(clerk, instance, house):
    other = clerk.provider("筛选服务商", "13700000010")
    base = {"password": "Some-password-1"}
    a = clerk.add("user", {**base, "kind": "provider", "provider_id": house.provider, "login": "filter-a", "name": "筛甲"})
    b = clerk.add("user", {**base, "kind": "property", "provider_id": house.provider, "property_id": house.property, "login": "filter-b",
                           "name": "筛乙", "department_id": house.property_top})
    c = clerk.add("user", {**base, "kind": "provider", "provider_id": other, "login": "filter-c", "name": "筛丙"})
    fleet = clerk.add("fleet", {"name": "筛选车队", "provider_id": house.provider, "property_id": house.property, "phone": "13700000019"})
    d = clerk.add("user", {**base, "kind": "fleet", "fleet_id": fleet, "login": "filter-d", "name": "筛丁"})
    clerk.act("user", c, "disable")
    instance.sql("update user set created_at = '2025-05-05 10:00:00' where id = %s", b)
    role = clerk.add("role", {"kind": "provider", "name": "全租户", "data_scope": "tenant"})
    instance.sql("insert into user_role (user_id, role_id) values (%s, %s)", a, role)
    mine = {a, b, c, d}
    for query, found in {
        f"provider_id={house.provider}": {a, b, d}, f"property_id={house.property}": {b, d}, f"fleet_id={fleet}": {d}, "kind=fleet": {d}, "login=filter-c": {c}, "name=筛甲": {a},
        "data_scope=tenant": {a}, "data_scope=stations": {b, c, d}, "kind=property": {b}, "kind=provider": {a, c}, "status=disabled": {c},
        "created_at_from=2025-05-05&created_at_to=2025-05-05": {b}, f"department_id={house.property_top}": {b},
        f"provider_id={house.provider}&kind=provider&name=筛": {a}, "login=nobody": set(),
    }.items():
        assert listed(clerk, "user", query) & mine == found, query


@pytest.mark.feature("G1", "H8")
def test_providers_are_found_by_each_filter(clerk, instance):
    parent = clerk.provider("找得到的甲", "13700000011")
    sub = clerk.add("provider", {"name": "找得到的乙", "phone": "13700000012", "kind": "sub_merchant", "parent_id": parent})
    clerk.act("provider", parent, "disable")
    mine = {parent, sub}
    for query, found in {
        "name=找得到": mine, "name=的甲": {parent}, "phone=13700000012": {sub}, "kind=sub_merchant": {sub}, "status=disabled": {parent},
        "status=enabled": {sub}, "audit_status=approved": {parent}, "audit_status=pending": {sub}, "kind=provider&status=enabled": set(),
    }.items():
        assert listed(clerk, "provider", query) & mine == found, query


# --- the merchant's page

def hotline(instance, code):
    page = instance.session().get(f"/c/{code}")
    assert page.status == 200
    found = re.search(r'href="tel:([^"]*)"', page.html)
    return found and found[1]


@pytest.mark.feature("G12", "U2")
def test_drivers_see_the_service_phone_where_the_station_has_none(clerk, instance):
    tenant = Tenant(instance, ("merchant.update",))
    pile = tenant.insert("pile", station_id=tenant.station, area_id=tenant.area, code="9000010001", serial="90000100010001", name="桩")
    tenant.insert("connector", pile_id=pile, station_id=tenant.station, number=1, code="900001000101", name="枪")
    assert hotline(instance, "900001000101") is None
    clerk.send("/admin/merchant", {"service_phone": "95598"})
    assert hotline(instance, "900001000101") == "95598"
    own = Clerk(instance, tenant.web())
    assert tenant.name in own.get("/admin/merchant").text
    own.send("/admin/merchant", {"service_phone": "400-800-1234"})
    assert hotline(instance, "900001000101") == "400-800-1234"
    assert instance.rows("select old_value, new_value from audit where resource = 'provider' and record_id = %s and field = 'service_phone'",
                         tenant.provider) == [("", "400-800-1234")]
    for bad in ("call me", "12", "+", "0" * 21):
        refused(own.send("/admin/merchant", {"service_phone": bad}, 422), "可以拨打")
    instance.sql("update station set hotline = '010-1' where id = %s", tenant.station)
    assert hotline(instance, "900001000101") == "010-1"
    instance.sql("update station set hotline = '' where id = %s", tenant.station)
    own.send("/admin/merchant", {"service_phone": ""})
    assert hotline(instance, "900001000101") == "95598"
    tenant.permit("station.list")
    assert own.web.get("/admin/merchant").status == 403


# --- bank accounts

NUMBER, HOLDER = "6222020200112233445", "南京充电科技有限公司"
WORDS = ("bank_account.list", "bank_account.show", "bank_account.create", "bank_account.answer", "bank_account.delete", "bank_account.pay",
         "audit.list")


class Account:
    """An operator who applied for the certification of an account."""

    def __init__(self, clerk, instance):
        self.clerk, self.at = clerk, instance
        self.tenant = Tenant(instance, WORDS)
        self.own = Clerk(instance, self.tenant.web())
        self.id = self.apply()

    def apply(self):
        return self.own.add("bank_account", {"bank": "工商银行南京分行", "holder": HOLDER, "number": "6222 0202 0011 2233 445"})

    def state(self):
        return self.at.value("select state from bank_account where id = %s", self.id)

    def reveal(self):
        return self.clerk.send(f"/admin/bank_account/{self.id}/pay", {})

    def pay(self):
        """The amount paid, in fen."""
        page = self.reveal()
        fen = round(float(re.search(r"<strong>([\d.]+)</strong>", page.html)[1]) * 100)
        done = self.clerk.web.submit(page, page.form("transfer_no"), {"transfer_no": f"ICBC-{self.id:08d}"})
        assert done.status == 200 and self.state() == "paid"
        return fen

    def answer(self, text, status=200):
        return self.own.send(f"/admin/bank_account/{self.id}/answer", {"amount": text}, status)


@pytest.fixture
def account(clerk, instance):
    return Account(clerk, instance)


def yuan(fen):
    return f"0.{fen:02d}"


@pytest.mark.feature("G13")
def test_a_bank_account_is_certified_by_the_amount_paid(account, instance):
    row = instance.rows("select * from bank_account where id = %s", account.id)[0]
    for page in (account.own.get(f"/admin/bank_account/{account.id}"), account.own.get("/admin/bank_account"),
                 account.clerk.get(f"/admin/bank_account/{account.id}"), account.clerk.get(f"/admin/bank_account/{account.id}/pay")):
        assert NUMBER not in page.html and HOLDER not in page.html
    assert not any(NUMBER in str(v) or HOLDER in str(v) for v in row)                   # sealed at rest
    assert instance.value("select count(*) from audit where new_value like %s", f"%{NUMBER[:12]}%") == 0
    assert instance.rows("select holder_mask, number_mask from bank_account where id = %s", account.id) == [("南****司", "6222****3445")]
    page = account.reveal()
    assert NUMBER in page.html and HOLDER in page.html and account.state() == "pending"
    assert instance.value("select count(*) from audit where resource = 'bank_account' and record_id = %s and action = 'reveal'", account.id) == 1
    fen = account.pay()
    assert 1 <= fen <= 99
    html = account.own.get(f"/admin/bank_account/{account.id}/answer").html
    assert yuan(fen) not in re.sub(r"0\.01[^<]*0\.99", "", html)
    account.answer(yuan(fen))
    assert account.state() == "certified"
    assert instance.rows("select action, old_value, new_value from audit where resource = 'bank_account' and record_id = %s and field = 'state'"
                         " order by id", account.id) == [("pay", "pending", "paid"), ("answer", "paid", "certified")]


@pytest.mark.feature("G13")
def test_three_wrong_amounts_end_it(account, instance):
    fen = account.pay()
    wrong = [n for n in range(1, 100) if n != fen]
    refused(account.answer(yuan(wrong[0]), 422), "2 次")
    for slip in ("", "x", "0", "1.00", "0.001", "-0.10", "0.123"):
        refused(account.answer(slip, 422), "0.01")                                       # costs no try
    refused(account.answer(yuan(wrong[1]), 422), "1 次")
    refused(account.answer(yuan(wrong[2]), 422), "认证失败")
    assert instance.rows("select state, tries from bank_account where id = %s", account.id) == [("failed", 3)]
    page = account.own.get(f"/admin/bank_account/{account.id}/answer")
    assert "amount" not in {name for f in page.forms for name in f.types}
    done = account.own.post(f"/admin/bank_account/{account.id}/answer", {"amount": yuan(fen)})
    assert done.status == 422 and account.state() == "failed"
    first, account.id = account.id, account.apply()                                      # applied for anew
    assert account.id != first and account.state() == "pending"


@pytest.mark.feature("G13")
def test_time_ends_it(account, instance):
    fen = account.pay()
    paid, until = instance.rows("select paid_at, answer_by from bank_account where id = %s", account.id)[0]
    assert (until.date() - paid.date()).days in (3, 4, 5) and until.weekday() < 5
    assert "bank_accounts=0" in instance.job("expire").split()
    assert account.state() == "paid"
    instance.sql("update bank_account set answer_by = now() - interval 1 second where id = %s", account.id)
    refused(account.answer(yuan(fen), 422), "超过")
    assert account.state() == "expired"
    account.id = account.apply()
    account.pay()
    instance.sql("update bank_account set answer_by = now() - interval 1 second where id = %s", account.id)
    assert "bank_accounts=1" in instance.job("expire").split()
    assert account.state() == "expired"


@pytest.mark.feature("G13")
def test_who_pays_does_not_answer(account, instance):
    refused(account.own.post(f"/admin/bank_account/{account.id}/pay", {"step": "reveal"}), "平台人员")
    refused(account.own.post(f"/admin/bank_account/{account.id}/answer", {"amount": "0.50"}), "不在待确认")
    for bad in ("", "abc", "no spaces", "银行流水号"):
        page = account.reveal()
        done = account.clerk.web.submit(page, page.form("transfer_no"), {"transfer_no": bad})
        assert done.status == 422 and account.state() == "pending"
    fen = account.pay()
    refused(account.clerk.post(f"/admin/bank_account/{account.id}/answer", {"amount": yuan(fen)}), "服务商自己")
    refused(account.clerk.post(f"/admin/bank_account/{account.id}/pay", {"transfer_no": "ICBC-2"}), "不在待打款")
    assert instance.rows("select state, tries from bank_account where id = %s", account.id) == [("paid", 0)]


@pytest.mark.feature("G13")
def test_bad_accounts_are_refused(account, clerk, instance):
    refused(account.own.add("bank_account", {"bank": "另一家", "holder": HOLDER, "number": NUMBER}, status=422), "正在认证")
    account.own.act("bank_account", account.id, "delete")
    for bad in ("1234567", "1" * 33, "6222-abcd-1234", "６２２２０２０２００１１２２３３"):
        assert errors(account.own.add("bank_account", {"bank": "银行", "holder": HOLDER, "number": bad}, status=422)), bad
    instance.sql("update provider set status = 'disabled' where id = %s", account.tenant.provider)
    refused(account.own.add("bank_account", {"bank": "银行", "holder": HOLDER, "number": NUMBER}, status=422), "已禁用")


@pytest.mark.feature("G13")
def test_another_tenants_account_is_404(account, instance):
    web = Tenant(instance, WORDS).web()
    for path in ("", "/pay", "/answer"):
        assert web.get(f"/admin/bank_account/{account.id}{path}").status == 404, path
    other = Clerk(instance, web)
    assert other.post(f"/admin/bank_account/{account.id}/answer", {"amount": "0.50"}).status == 404
    assert other.post(f"/admin/bank_account/{account.id}/pay", {"step": "reveal"}).status == 404
    assert instance.value("select tries from bank_account where id = %s", account.id) == 0
