"""A day at the counter, by keyboard alone (manual D): the clerk's hands never leave the keys, the card reader types as one, customers pay by scanning."""
import json

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from instance import Instance
from page import Page
from paysim import PaySim
from people import Tenant
from test_ecard import log_in


@pytest.fixture(scope="module")
def window():
    made = Instance("window")
    made.up("--bare")
    sim = None
    try:
        made.admin()
        made.tenant = Tenant(made, ("counter.serve", "member.list", "member.show", "member.freeze", "member.thaw", "token.list", "statement.list"))
        made.sim = sim = PaySim(made)
        yield made
    finally:
        if sim:
            sim.end()
        made.destroy()


class Keyboard:
    """Types into whatever has the focus, and waits for what a person would wait for."""
    def __init__(self, page):
        self.page = page

    def type(self, text, *keys):
        self.page.driver.switch_to.active_element.send_keys(text, *keys)

    def alt(self, key):
        ActionChains(self.page.driver).key_down(Keys.ALT).send_keys(key).key_up(Keys.ALT).perform()

    def at(self, name):
        """The focus is in this field."""
        self.page.wait(lambda: self.page.driver.switch_to.active_element.get_attribute("name") == name, what=f"the focus in {name}")

    def on(self, text):
        self.page.wait(lambda: text in self.page.driver.switch_to.active_element.text, what=f"the focus on {text}")


@pytest.mark.feature("H7", "M8", "M9", "M10", "M11", "M12")
def test_a_clerk_serves_a_queue_by_keyboard_alone(chromium, window):
    chromium.delete_all_cookies()
    page = Page(chromium, window.url)
    page.desktop()
    log_in(page, window, window.tenant.account, window.password)
    page.open("/admin/")
    keys = Keyboard(page)
    opening = page.one("a[href='/admin/counter/open']")
    assert [e.text for e in page.all(".page-buttons a")] == ["开户", "开卡", "充值"]
    opening.send_keys(Keys.ENTER)

    # 2. 开户: phone, name, the code the customer reads out.
    keys.at("phone")
    keys.type("13810002000", Keys.TAB)
    keys.at("name")
    keys.type("郭襄", Keys.ENTER)
    keys.at("code")
    code = json.loads(window.value("select payload from delivery where kind = 'sms' and target = '13810002000' order by id desc limit 1"))["code"]
    keys.type(code, Keys.ENTER)
    page.shows("开户成功：郭襄")
    keys.at("offer")

    # 4. 充值: the arrow picks 50 + 1, the customer scans, the page notices by itself; Enter is the next customer.
    for _ in range(3):
        keys.type(Keys.ARROW_DOWN)
    assert page.driver.switch_to.active_element.get_attribute("value") == "50+1"
    keys.type(Keys.ENTER)
    page.one(".pay-code")
    window.sim.pay(window.value("select max(no) from payment"))
    page.shows("充值成功，金额已到账", 15)
    assert "51.00" in page.text()
    keys.on("下一位")
    keys.type(Keys.ENTER)
    keys.at("who")

    # 3. 开卡: the reader types the number and Enter: the focus goes to the phone by itself.
    keys.alt("2")
    keys.at("card")
    keys.type("0A7F3301", Keys.ENTER)
    keys.at("who")
    keys.type("13810009999", Keys.ENTER)
    page.shows("用户不存在")
    keys.at("who")
    keys.type(Keys.CONTROL, "a")
    keys.type("13810002000", Keys.ENTER)
    page.shows("郭襄")
    assert "办理后不支持退款" in page.text() and "51.00" in page.text()
    keys.on("确定并扫码支付")
    keys.type(Keys.ENTER)
    page.one(".pay-code")
    window.sim.pay(window.value("select no from payment order by id desc limit 1"))
    page.shows("开卡成功", 15)
    assert window.rows("select no, status from token") == [("0A7F3301", "enabled")]

    # 换卡 for a fault of ours: the old card is read, then the new one.
    keys.on("下一位")
    keys.type(Keys.ENTER)
    keys.at("card")
    keys.alt("4")
    keys.at("who")
    keys.type("0A7F3301", Keys.ENTER)
    keys.at("card")
    keys.type("0A7F3302", Keys.ENTER)
    page.shows("换卡成功，新卡 0A7F3302")
    assert window.rows("select no, status from token order by no") == [("0A7F3301", "returned"), ("0A7F3302", "enabled")]

    # 5. 冻结, asked once; a frozen one is not sold to; Esc begins with the next.
    keys.alt("3")
    keys.at("who")
    keys.type("0A7F3302", Keys.ENTER)
    keys.at("offer")
    page.one(".counter-more a[href$='/freeze']").send_keys(Keys.ENTER)
    page.shows("冻结会员")
    page.one("button[type=submit].btn-primary, button[type=submit].btn-danger").send_keys(Keys.ENTER)
    page.wait(lambda: window.value("select status from member where phone = '13810002000'") == "frozen", what="frozen")
    page.open("/admin/counter/recharge?who=13810002000")
    page.shows("已冻结")
    ActionChains(page.driver).send_keys(Keys.ESCAPE).perform()
    page.wait(lambda: page.driver.current_url.endswith("/admin/counter/recharge"), what="the next customer")
    keys.at("who")
    assert not [e for e in page.console_errors() if "422" not in e]        # a refusal is said so
