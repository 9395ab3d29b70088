"""Providers, properties, users, roles, keys: who may be added where, and what nobody can give (G1-G8)."""
import re

import pytest

from clerk import Clerk, errors, secret


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


def log_in_first(instance, login, password):
    """A first log-in: the forced change of both passwords done."""
    web = instance.session()
    page = web.login(instance, login, password)
    assert page.url.endswith("/admin/password"), page.text[:300]
    web.change_password("login", password, "Own-password-1")
    page = web.get("/admin/password")
    form = next(f for f in page.forms if ("which", "payment") in f.values)
    web.submit(page, form, {"old": "Own-password-1", "new": "Pay-word-22", "again": "Pay-word-22"})
    return web


@pytest.mark.feature("G2", "H2")
def test_approval_makes_the_login_and_shows_its_password_once(clerk, instance):
    record = clerk.provider("通过的服务商", "13900000001", approve=False)
    assert instance.value("select count(*) from user where login = '13900000001'") == 0
    done = clerk.send(f"/admin/provider/{record}/audit", {"verdict": "approve", "note": "资料齐全"})
    password = secret(done)
    assert len(password) >= 10
    assert instance.rows("select audit_status, audit_note from provider where id = %s", record) == [("approved", "资料齐全")]
    assert password not in clerk.get(f"/admin/provider/{record}").html
    web = log_in_first(instance, "13900000001", password)
    page = web.get("/admin/station")
    assert page.status == 200
    assert web.get("/admin/stranger").status == 403 or "stranger" not in page.html
    again = clerk.send(f"/admin/provider/{record}/audit", {"verdict": "approve"}, status=422)
    assert "已经被审核" in again.text


@pytest.mark.feature("G2")
def test_rejection_makes_none(clerk, instance):
    record = clerk.provider("驳回的服务商", "13900000002", approve=False)
    clerk.send(f"/admin/provider/{record}/audit", {"verdict": "reject", "note": "不符"})
    assert instance.value("select audit_status from provider where id = %s", record) == "rejected"
    assert instance.value("select count(*) from user where login = '13900000002'") == 0
    page = clerk.add("property", {"provider_id": record, "name": "不能加", "phone": "13900000003"}, status=422)
    assert any("未通过审核" in e for e in errors(page))


@pytest.mark.feature("G1")
def test_a_phone_belongs_to_one_provider_and_stays(clerk, instance):
    record = clerk.provider("手机唯一", "13900000004")
    page = clerk.add("provider", {"name": "手机重复", "phone": "13900000004"}, status=422)
    assert errors(page)
    _, form = clerk.form(f"/admin/provider/{record}/edit")
    assert "phone" not in form and "name" in form


@pytest.mark.feature("G1")
def test_a_sub_merchant_needs_a_parent(clerk):
    parent = clerk.provider("上级", "13900000005")
    page = clerk.add("provider", {"name": "子商户甲", "phone": "13900000006", "kind": "sub_merchant"}, status=422)
    assert any("上级" in e for e in errors(page))
    clerk.add("provider", {"name": "子商户甲", "phone": "13900000006", "kind": "sub_merchant", "parent_id": parent})


@pytest.mark.feature("G3")
def test_nothing_is_added_under_a_disabled_provider_and_its_login_works(clerk, instance):
    record = clerk.provider("将停用", "13900000007", approve=False)
    password = secret(clerk.send(f"/admin/provider/{record}/audit", {"verdict": "approve"}))
    web = log_in_first(instance, "13900000007", password)
    clerk.act("provider", record, "disable")
    page = clerk.add("property", {"provider_id": record, "name": "停用下的物业", "phone": "13900000008"}, status=422)
    assert any("已禁用" in e for e in errors(page))
    page = clerk.add("user", {"kind": "provider", "provider_id": record, "login": "u-disabled", "name": "某人", "password": "Some-password-1"},
                     status=422)
    assert any("已禁用" in e for e in errors(page))
    page = clerk.add("role", {"kind": "provider", "provider_id": record, "name": "停用下的角色"}, status=422)
    assert any("已禁用" in e for e in errors(page))
    assert web.get("/admin/station").status == 200
    fresh = instance.session()
    assert "/admin/login" not in fresh.login(instance, "13900000007", "Own-password-1").url


@pytest.mark.feature("G4")
def test_a_property_closes_what_is_below_and_gets_its_login(clerk, instance):
    provider = clerk.provider("物业的服务商", "13900000009")
    record = clerk.property(provider, "滨江物业", "13900000010")
    password = secret(clerk.send(f"/admin/property/{record}/account", {}))
    log_in_first(instance, "13900000010", password)
    _, form = clerk.form(f"/admin/property/{record}/edit")
    assert "phone" not in form and "provider_id" not in form
    clerk.act("property", record, "disable")
    page = clerk.add("station", {"provider_id": provider, "property_id": record, "name": "停用物业的电站"}, status=422)
    assert any("已禁用" in e for e in errors(page))


@pytest.mark.feature("G5")
def test_a_user_has_the_tenant_its_kind_needs(clerk):
    provider = clerk.provider("用户的服务商", "13900000011")
    base = {"name": "李四", "password": "Some-password-1"}
    assert errors(clerk.add("user", {**base, "login": "u1", "kind": "provider"}, status=422))
    assert errors(clerk.add("user", {**base, "login": "u1", "kind": "system", "provider_id": provider}, status=422))
    assert errors(clerk.add("user", {**base, "login": "u1", "kind": "property", "provider_id": provider}, status=422))
    clerk.add("user", {**base, "login": "u1", "kind": "provider", "provider_id": provider})


def make_user(clerk, instance, login, kind="system", provider=None, words=None):
    values = {"kind": kind, "login": login, "name": login, "password": "Some-password-1"}
    if provider:
        values["provider_id"] = provider
    user = clerk.add("user", values)
    if words is not None:
        role = make_role(clerk, f"角色-{login}", words, kind)
        clerk.send(f"/admin/user/{user}/roles", {"pick": [str(role)]})
    return user, log_in_first(instance, login, "Some-password-1")


def make_role(clerk, name, words, kind="system"):
    clerk.add("role", {"kind": kind, "name": name})
    role = clerk.newest("role")
    clerk.send(f"/admin/role/{role}/permit", {"word": words})
    return role


@pytest.mark.feature("G6")
def test_disabling_a_user_ends_his_logins(clerk, instance):
    user, web = make_user(clerk, instance, "stopped", words=["station.list"])
    assert web.get("/admin/station").status == 200
    clerk.act("user", user, "disable")
    assert "/admin/login" in web.get("/admin/station").url
    assert "/admin/login" in instance.session().login(instance, "stopped", "Own-password-1").url
    clerk.act("user", user, "enable")
    assert "/admin/login" not in instance.session().login(instance, "stopped", "Own-password-1").url


@pytest.mark.feature("G6")
def test_a_new_password_is_shown_once_and_the_old_one_is_dead(clerk, instance):
    user, web = make_user(clerk, instance, "forgetful", words=["station.list"])
    password = secret(clerk.send(f"/admin/user/{user}/reset", {}))
    assert "/admin/login" in web.get("/admin/station").url
    assert "/admin/login" in instance.session().login(instance, "forgetful", "Own-password-1").url
    page = instance.session().login(instance, "forgetful", password)
    assert page.url.endswith("/admin/password")      # must be changed


@pytest.mark.feature("G6", "W1")
def test_bound_stations_are_all_a_user_sees(clerk, instance):
    site, other = clerk.site(1), clerk.site(2)
    role = clerk.add("role", {"kind": "provider", "provider_id": site.provider, "name": "站长", "data_scope": "stations"})
    role = clerk.newest("role")
    clerk.send(f"/admin/role/{role}/permit", {"word": ["station.list", "station.show", "pile.list"]})
    second = clerk.station(site.provider, site.property, "另一个电站")
    user = clerk.add("user", {"kind": "provider", "provider_id": site.provider, "login": "keeper", "name": "站长", "password": "Some-password-1"})
    clerk.send(f"/admin/user/{user}/roles", {"pick": [str(role)]})
    clerk.send(f"/admin/user/{user}/stations", {"pick": [str(site.station)]})
    web = log_in_first(instance, "keeper", "Some-password-1")
    assert web.get(f"/admin/station/{site.station}").status == 200
    assert web.get(f"/admin/station/{second}").status == 404
    assert web.get(f"/admin/station/{other.station}").status == 404
    assert web.get("/admin/pile/new").status == 403
    clerk.send(f"/admin/user/{user}/stations", {"pick": [str(second)]})
    assert web.get(f"/admin/station/{site.station}").status == 404
    assert web.get(f"/admin/station/{second}").status == 200


@pytest.mark.feature("G7")
def test_a_disabled_role_has_no_effect_and_cannot_be_assigned(clerk, instance):
    user, web = make_user(clerk, instance, "roleful", words=["station.list"])
    role = instance.value("select role_id from user_role where user_id = %s", user)
    clerk.act("role", role, "disable")
    assert web.get("/admin/station").status == 403
    page = clerk.get(f"/admin/role/{role}/users")
    assert re.search(r'name="pick"[^>]*disabled', page.html)
    clerk.post(f"/admin/role/{role}/users", {"pick": "1"})
    assert instance.value("select count(*) from user_role where role_id = %s and user_id = 1", role) == 0
    clerk.act("role", role, "enable")
    assert web.get("/admin/station").status == 200


@pytest.mark.feature("G7")
def test_a_role_in_use_is_not_deleted_until_its_users_are_free(clerk, instance):
    user, _ = make_user(clerk, instance, "holder", words=["area.list"])
    role = instance.value("select role_id from user_role where user_id = %s", user)
    page = clerk.act("role", role, "delete", status=422)
    assert "已有用户使用" in page.text
    clerk.send(f"/admin/role/{role}/users", {"pick": None})
    clerk.act("role", role, "delete")
    assert instance.value("select deleted from role where id = %s", role) == role


@pytest.mark.feature("G8")
def test_nobody_gives_what_he_does_not_hold_and_a_child_never_exceeds_its_parent(clerk, instance):
    words = ["role.list", "role.show", "role.create", "role.permit", "role.users", "user.list", "user.show", "user.roles", "station.list", "area.list"]
    user, web = make_user(clerk, instance, "deputy", words=words)
    mine = instance.value("select role_id from user_role where user_id = %s", user)
    deputy = Clerk(instance, web)
    child = make_role(deputy, "副手的角色", ["station.list", "area.list"])
    assert instance.value("select parent_id from role where id = %s", child) == mine
    assert "pile.delete" not in deputy.get(f"/admin/role/{child}/permit").html
    deputy.post(f"/admin/role/{child}/permit", {"word": ["station.list", "pile.delete", "*"]})
    held = {w for (w,) in instance.rows("select permission from role_permission where role_id = %s", child)}
    assert held == {"station.list"}
    # not even the administrator lifts a child above its parent
    clerk.post(f"/admin/role/{child}/permit", {"word": ["station.list", "pile.delete"]})
    assert {w for (w,) in instance.rows("select permission from role_permission where role_id = %s", child)} == {"station.list"}
    # what the parent loses, the child loses
    clerk.send(f"/admin/role/{mine}/permit", {"word": [w for w in words if w != "station.list"]})
    assert instance.rows("select permission from role_permission where role_id = %s", child) == []
    # a role that holds more than he does is not his to give
    page = deputy.get(f"/admin/user/{user}/roles")
    assert re.search(r'value="1"[^>]*disabled', page.html) or 'value="1"' not in page.html
    deputy.post(f"/admin/user/{user}/roles", {"pick": ["1", str(mine)]})
    assert instance.rows("select role_id from user_role where user_id = %s", user) == [(mine,)]


@pytest.mark.feature("W2")
def test_a_key_is_shown_once_and_holds_no_more_than_its_words(clerk, instance):
    key = secret(clerk.send("/admin/api_key/create", {"name": "对接", "word": ["station.list"]}))
    row = instance.rows("select prefix, permissions, key_hash from api_key order by id desc limit 1")[0]
    assert key.startswith(row[0]) and row[1] == "station.list" and key not in row[2]
    web = instance.session()
    head = {"Authorization": f"Bearer {key}"}
    assert web.get("/api/v1/station", headers=head).status == 200
    assert web.get("/api/v1/pile", headers=head).status == 403
    page = clerk.send("/admin/api_key/create", {"name": "空"}, status=422)
    assert any("权限" in e for e in errors(page))


@pytest.mark.feature("G2", "G8", "W1")
def test_a_provider_works_on_its_own_from_its_first_login(clerk, instance):
    """Approved, logged in, and then everything of its own: property, station, pile, price, member, card - and nothing of others."""
    other = clerk.site(3)
    record = clerk.provider("自营服务商", "13900000021", approve=False)
    password = secret(clerk.send(f"/admin/provider/{record}/audit", {"verdict": "approve"}))
    mine = Clerk(instance, log_in_first(instance, "13900000021", password))
    property_ = mine.add("property", {"provider_id": record, "name": "自营物业", "phone": "13900000022"})
    station = mine.add("station", {"provider_id": record, "property_id": property_, "name": "自营电站"})
    tariff = mine.tariff(record, "自营电价", [("flat", "00:00", "24:00", "0.9", "0.3")])
    area = instance.value("select id from area where station_id = %s", station)
    mine.add("pile", {"station_id": station, "area_id": area, "name": "自营桩", "serial": "32010600030001", "tariff_id": tariff})
    member = mine.add("member", {"station_id": station, "name": "自营会员", "phone": "13900000023", "tariff_id": tariff})
    card = mine.add("card", {"station_id": station, "member_no": instance.value("select no from member where id = %s", member)})
    mine.act("card", card, "recharge", {"gift_amount": "20"})
    for path in (f"/admin/station/{other.station}", f"/admin/station/{other.station}/edit", f"/admin/tariff/{other.tariff}", f"/admin/tariff/{other.tariff}/edit",
                 f"/admin/tariff/{other.tariff}/calculate", f"/admin/provider/{other.provider}", f"/admin/property/{other.property}/account"):
        assert mine.web.get(path).status == 404, path
    assert mine.web.get("/admin/setting").status == 403
    assert mine.web.get(f"/admin/provider/{record}/audit").status == 403
    page = mine.web.get("/admin/")
    assert page.status == 200 and "电站3" not in page.text
    # and its property sees its own station alone, and can add a member there
    password = secret(mine.send(f"/admin/property/{property_}/account", {}))
    theirs = Clerk(instance, log_in_first(instance, "13900000022", password))
    assert theirs.get(f"/admin/station/{station}").status == 200
    assert theirs.web.get(f"/admin/station/{other.station}").status == 404
    theirs.add("member", {"station_id": station, "name": "物业会员", "phone": "13900000024"})
    assert instance.rows("select provider_id, station_id from member where phone = '13900000024'") == [(record, station)]
    theirs.add("card", {"station_id": station, "member_no": instance.value("select no from member where phone = '13900000024'")})
