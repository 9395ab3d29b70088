"""Who works here, in the browser: a provider is applied for and audited, makes a property, the property a role and a user who sees one station."""
import pytest
from selenium.webdriver.common.by import By

from instance import Instance
from page import Page
from test_ecard import log_in, save
from site_rows import Site  # its room is known by test_ecard


@pytest.fixture(scope="module")
def place():
    made = Instance("people")
    made.up("--bare")
    try:
        made.admin()                             # his passwords are his own after this
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def page(chromium, place):
    chromium.delete_all_cookies()
    made = Page(chromium, place.url)
    made.desktop()
    return made


def own_passwords(page, first, new):
    """What a first log-in must do: both passwords become one's own; who has no payment password yet gives the log-in's."""
    page.wait(lambda: "/admin/password" in page.driver.current_url, what="the forced change")
    for which, old in (("login", first), ("payment", new + "login")):
        form = page.wait(lambda: next((f for f in page.all("form") if f.find_elements(By.CSS_SELECTOR, f'[name=which][value={which}]')), None), what=which)
        for name, value in (("old", old), ("new", new + which), ("again", new + which)):
            for field in form.find_elements(By.NAME, name):
                field.send_keys(value)
        page.press(form.find_element(By.CSS_SELECTOR, "button[type=submit]"))
        page.wait(lambda: page.all(".alert-success, .alert-info, .flash, [role=status]"), what=f"the {which} password was taken")


def enter(page, place, account, password):
    page.driver.delete_all_cookies()
    log_in(page, place, account, password)
    own_passwords(page, password, "Own-words-26-")
    page.open("/admin/")
    page.shows("今日运营")


def row_link(page, text, end):
    row = page.wait(lambda: next((r for r in page.all("tbody tr") if text in r.text), None), what=text)
    links = row.find_elements(By.CSS_SELECTOR, f"a[href$='/{end}']")
    assert links, f"{text} has no {end}: {row.text}"
    page.open(links[0].get_attribute("href"))


def menu(page):
    return {a.get_attribute("href").removeprefix(page.url) for a in page.all("nav a, aside a") if "/admin/" in (a.get_attribute("href") or "")}


def status_of(page, path):
    return page.driver.execute_async_script("const done = arguments[1]; fetch(arguments[0]).then(r => done(r.status))", path)


@pytest.mark.feature("G1", "G2", "G4", "G6", "G7", "G8", "H2", "W1")
def test_from_the_application_to_a_user_who_sees_one_station(page, place):
    log_in(page, place, place.login_name, place.password)
    page.shows("今日运营")
    # Applied for: it waits, has no log-in, and is let in by the audit.
    page.open("/admin/provider/new")
    page.fill(name="远山充电", phone="13811110001", contact="王芳")
    save(page)
    assert place.value("select count(*) from user where login = '13811110001'") == 0
    page.open("/admin/provider?tab=pending")
    row_link(page, "远山充电", "audit")
    page.press('[name=verdict][value=approve]')
    page.submit("form.narrow button[type=submit]")
    assert page.one("#secret-name").text == "13811110001"
    password = page.one("#secret-text").text

    # The provider: sees itself alone, makes a property with a log-in, and two stations.
    enter(page, place, "13811110001", password)
    page.open("/admin/provider")
    page.shows("远山充电")
    assert status_of(page, "/admin/setting") == 403 and "/admin/setting" not in menu(page)
    page.open("/admin/property/new")
    page.fill(name="山脚物业", phone="13811110002")
    if page.all("[name=provider_id]:not([type=hidden])"):
        page.fill(provider_id="远山充电")
    save(page)
    for name in ("东门站", "西门站"):
        page.open("/admin/station/new")
        page.fill(name=name, provider_id="远山充电")
        page.wait(lambda: "山脚物业" in page.field("property_id").text, what="the provider's properties")
        page.fill(property_id="山脚物业")
        save(page)
    page.open("/admin/property")
    row_link(page, "山脚物业", "account")
    page.submit("form.narrow button[type=submit], form button.btn-primary")
    assert page.one("#secret-name").text == "13811110002"
    password = page.one("#secret-text").text

    # The property: a role for looking at stations, bound to stations; a user who has it, and one station.
    enter(page, place, "13811110002", password)
    page.open("/admin/station")
    page.shows("东门站")
    page.shows("西门站")
    page.open("/admin/role/new")
    page.fill(name="看站员", kind="物业", data_scope="stations")
    save(page)
    page.wait(lambda: page.driver.current_url.endswith("/permit"), what="the permissions of the new role")
    for word in ("station.list", "station.show"):
        page.driver.execute_script("arguments[0].closest('details') && (arguments[0].closest('details').open = true)",
                                   page.all(f'[name=word][value="{word}"]')[0])
        page.press(f'[name=word][value="{word}"]')
    save(page)
    page.open("/admin/user/new")
    page.fill(login="looker", name="小看", kind="物业", password="Look-at-it-26")
    save(page)
    user = place.value("select id from user where login = 'looker'")
    for what, label in (("roles", "看站员"), ("stations", "东门站")):
        page.open(f"/admin/user/{user}/{what}")
        page.press(page.wait(lambda: next((e for e in page.all(".picks label") if label in e.text), None), what=label))
        save(page)
    assert place.rows("select kind, provider_id is not null, property_id is not null from user where id = %s", user) == [("property", 1, 1)]

    # He sees that station, and nothing else there is.
    enter(page, place, "looker", "Look-at-it-26")
    page.open("/admin/station")
    page.shows("东门站")
    assert "西门站" not in page.text()
    east, west = (place.value("select id from station where name = %s", n) for n in ("东门站", "西门站"))
    assert status_of(page, f"/admin/station/{east}") == 200 and status_of(page, f"/admin/station/{west}") == 404
    assert {status_of(page, f"/admin/{n}") for n in ("pile", "user", "property", "provider", "session", "member")} == {403}
    assert status_of(page, f"/admin/station/{east}/edit") == 403
    assert not any(m.startswith(("/admin/user", "/admin/property", "/admin/pile")) for m in menu(page))


def act(page, path, **values):
    """An action's own page: what it asks is filled in, then it is done."""
    page.open(path)
    if values:
        page.fill(**values)
    save(page)


def newest(place, table):
    return place.value(f"select max(id) from `{table}` where deleted = 0")


@pytest.mark.feature("M19", "M20", "M21", "M22", "V1", "V2", "Z1", "Z2", "Z3")
def test_a_fleet_its_vehicles_and_its_plan(page, place):
    """Chapters 4.2, 8.1, 8.2 and 5.6 of the operations manual."""
    site = Site(place, piles=2)
    member = site.insert("member", no="910000001", provider_id=site.provider, phone="13822220001", name="李队长")
    place.sql("update pile set current_type = 'dc', rated_power = 60")
    page.driver.delete_all_cookies()
    log_in(page, place, place.login_name, place.password)
    page.shows("今日运营")
    # 4.2.1-4.2.5: a fleet with a limit of the state of charge, money, credit, a member who administers it
    page.open("/admin/fleet/new")
    page.fill(name="公交一公司", provider_id="充电", phone="13822220002", soc_limit="95")
    save(page)
    fleet = newest(place, "fleet")
    act(page, f"/admin/fleet/{fleet}/recharge", cash_amount="500")
    act(page, f"/admin/fleet/{fleet}/set_credit", credit="100", _payment=place.payment_password)
    page.open(f"/admin/fleet_member/new?fleet_id={fleet}")
    page.fill(phone="13822220001")
    save(page)
    row = newest(place, "fleet_member")
    act(page, f"/admin/fleet_member/{row}/make_admin")
    act(page, f"/admin/fleet_member/{row}/edit", day_times="3", day_amount="50")
    # 8.1, 8.2: vehicles of the fleet, a member's limit
    act(page, "/admin/vehicle_brand/new", brand="比亚迪", series="K8", model="K8S")
    page.open(f"/admin/fleet_vehicle/new?fleet_id={fleet}")
    page.fill(plate="粤B60001D", vin="LGXCE6CB1N8000001", brand="比亚迪", series="K8", model="K8S", vin_phone="13822220001")
    save(page)
    car = newest(place, "vehicle")
    act(page, f"/admin/fleet_vehicle/{car}/edit", note="早班")
    own = site.insert("vehicle", provider_id=site.provider, member_id=member, plate="粤B60009D", soc_wanted=90, soc_state="pending")
    page.open("/admin/member_vehicle?tab=pending")
    page.shows("粤B60009D")
    act(page, f"/admin/member_vehicle/{own}/approve")
    assert place.value("select soc_limit from vehicle where id = %s", own) == 90
    # 5.6: the plan, its connectors ticked from the station's list, the schedule, its confirmation
    page.open("/admin/plan/new")
    page.fill(name="夜间", fleet_id="公交一公司", station_id="一站", start_time="23:00", gap_seconds="5")
    save(page)
    plan = newest(place, "plan")
    page.open(f"/admin/plan/{plan}/connectors")
    page.shows("一区")
    guns = [site.connector(s, g) for s in site.serials for g in (1, 2)]
    for gun in guns[:3]:
        page.press(f"[name=on{gun}]")
        page.fill(**{f"energy{gun}": "30", f"plate{gun}": "粤B60001D" if gun == guns[0] else ""})
    page.fill(**{f"plate{guns[1]}": "粤X00000"})
    page.submit("form .form-foot button[type=submit]")
    page.shows("有充电位填写不正确")
    assert place.value("select count(*) from plan_connector") == 0, "all or nothing"
    page.fill(**{f"plate{guns[1]}": "", f"leave{guns[1]}": "02:00"})
    save(page)
    page.shows("已保存，共 3 个充电位")
    page.open(f"/admin/plan/{plan}/schedule?limit=60&until=06:00")
    page.press(page.wait(lambda: next((b for b in page.all("form[method=post] button") if b.text == "采用此排程"), None), what="the order to accept"))
    page.shows("已采用排程：上限 60 kW")
    place.sql("update fleet set confirm_hash = (select password_hash from user where login = %s) where id = %s", place.login_name, fleet)
    page.open(f"/admin/plan/{plan}/confirm")
    page.fill(phone="13822220001", password="wrong-password")
    page.submit("form .form-foot button[type=submit], form button.btn-primary")
    page.shows("管理员手机或密码不正确")
    page.fill(phone="13822220001", password=place.password)
    save(page)
    state = lambda: place.value("select state from plan where id = %s", plan)
    assert state() == "running" and place.value("select count(*) from plan_connector where start_after is not null") == 3
    act(page, f"/admin/plan/{plan}/pause")
    assert state() == "paused"
    act(page, f"/admin/plan/{plan}/resume")
    assert state() == "running"
    act(page, f"/admin/plan/{plan}/edit", gap_seconds="10")
    assert state() == "pending" and place.value("select limit_watt from plan where id = %s", plan) is None, "other starts: it is no schedule any more"
    page.open(f"/admin/plan/{plan}/course")
    page.shows("还没有执行过")
    # 4.2.6: its tabs
    for tab, word in (("statement", "500.00"), ("fleet_member", "李队长"), ("fleet_vehicle", "粤B60001D"), ("plan", "夜间")):
        page.open(f"/admin/fleet/{fleet}?tab={tab}")
        page.shows(word)
    act(page, f"/admin/plan/{plan}/delete")
    act(page, f"/admin/fleet_vehicle/{car}/delete")
    # 4.2.8-4.2.11: a fleet below it; deleted in order
    page.open("/admin/fleet/new")
    page.fill(name="一车队", parent_id="公交一公司", phone="13822220003")
    save(page)
    below = newest(place, "fleet")
    act(page, f"/admin/fleet_member/{row}/delete")
    page.open(f"/admin/fleet/{fleet}/delete")
    page.submit("form .form-foot button[type=submit], form button.btn-primary, form button.btn-danger")
    page.shows("请先删除分户")
    act(page, f"/admin/fleet/{below}/delete")
