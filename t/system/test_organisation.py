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
