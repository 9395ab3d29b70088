"""What scripts add to lists and forms: type-ahead, inputs that follow others, ticks, menus, refresh; and no complaint in the console."""
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from instance import Instance
from page import Page
from tenants import Tenants


@pytest.fixture(scope="module")
def place():
    made = Instance("screens")
    made.up("--bare")
    try:
        web = made.admin()
        made.tenants = Tenants(made)
        for i in range(130):
            made.tenants.add("property", provider_id=made.tenants.rows["provider"]["a1"], name=f"园区{i:03d}", phone=f"1330000{i:04d}")
        made.cookies = [{"name": c.name, "value": c.value, "path": "/"} for c in web.http.cookies]
        yield made
    finally:
        made.destroy()


@pytest.fixture
def page(place, chromium):
    chromium.get(place.url + "/admin/login")
    chromium.delete_all_cookies()
    for c in place.cookies:
        chromium.add_cookie(c)
    chromium.get_log("browser")
    p = Page(chromium, place.url)
    yield p
    complaints = [e["message"] for e in chromium.get_log("browser") if e["level"] == "SEVERE" and "favicon" not in e["message"]]
    assert not complaints, complaints


def test_a_reference_is_typed_ahead_and_chosen_by_keyboard(place, page):
    page.open("/admin/station/new")
    box = page.field("property_id_q")
    box.send_keys("园区07")
    page.wait(lambda: len(page.all(".lookup-list [role=option]")) == 10, what="ten choices")
    box.send_keys("3")
    page.wait(lambda: len(page.all(".lookup-list [role=option]")) == 1, what="one choice")
    box.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    chosen = page.driver.find_element(By.CSS_SELECTOR, 'input[type=hidden][name="property_id"]').get_attribute("value")
    assert int(chosen) == place.value("select id from property where name = '园区073'")
    page.fill(name="键盘站", provider_id="服务商 a1")
    page.submit("main form button[type=submit]")
    page.shows("已保存：键盘站")
    assert place.value("select property_id from station where name = '键盘站'") == int(chosen)


def test_an_input_follows_the_one_it_depends_on(place, page):
    page.open("/admin/pile/new")
    page.fill(station_id="电站 b")
    page.wait(lambda: [o.text for o in page.all('select[name="area_id"] option')][1:] == ["区域 b"], what="areas of that station alone")
    page.fill(station_id="电站 a2")
    page.wait(lambda: [o.text for o in page.all('select[name="area_id"] option')][1:] == ["区域 a2"], what="areas of the other station")


def test_ticks_count_and_wake_the_buttons(place, page):
    page.open("/admin/property?name=园区&size=10")
    batch = page.one('button[formaction$="/batch/disable"]')
    assert not batch.is_enabled()
    page.press('input[data-tick-all="id"]')
    page.wait(lambda: page.one("[data-ticked=id]").text == "10" and batch.is_enabled(), what="ten ticked")
    page.press(batch)
    page.shows("10 条物业")
    page.submit("main form button[type=submit]")
    page.shows("已完成")
    assert place.value("select count(*) from property where name like '园区%%' and status = 'disabled'") == 10


def test_a_menu_of_a_row_can_be_seen_whole(page):
    page.open("/admin/property?name=物业 b")
    page.press(".row-actions .drop summary")
    item = page.one('.row-actions .drop-menu > [href$="/delete"]')
    frame, inside = page.one(".list-wrap").rect, item.rect
    assert inside["y"] + inside["height"] <= frame["y"] + frame["height"] + 1 and inside["x"] + inside["width"] <= frame["x"] + frame["width"] + 1


@pytest.mark.feature("H11")
def test_a_live_list_refreshes_and_keeps_the_ticks(place, page):
    page.open("/admin/session")
    page.press('tbody input[name="id"]')
    place.sql("update session set state = 'suspended' where id = %s", place.tenants.rows["session"]["b"])
    page.wait(lambda: "订单挂起" in page.one("tbody").text, 12, "the new state without a click")
    assert sum(t.is_selected() for t in page.all('tbody input[name="id"]')) == 1


def test_sums_of_a_big_list_come_after_the_page(place, page):
    t = place.tenants
    columns = "kind, provider_id, property_id, station_id, area_id, pile_id, connector_id, start_mode, pay_kind, amount, created_at, updated_at"
    t.sql(f"insert into session (no, requested_at, state, {columns}) select concat('S', lpad(seq, 8, '0')), now(), 'finished',"
          f" {columns.replace('amount', '1.00')} from session, seq_1_to_10010 where session.id = %s", t.rows["session"]["b"])
    page.open("/admin/session")
    page.wait(lambda: "10,010.00" in page.one("#totals").text, what="the sum of the search")
    t.sql("delete from session where no like 'S0%%'")


def test_keys_and_the_folded_filters(page):
    page.open("/admin/property")
    page.driver.find_element(By.TAG_NAME, "body").send_keys("/")
    assert page.driver.switch_to.active_element.get_attribute("name") == "name"
    page.driver.switch_to.active_element.send_keys("园区00", Keys.ENTER)
    page.shows("园区009")
    assert "name=" in page.driver.current_url
    time.sleep(0.1)
    page.driver.back()
    page.wait(lambda: "name=" not in page.driver.current_url, what="the list as it was")
