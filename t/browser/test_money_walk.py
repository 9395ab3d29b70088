"""Money as drivers, clerks and finance see it: paid on a phone inside WeChat and outside, the rest of a prepaid charge given back, a suspicious bill
agreed on and reviewed, a part refunded after a complaint, withdrawals by the system and by hand."""
import pytest

from instance import Instance, wait_for
from page import Page
from people import Tenant
from test_ecard import log_in
from test_pay import World

WECHAT = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
# What the app offers its pages: what is asked of it is kept, and answered by the test.
BRIDGE = "window.WeixinJSBridge = {invoke: (name, parameters, done) => { window.asked = {name, parameters}; window.answered = done; }};"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = Instance("money-walk")
    made.up("--bare")
    w = None
    try:
        w = World(made, tmp_path_factory.mktemp("fleet"))
        yield w
    finally:
        if w:
            w.sim.end()
            w.fleet.end()
        made.destroy()


@pytest.fixture(scope="module")
def page(chromium, world):
    return Page(chromium, world.i.url)


def as_driver(page, web):
    page.driver.delete_all_cookies()
    page.phone()
    page.open("/robots.txt")
    for cookie in web.http.cookies:
        page.driver.add_cookie({"name": cookie.name, "value": cookie.value, "path": "/"})


def as_clerk(page, world, account=None):
    page.desktop()
    page.driver.delete_all_cookies()
    log_in(page, world.i, account or world.i.login_name, world.i.password)


def act(page, path, **values):
    """An action's page: filled in and sent."""
    page.open(path)
    if values:
        page.fill(**values)
    page.submit("main form[method=post] button[type=submit]")


@pytest.mark.feature("O9", "U6", "S12")
def test_a_driver_pays_inside_wechat(page, world):
    world.clerk.send(f"/admin/channel/{world.sim.channel}/edit", {"method": "phone"})
    web, member = world.driver()
    as_driver(page, web)
    page.driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": WECHAT})
    bridge = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": BRIDGE})
    try:
        page.open("/d/wallet")
        page.fill(other="20")
        page.click("充值", "button")
        page.shows("未发起")
        payment = world.i.value("select max(id) from payment where member_id = %s", member)
        assert world.i.rows("select method, state from payment where id = %s", payment) == [("jsapi", "created")]
        assert not page.all("img.pay-code")
        page.open(f"/d/payment/{payment}/who?code=stolen&state=guess")       # another's link: sent to say who it is, as ever
        page.one("[data-window]")
        assert world.i.value("select state from payment where id = %s", payment) == "waiting"
        page.click("微信支付", "button")
        asked = page.wait(lambda: page.driver.execute_script("return window.asked"), what="the pay window")
        assert asked["name"] == "getBrandWCPayRequest" and asked["parameters"]["signType"] == "RSA"
        forged = world.sim.http.post(f"{world.sim.url}/sim/window", data={**asked["parameters"], "nonceStr": "other"}, timeout=10)
        assert forged.status_code == 409, "the app opens nothing that the merchant did not sign"
        page.driver.execute_script("window.answered({err_msg: 'get_brand_wcpay_request:cancel'})")
        assert world.i.value("select state from payment where id = %s", payment) == "waiting"
        assert world.sim.http.post(f"{world.sim.url}/sim/window", data=asked["parameters"], timeout=10).ok
        page.driver.execute_script("window.answered({err_msg: 'get_brand_wcpay_request:ok'})")
        page.shows("支付成功，金额已到账")
        assert world.cash(member) == 20
    finally:
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", bridge)
        page.driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": ""})
    assert not [e for e in page.console_errors() if "robots.txt" not in e and "favicon" not in e]


@pytest.mark.feature("O9", "U6")
def test_a_driver_pays_outside_wechat_on_the_channels_page_and_comes_back(page, world):
    web, member = world.driver()
    as_driver(page, web)
    page.open("/d/wallet")
    page.fill(other="21")
    page.click("充值", "button")
    page.shows("待支付")
    payment = world.i.value("select max(id) from payment where member_id = %s", member)
    assert world.i.value("select method from payment where id = %s", payment) == "h5"
    assert not page.all("img.pay-code"), "the page of the channel opens on this phone alone"
    page.click("去支付", "a")
    page.shows("21.00")
    page.click("支付 Pay", "button")
    page.shows("已支付 Paid")
    page.press("#back")
    page.shows("支付成功，金额已到账")
    assert page.driver.current_url.endswith(f"/d/payment/{payment}") and world.cash(member) == 21
    as_driver(page, web)
    world.i.sql("update payment set method = 'jsapi', state = 'created' where id = %s", payment)
    page.open(f"/d/payment/{payment}")
    page.shows("请在微信中打开")
    world.i.sql("update payment set method = 'h5', state = 'paid' where id = %s", payment)
    world.clerk.send(f"/admin/channel/{world.sim.channel}/edit", {"method": "native"})


@pytest.fixture(scope="module")
def charge(page, world):
    """A charge that was paid for first: (web, member, payment, session), ended by its driver on the phone."""
    web, member = world.driver(1)
    world.plug(1)
    as_driver(page, web)
    page.open(f"/c/{world.code(1)}")
    page.press(page.wait(lambda: next((e for e in page.all("label.choice") if "在线支付" in e.text), None), what="paying by the channel"))
    page.press(page.wait(lambda: next((e for e in page.all("label.choice") if "20" in e.text), None), what="20 yuan"))
    page.click("开始充电", "button")
    page.shows("待支付")
    payment = world.i.value("select max(id) from payment where member_id = %s", member)
    assert page.all("img.pay-code")
    world.pay(payment)
    session = wait_for(lambda: world.i.value("select session_id from payment where id = %s", payment), 20, "the charge is started")
    page.wait(lambda: f"/d/session/{session}" in page.driver.current_url, 20, "the charge's own page")
    wait_for(lambda: world.i.value("select energy from session where id = %s", session) > 2, 40, "some energy")
    page.driver.refresh()
    page.click("结束充电", "button")
    page.agree()
    wait_for(lambda: world.i.value("select state from session where id = %s", session) == "finished", 30, "it is settled")
    return web, member, payment, session


@pytest.mark.feature("S12", "F2", "U2", "U4")
def test_what_a_prepaid_charge_did_not_use_goes_back(page, world, charge):
    web, member, payment, session = charge
    rest = 20 - world.i.value("select amount from session where id = %s", session)
    world.settled()
    as_driver(page, web)
    page.open(f"/d/session/{session}")
    page.shows(f"{20 - rest:.2f}")
    as_clerk(page, world)
    page.open("/admin/refund?tab=all")
    refund = world.i.value("select no from refund where payment_id = %s", payment)
    page.shows(refund)
    page.shows(f"{rest:.2f}")
    page.open(f"/admin/session/{session}")
    page.shows(refund)
    assert world.cash(member) == 0


@pytest.mark.feature("O14", "O15", "O16n")
def test_a_bill_below_what_was_seen_is_agreed_on_and_reviewed_by_another(page, world, charge):
    _, _, _, session = charge
    other = Tenant(world.i)
    other.new_user("reviewer-walk", ("*",), kind="system")
    world.i.sql("insert into session_anomaly (session_id, rule, detail, created_at) values (%s, 'n', '', now())", session)
    world.i.sql("update session set anomaly = 'pending' where id = %s", session)
    world.i.sql("insert into setting (name, value, updated_at) values ('anomaly_audit', '1', now()) on duplicate key update value = '1'")
    try:
        before = world.i.value("select amount from session where id = %s", session)
        as_clerk(page, world)
        page.open("/admin/worklist")
        page.open(f"/admin/session/{session}")
        page.shows("修正账单")
        act(page, f"/admin/session/{session}/correct", agreed="1.00", note="与客户协商：收 1 元")
        page.wait(lambda: world.i.value("select anomaly from session where id = %s", session) == "review", what="it waits for review")
        assert world.i.value("select amount from session where id = %s", session) == 1
        assert world.i.value("select count(*) from cdr where session_id = %s", session) == 2, "the old bill is kept"
        act(page, f"/admin/session/{session}/approve", note="同意")
        page.shows("须由另一人审核")
        as_clerk(page, world, "reviewer-walk")
        page.open("/admin/session?tab=review")
        page.shows(world.i.value("select no from session where id = %s", session))
        act(page, f"/admin/session/{session}/approve", note="同意")
        page.wait(lambda: world.i.value("select anomaly from session where id = %s", session) == "settled", what="it is reviewed")
        assert before > 1
        world.settled()
    finally:
        world.i.sql("delete from setting where name = 'anomaly_audit'")


@pytest.mark.feature("F1", "F3", "F4")
def test_a_complaint_ends_in_a_partial_refund_by_the_payment_password(page, world, charge):
    web, _, _, session = charge
    as_driver(page, web)
    page.open(f"/d/session/{session}")
    page.press("details.box summary")
    page.fill(wish="充电太慢")
    page.submit(f'form[action="/d/session/{session}/aftersale"] button')
    page.shows("已提交")
    case = world.i.value("select id from aftersale where session_id = %s", session)
    as_clerk(page, world)
    page.open("/admin/aftersale")
    page.click("开始协商", "tbody button, tbody a")
    page.wait(lambda: world.i.value("select state from aftersale where id = %s", case) == "negotiating", what="they talk")
    act(page, f"/admin/aftersale/{case}/partial", refund_amount="0.40", answer="同意退四角")
    page.wait(lambda: world.i.value("select state from aftersale where id = %s", case) == "financing", what="finance has it")
    refund = world.i.value("select id from refund where aftersale_id = %s", case)
    act(page, f"/admin/refund/{refund}/pay", _payment="wrong")
    page.shows("支付密码不正确")
    act(page, f"/admin/refund/{refund}/pay", _payment=world.i.payment_password)
    page.wait(lambda: world.i.value("select state from refund where id = %s", refund) in ("sending", "handled"), what="it is on its way")
    world.settled()
    act(page, f"/admin/refund/{refund}/confirm")
    page.wait(lambda: world.i.value("select state from aftersale where id = %s", case) == "closed", what="the case is closed")
    as_driver(page, web)
    page.open(f"/d/session/{session}")
    page.shows("已退款")


@pytest.mark.feature("F5", "F6", "U6")
def test_money_is_taken_out_by_the_system_and_by_hand(page, world):
    web, member = world.driver()
    for amount in ("30", "40"):
        world.pay(world.recharge(web, amount))
    as_clerk(page, world)
    page.open("/admin/setting")
    page.fill(withdraw_auto="1", withdraw_auto_max="50.00")
    page.submit("form.card .form-foot button[type=submit]")
    page.wait(lambda: world.i.value("select value from setting where name = 'withdraw_auto'") == "1", what="withdrawals run by themselves")
    as_driver(page, web)
    page.open("/d/wallet")
    page.fill(out="50")
    page.submit('form[action="/d/wallet/withdraw"] button')
    page.shows("50.00")
    first = wait_for(lambda: world.i.value("select max(id) from withdrawal where member_id = %s", member), 10, "it is asked for")
    world.money()
    world.settled()
    assert world.i.rows("select state, automatic, paid from withdrawal where id = %s", first) == [("done", 1, 50)]
    page.open("/d/wallet")
    page.fill(out="20")
    page.submit('form[action="/d/wallet/withdraw"] button')
    second = wait_for(lambda: world.i.value("select id from withdrawal where member_id = %s and id > %s", member, first), 10, "once more")
    assert world.i.rows("select state, why_manual from withdrawal where id = %s", second) == [("pending", "times")]
    as_clerk(page, world)
    page.open("/admin/withdrawal")
    page.click("已线下转账", "tbody a, tbody button")
    page.fill(transfer_no="CMB20261127001", _payment=world.i.payment_password)
    page.submit("main form[method=post] button[type=submit]")
    page.wait(lambda: world.i.value("select state from withdrawal where id = %s", second) == "done", what="it was paid by hand")
    assert world.cash(member) == 0
    world.i.sql("delete from setting where name like 'withdraw%%'")
    world.proof()
