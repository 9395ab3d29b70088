"""The whole path of the electronic-card tutorial and of one charge, in a browser as the people do it: a clerk sets prices, makes a station, a member
and a card, fills it; a driver scans, pays with the card, charges on a pile at a real socket, stops and reads the bill; finance downloads the day's report."""
import sys
import time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from selenium.webdriver.common.by import By

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gateway"))

from instance import wait_for  # noqa: E402
from page import Page  # noqa: E402
from peer import Peer  # noqa: E402

SERIAL = "32010600019236"
ENERGY = 123456                      # 12.3456 kWh on the wire
PRICE = Decimal("0.8"), Decimal("0.3")
DRIVER = "13800138000"


@pytest.fixture(scope="module")
def page(chromium, instance):
    chromium.delete_all_cookies()
    made = Page(chromium, instance.url)
    made.desktop()
    return made


@pytest.fixture(scope="module")
def story():
    return {}


def log_in(page, instance, account, password):
    page.open("/admin/login")
    hidden = page.wait(lambda: page.all('[name="captcha_id"]'), what="the captcha")[0].get_attribute("value")
    page.fill(account=account, password=password, captcha=instance.value("SELECT answer FROM captcha WHERE id = %s", hidden))
    page.submit()
    page.wait(lambda: "/admin/login" not in page.driver.current_url, what="the first page")


def save(page):
    """Submits the form of the page and waits for the next one."""
    before = page.driver.current_url
    page.submit("form.card button[type=submit].btn-primary, form .form-foot button[type=submit]")
    page.wait(lambda: page.driver.current_url != before or page.all(".alert-danger"), what="an answer to the form")
    assert not page.all(".alert-danger, .invalid-feedback"), page.text()


@pytest.mark.feature("H1")
def test_first_login_forces_new_passwords(page, instance):
    log_in(page, instance, instance.login_name, instance.password)
    page.wait(lambda: "/admin/password" in page.driver.current_url, what="the forced change")
    for which, old, new in (("login", instance.password, "Clerk-2026-x"), ("payment", instance.payment_password, "Money-2026-x")):
        form = page.wait(lambda: next((f for f in page.all("form") if f.find_elements(By.CSS_SELECTOR, f'[name=which][value={which}]')), None), what=which)
        for name, value in (("old", old), ("new", new), ("again", new)):
            form.find_element(By.NAME, name).send_keys(value)
        form.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        page.wait(lambda: page.all(".alert-success, .alert-info, .flash, [role=status]"), what="the password was taken")
    instance.password, instance.payment_password = "Clerk-2026-x", "Money-2026-x"
    page.open("/admin/")
    page.shows("今日运营")


@pytest.mark.feature("G1", "G2", "G4")
def test_a_provider_is_audited_and_gets_a_property(page):
    for name, phone in (("绿能充电", "13900000001"), ("城际出行", "13900000002")):
        page.open("/admin/provider/new")
        page.fill(name=name, phone=phone, contact="王芳")
        save(page)
        page.open("/admin/provider")
        row = page.wait(lambda: next((r for r in page.all("tbody tr") if name in r.text), None), what=name)
        row.find_element(By.CSS_SELECTOR, "a[href$='/audit']").click()
        page.press('[name=verdict][value=approve]')
        page.submit("form.narrow button[type=submit]")
        secret = page.one("#secret-text").text
        assert len(secret) >= 10 and page.one("#secret-name").text == phone
    page.open("/admin/property/new")
    page.fill(provider_id="绿能充电", name="科技园物业", phone="13900000003")
    save(page)


@pytest.mark.feature("P1", "P2", "P4")
def test_the_clerk_sets_prices(page):
    for name, energy, service in (("临时用户", "0.8", "0.3"), ("VIP用户", "0", "0")):
        page.open("/admin/tariff/new")
        page.fill(name=name, provider_id="绿能充电", slot_energy=energy, slot_service=service)
        page.press('[name=effective][value=now]')
        save(page)
    page.open("/admin/tariff")
    page.shows("00:00-24:00, 电费0.8元, 服务费0.3元")
    page.shows("00:00-24:00, 电费0.0元, 服务费0.0元")


@pytest.mark.feature("P1", "P3")
def test_a_day_with_a_gap_is_refused_at_its_row_and_nothing_is_saved(page, instance):
    page.open("/admin/tariff/new")
    page.fill(name="有缺口", provider_id="绿能充电", slot_start="01:00", slot_energy="0.8", slot_service="0.3")
    page.submit("form .form-foot button[type=submit]")
    page.wait(lambda: page.all(".alert-danger, .text-danger"), what="the refusal")
    assert page.field("name").get_attribute("value") == "有缺口"
    assert instance.value("SELECT COUNT(*) FROM tariff WHERE name = '有缺口'") == 0


@pytest.mark.feature("S2", "S5", "D1")
def test_a_station_with_a_pile(page, instance, story):
    page.open("/admin/station/new")
    page.fill(name="临港展厅充电站", provider_id="绿能充电")
    page.wait(lambda: "科技园物业" in page.field("property_id").text, what="the provider's properties")
    page.fill(property_id="科技园物业", tariff_id="临时用户", hotline="4008001234", city="上海", address="临港大道 1 号")
    save(page)
    page.open("/admin/pile/new")
    page.fill(name="一号桩", station_id="临港展厅充电站")
    page.wait(lambda: len(page.field("area_id").find_elements(By.TAG_NAME, "option")) > 1, what="the default area (S5)")
    page.driver.execute_script("arguments[0].selectedIndex = 1", page.field("area_id"))
    page.fill(serial=SERIAL, connector_count="2", rated_power="120")
    save(page)
    rows = instance.rows("SELECT c.code FROM connector c JOIN pile p ON p.id = c.pile_id WHERE p.serial = %s ORDER BY number", SERIAL)
    assert len(rows) == 2
    # its link is green once it has called; then it is put into operation (D3)
    instance.sql("INSERT INTO pile_live (pile_id, seen_at) SELECT id, now() FROM pile WHERE serial = %s", SERIAL)
    page.open("/admin/pile/" + str(instance.value("SELECT id FROM pile WHERE serial = %s", SERIAL)))
    page.click("投运", "button")
    page.wait(lambda: instance.value("SELECT status FROM pile WHERE serial = %s", SERIAL) == "enabled", what="the pile is in operation")
    story["code"] = rows[0][0]


@pytest.mark.feature("M1", "M2")
def test_a_member_gets_a_card_and_the_card_gets_money(page, instance, story):
    page.open("/admin/member/new")
    page.fill(station_id="临港展厅充电站", phone=DRIVER, name="李雷", plate="沪A12345")
    save(page)
    story["member_no"] = instance.value("SELECT no FROM member WHERE phone = %s", DRIVER)
    page.open("/admin/card/new")
    page.fill(station_id="临港展厅充电站", member_no=story["member_no"])
    save(page)
    story["card_id"], story["card_no"] = instance.rows("SELECT id, no FROM card")[0]
    page.open(f"/admin/card/{story['card_id']}/recharge")
    page.fill(gift_amount="100")
    save(page)
    page.open(f"/admin/card/{story['card_id']}")
    page.shows("100.00")


def driver_logs_in(page, instance, code, phone):
    page.driver.delete_all_cookies()
    page.phone()
    page.open(f"/c/{code}")
    page.shows("1.1000")
    page.click("登录后充电", "a") if any(e.text == "登录后充电" for e in page.all("a")) else page.open(f"/d/login?next=/c/{code}")
    page.fill(phone=phone)
    page.submit("form.box button[type=submit]")
    page.one('[name="code"]')
    page.driver.execute_script("window.open('/dev/sms')")
    first, second = page.driver.window_handles
    page.driver.switch_to.window(second)
    row = page.wait(lambda: next((r for r in page.all("tbody tr") if phone in r.text), None), what="the code on the developer page")
    sms = row.find_element(By.TAG_NAME, "strong").text
    page.driver.close()
    page.driver.switch_to.window(first)
    page.fill(code=sms)
    page.submit("form.box button[type=submit]")
    page.wait(lambda: f"/c/{code}" in page.driver.current_url, what="back at the connector")


@pytest.mark.feature("U1", "U2", "U4", "N1", "O2")
def test_a_driver_charges_with_the_card_and_reads_the_bill(page, instance, story):
    pile = Peer(instance.pile, SERIAL, guns=2)
    try:
        assert pile.login()
        pile.live(plugged=1)
        wait_for(lambda: instance.value("SELECT state FROM connector_live l JOIN connector c ON c.id = l.connector_id WHERE c.code = %s",
                                        story["code"]) == "plugged", what="the connector is plugged")
        driver_logs_in(page, instance, story["code"], DRIVER)
        assert story["card_no"] in page.text() and "100.00" in page.text()
        page.click("开始充电", "button")
        start = pile.expect(0x34, 10)
        no = start[:16].hex().upper()
        pile.start_answer(no)
        pile.live(state=3, no=no, volts=400, amps=100, energy=50000, amount=55000, soc=40)
        page.shows("5.00", 15)
        assert "充电中" in page.text()
        ended = time.time()
        started = ended - 600
        page.driver.refresh()
        page.click("结束充电", "button")
        page.agree()
        pile.expect(0x36, 10)
        pile.stop_answer()
        pile.record(no, started, ended, ENERGY, amount=135802)
        assert pile.acknowledged(no, 15)
        pile.record(no, started, ended, ENERGY, amount=135802)       # once more: the same answer, nothing twice
        assert pile.acknowledged(no, 15)
        page.driver.refresh()
        page.shows("13.58", 15)
        assert "0.8000 + 0.3000" in page.text()
        story["no"] = no
    finally:
        pile.close()


def by_hand():
    """12.3456 kWh at 0.8 + 0.3 yuan: 9.87648 + 3.70368 = 13.58016, half up to fen 13.58."""
    kwh = Decimal(ENERGY) / 10000
    return (kwh * PRICE[0] + kwh * PRICE[1]).quantize(Decimal("0.01"))


@pytest.mark.feature("O7", "M12")
def test_the_bill_is_what_a_hand_calculation_gives(page, instance, story):
    session = instance.rows("SELECT id, amount, energy, state, energy_fee + service_fee FROM session WHERE no = %s", story["no"])[0]
    assert (session[1], session[3]) == (by_hand(), "finished")
    assert session[2] == Decimal("12.3456") and session[4] == session[1]
    assert instance.value("SELECT COUNT(*) FROM cdr WHERE session_id = %s", session[0]) == 1
    lines = instance.rows("SELECT SUM(l.amount), SUM(l.energy) FROM cdr_line l JOIN cdr c ON c.id = l.cdr_id WHERE c.session_id = %s", session[0])[0]
    assert lines == (session[1], session[2])
    gift = instance.value("SELECT SUM(balance) FROM account WHERE owner_kind = 'card' AND owner_id = %s", story["card_id"])
    assert gift == Decimal("100") - by_hand()
    instance.job("ledger_proof")
    page.desktop()
    page.driver.delete_all_cookies()
    log_in(page, instance, instance.login_name, instance.password)
    page.shows("今日运营")
    page.open(f"/admin/session/{session[0]}")
    page.shows("13.58")
    page.shows(story["no"])


@pytest.mark.feature("I6", "N6")
def test_the_report_of_the_day_comes_out_as_excel(page, instance, story):
    """A member of the other provider charges here: yesterday is reported to both sides, as a receivable and a payable."""
    page.open("/admin/property/new")
    page.fill(provider_id="城际出行", name="江北物业", phone="13900000004")
    save(page)
    page.open("/admin/station/new")
    page.fill(name="江北充电站", provider_id="城际出行")
    page.wait(lambda: "江北物业" in page.field("property_id").text, what="the provider's properties")
    page.fill(property_id="江北物业")
    save(page)
    page.open("/admin/member/new")
    page.fill(station_id="江北充电站", phone="13800138001", name="韩梅梅")
    save(page)
    guest = instance.value("SELECT id FROM member WHERE phone = '13800138001'")
    page.open(f"/admin/member/{guest}/recharge")
    page.fill(cash_amount="50")
    save(page)
    pile = Peer(instance.pile, SERIAL, guns=2)
    try:
        assert pile.login()
        pile.live(plugged=1)
        time.sleep(0.5)
        driver_logs_in(page, instance, story["code"], "13800138001")
        page.click("开始充电", "button")
        no = pile.expect(0x34, 10)[:16].hex().upper()
        pile.start_answer(no)
        pile.live(state=3, no=no, volts=400, amps=100, energy=10000, soc=40)
        ended = time.time()
        pile.record(no, ended - 300, ended, 100000, amount=110000)
        assert pile.acknowledged(no, 15)
    finally:
        pile.close()
    day = instance.value("SELECT DATE(ended_at) FROM session WHERE no = %s", no)
    instance.job("daily_report", "--date", day)
    rows = instance.rows("SELECT direction, sessions, energy, amount FROM daily_report ORDER BY direction")
    assert rows == [("payable", 1, Decimal("10"), Decimal("11")), ("receivable", 1, Decimal("10"), Decimal("11"))]
    page.desktop()
    page.driver.delete_all_cookies()
    log_in(page, instance, instance.login_name, instance.password)
    page.shows("今日运营")
    page.open("/admin/daily_report")
    page.shows("城际出行")
    report = instance.value("SELECT id FROM daily_report WHERE direction = 'receivable'")
    page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(page.driver.downloads)})
    page.driver.get(f"{instance.url}/admin/daily_report/{report}/download")
    path = wait_for(lambda: next(iter(page.driver.downloads.glob("*.xlsx")), None), 15, "the download")
    book = openpyxl.load_workbook(path)
    cells = [c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    assert 11 in cells and any("城际出行" in str(c) for c in cells) and any(no in str(c) for c in cells)
