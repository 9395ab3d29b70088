"""Fleets and their users: owners taken over, one level below, closed owners, a log-in, what a fleet's user sees and may (G5, M19, M22)."""
import re

import pytest

from clerk import Clerk, errors, secret


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def house(clerk):
    class House:
        provider = clerk.provider("车队服务商", "13710000001")
        property = clerk.property(provider, "车队物业", "13710000002")
        other = clerk.provider("别的服务商", "13710000003")
        main = clerk.add("fleet", {"name": "公交一公司", "provider_id": provider, "property_id": property, "contact": "王五", "phone": "13710000004",
                                   "soc_limit": "95"})
        below = clerk.add("fleet", {"name": "一车队", "parent_id": main, "phone": "13710000005"})
        foreign = clerk.add("fleet", {"name": "别家车队", "provider_id": other, "phone": "13710000006", "code": "BJ-1"})
    return House


def refused(clerk, values, words, table="fleet"):
    page = clerk.add(table, values, 422)
    assert any(words in e for e in errors(page)), errors(page)


@pytest.mark.feature("M19", "M22")
def test_a_fleet_below_another_is_its_parents_owners(instance, house):
    assert instance.rows("select code, provider_id, property_id, parent_id, soc_limit, status from fleet where id in (%s, %s, %s) order by id",
                         house.main, house.below, house.foreign) == [
        (f"F{house.main:06d}", house.provider, house.property, None, 95, "enabled"),
        (f"F{house.below:06d}", house.provider, house.property, house.main, None, "enabled"),
        ("BJ-1", house.other, None, None, None, "enabled")]


@pytest.mark.feature("M19", "M22")
def test_what_does_not_fit_is_refused(clerk, instance, house):
    before = instance.value("select count(*) from fleet")
    good = {"name": "新", "phone": "13710000030"}
    refused(clerk, {**good, "parent_id": house.below}, "主户")
    refused(clerk, {**good, "parent_id": house.main, "provider_id": house.other}, "不一致")
    refused(clerk, good, "服务商")
    refused(clerk, {**good, "provider_id": house.other, "property_id": house.property}, "有权使用")
    refused(clerk, {**good, "provider_id": house.provider, "phone": "13710000004"}, "已")
    refused(clerk, {**good, "provider_id": house.provider, "name": "公交一公司"}, "已")
    refused(clerk, {**good, "provider_id": house.provider, "soc_limit": "101"}, "100")
    refused(clerk, {**good, "provider_id": house.provider, "code": "BJ-1"}, "已")
    assert instance.value("select count(*) from fleet") == before


@pytest.mark.feature("G3", "G4", "M5")
def test_nothing_is_added_under_a_disabled_owner(clerk, instance, house):
    clerk.act("fleet", house.main, "disable")
    try:
        refused(clerk, {"name": "新", "phone": "13710000031", "parent_id": house.main}, "禁用")
        refused(clerk, {"kind": "fleet", "fleet_id": house.main, "login": "no", "name": "新人", "password": "Some-password-1"}, "禁用", "user")
        assert clerk.web.get(f"/admin/fleet/{house.main}/account").status == 404
    finally:
        clerk.act("fleet", house.main, "enable")
    clerk.act("provider", house.other, "disable")
    try:
        refused(clerk, {"name": "新", "phone": "13710000032", "provider_id": house.other}, "禁用")
    finally:
        clerk.act("provider", house.other, "enable")


@pytest.mark.feature("G5")
def test_a_user_takes_over_his_fleets_owner(clerk, instance, house):
    good = {"login": "fleet-user", "name": "车队长", "password": "Some-password-1"}
    refused(clerk, {**good, "kind": "fleet"}, "集体户", "user")
    refused(clerk, {**good, "kind": "provider", "provider_id": house.provider, "fleet_id": house.main}, "集体户", "user")
    refused(clerk, {**good, "kind": "fleet", "fleet_id": house.main, "provider_id": house.other}, "不一致", "user")
    user = clerk.add("user", {**good, "kind": "fleet", "fleet_id": house.below})
    assert instance.rows("select kind, provider_id, property_id, fleet_id from user where id = %s", user) == [
        ("fleet", house.provider, house.property, house.below)]
    page = clerk.act("fleet", house.below, "delete", status=422)
    assert instance.value("select deleted from fleet where id = %s", house.below) == 0 and "请先删除" in page.text


def test_of_a_fleet_with_a_log_in_and_what_its_user_sees(clerk, instance, house):
    """The account is made from the phone; its user sees his fleet and those below, and nothing of the provider."""
    password = secret(clerk.send(f"/admin/fleet/{house.main}/account", {}))
    assert "已" in clerk.send(f"/admin/fleet/{house.main}/account", {}, 422).text      # he has one
    web = instance.session()
    web.login(instance, "13710000004", password)
    instance.sql("update user set must_change = 0, payment_must_change = 0 where login = '13710000004'")
    page = web.get("/admin/fleet")
    assert page.status == 200 and "公交一公司" in page.text and "一车队" in page.text and "别家车队" not in page.text
    assert web.get(f"/admin/fleet/{house.below}").status == 200
    assert web.get(f"/admin/fleet/{house.foreign}").status == 404
    for path in ("/admin/station", "/admin/provider", "/admin/property", "/admin/session", "/admin/member", "/admin/merchant",
                 "/admin/department/tree", "/admin/fleet/new", "/admin/role", "/admin/setting", "/admin/security"):
        assert web.get(path).status == 403, path
    home = web.get("/admin/?figures=1")
    assert home.status == 200
    users = web.get("/admin/user")
    assert "13710000004" in users.text and instance.login_name not in users.text
    # Not even with a role that holds everything.
    role = instance.value("select role_id from user_role ur join user u on u.id = ur.user_id where u.login = '13710000004'")
    instance.sql("insert into role_permission (role_id, permission) values (%s, '*')", role)
    instance.sql("insert into setting (name, value, updated_at) values ('permission.epoch', '1', now()) on duplicate key update value = value + 1")
    try:
        assert web.get("/admin/fleet/new").status == 200
        assert {web.get(p).status for p in ("/admin/station", "/admin/merchant", "/admin/department/tree", "/admin/setting", "/admin/member")} == {403}
        other = Clerk(instance, web).add("fleet", {"name": "二车队", "phone": "13710000007"})
        assert instance.rows("select parent_id, provider_id from fleet where id = %s", other) == [(house.main, house.provider)]
        page = Clerk(instance, web).add("user", {"kind": "provider", "login": "above", "name": "高", "password": "Some-password-1"}, 422)
        assert any("类型" in e or "权限" in e or "自己" in e for e in errors(page)), errors(page)
    finally:
        instance.sql("delete from role_permission where role_id = %s and permission = '*'", role)


@pytest.mark.feature("G7", "G8")
def test_roles_of_fleets_are_given_to_their_users_alone(clerk, instance, house):
    theirs = clerk.add("role", {"kind": "fleet", "fleet_id": house.foreign, "name": "别家角色", "data_scope": "tenant"})
    ours = clerk.add("role", {"kind": "fleet", "provider_id": house.provider, "name": "车队角色", "data_scope": "tenant"})
    assert instance.rows("select provider_id, fleet_id from role where id in (%s, %s) order by id", theirs, ours) == [
        (house.other, house.foreign), (house.provider, None)]
    user = instance.value("select id from user where login = 'fleet-user'")
    picks = set(map(int, re.findall(r'name="pick" value="(\d+)"', clerk.get(f"/admin/user/{user}/roles").html)))
    assert theirs not in picks
