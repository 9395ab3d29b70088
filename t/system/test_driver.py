"""Driver pages (U1-U4) through nginx as a phone without scripts sees them, with a virtual pile at the other end."""
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import requests

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from fleet import Fleet  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from site_rows import Site  # noqa: E402


class World:
    """A station with six piles of two guns; the first four are virtual piles, the others stay away."""

    def __init__(self, instance, folder):
        self.i = instance
        self.site = Site(instance, piles=6)
        self.fleet = Fleet(self.site, self.site.serials[:4], folder, "--speedup", "5")
        self.phones = 0

    def code(self, pile, gun=1):
        return f"P{pile:04d}{gun}"

    def plug(self, pile, gun=1):
        serial = self.site.serials[pile - 1]
        self.fleet.ask(f"plug {serial} {gun}")
        wait_for(lambda: self.i.value("select plugged from connector_live where connector_id = %s", self.site.connector(serial, gun)) == 1,
                 10, "plugged")

    def sms(self, phone):
        return json.loads(self.i.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone))["code"]

    def driver(self, pile=1):
        """(web, phone): logged in at that pile, as on a first visit."""
        self.phones += 1
        phone = f"1370000{self.phones:04d}"
        web = self.i.session()
        page = web.get(f"/d/login?next=/c/{self.code(pile)}")
        page = web.submit(page, page.form("phone"), {"phone": phone})
        page = web.submit(page, page.form("code"), {"code": self.sms(phone)})
        assert page.url.endswith(self.code(pile)), page.text
        return web, phone

    def card(self, phone, yuan=100, station=None):
        member = self.i.value("select id from member where phone = %s", phone)
        no = f"3{self.phones:02d}{self.i.value('select count(*) from card'):06d}"
        card = self.site.insert("card", no=no, member_id=member, provider_id=self.site.provider, station_id=station)
        if yuan:
            self.site.probe("recharge", card, yuan * 100000)
        return card


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    instance = Instance("driver")
    instance.up("--bare")
    made = None
    try:
        made = World(instance, tmp_path_factory.mktemp("fleet"))
        yield made
    finally:
        if made:
            made.fleet.end()
        instance.destroy()


def start(web, world, pile, **values):
    page = web.get(f"/c/{world.code(pile)}")
    return web.submit(page, page.form("once", "pay", "limit"), values)


def state(web, session):
    return re.search(r'data-state="(\w+)"', web.get(session).html)[1]


@pytest.mark.feature("U1", "U2")
def test_the_price_is_seen_before_the_login(world):
    page = world.i.session().get(f"/c/{world.code(1)}")
    assert page.status == 200 and "一站" in page.text and "1号桩" in page.text
    rows = re.findall(r"<td>(\d\d:\d\d-\d\d:\d\d) .*?class=\"num\">([\d.]+)</td><td class=\"num\">([\d.]+)</td><td class=\"num\">([\d.]+)", page.html)
    assert rows == [("00:00-08:00", "0.3000", "0.2000", "0.5000"), ("08:00-18:00", "1.1000", "0.6000", "1.7000"),
                    ("18:00-24:00", "0.7000", "0.4000", "1.1000")]
    assert page.html.count('<tr class="now">') == 1
    assert not page.forms and "/d/login?next=/c/" in page.html


@pytest.mark.feature("U1")
def test_the_number_can_be_typed(world):
    web = world.i.session()
    page = web.get("/c/")
    assert web.submit(page, page.form("code"), {"code": f" {world.code(1)} "}).url.endswith(f"/c/{world.code(1)}")
    choose = web.submit(page, page.form("code"), {"code": "P0001"})
    assert f'href="/c/{world.code(1, 1)}"' in choose.html and f'href="/c/{world.code(1, 2)}"' in choose.html
    assert web.get(f"/c/?code={world.site.serials[0]}").status == 200
    unknown = web.get("/c/no-such-code")
    assert unknown.status == 422 and "没有找到这个号码" in unknown.text
    assert web.get("/c/?code=<script>alert(1)</script>").html.count("<script") == 1


@pytest.mark.feature("U1")
def test_login_by_code(world):
    web, phone = world.i.session(), "13655550001"
    page = web.get(f"/d/login?next=/c/{world.code(1)}")
    assert "11 位手机号" in web.submit(page, page.form("phone"), {"phone": "12345"}).text
    page = web.submit(page, page.form("phone"), {"phone": phone})
    code = world.sms(phone)
    assert code in web.get("/dev/sms").text, "the sandbox shows it"
    resend = next(f for f in page.forms if "phone" in f and "code" not in f)
    assert "刚刚发送过" in web.submit(page, resend).text
    wrong = web.submit(page, page.form("code"), {"code": "000000" if code != "000000" else "111111"})
    assert wrong.status == 422 and "验证码不正确" in wrong.text
    done = web.submit(wrong, wrong.form("code"), {"code": code})
    assert done.url.endswith(world.code(1))
    assert world.i.rows("select provider_id, source, nickname from member where phone = %s", phone) == [(world.site.provider, "online", "游客0001")]
    other = world.i.session()
    page = other.get("/d/login")
    again = other.post("/d/login", {"_csrf": dict(page.form("phone").values)["_csrf"], "phone": phone, "code": code, "next": "/d/"})
    assert again.status == 422, "a code is used once"
    cookie = next(c for c in web.http.cookies if c.name == "chargeops_driver")
    assert cookie.has_nonstandard_attr("HttpOnly")


@pytest.mark.feature("U1")
def test_a_new_phone_needs_a_pile_first(world):
    web, phone = world.i.session(), "13655550002"
    page = web.get("/d/")
    assert page.url.endswith("/d/login?next=%2Fd%2F")
    page = web.submit(page, page.form("phone"), {"phone": phone})
    page = web.submit(page, page.form("code"), {"code": world.sms(phone)})
    assert page.status == 422 and "请先扫描" in page.text
    assert world.i.value("select count(*) from member where phone = %s", phone) == 0


@pytest.mark.feature("U2", "U3", "U4", "O2")
def test_a_whole_charge(world):
    web, phone = world.driver()
    card = world.card(phone, 100)
    world.plug(1)
    page = web.get(f"/c/{world.code(1)}")
    form = page.form("once", "pay", "limit")
    assert ("pay", f"card:{card}") in form.values, "the first card that works is chosen"
    assert "¥100.00" in page.text
    live = web.submit(page, form, {"limit": "amount:50"})
    assert re.search(r"/d/session/\d+$", live.url), live.text
    again = web.submit(page, form, {"limit": "amount:50"})
    assert again.url == live.url, "the form posted twice is one charge"
    assert world.i.value("select count(*) from session where phone = %s", phone) == 1
    assert world.i.rows("select limit_kind, limit_value, prepaid, pay_kind from session where phone = %s", phone) == \
        [("amount", 5000000, Decimal("50.00000"), "card")]
    wait_for(lambda: state(web, live.url) == "charging", 20, "charging")
    wait_for(lambda: Decimal(re.search(r"<strong>([\d.]+)</strong><span>kWh", web.get(live.url).html)[1]) > Decimal("0.1"), 30, "energy flows")
    part = web.get(live.url, headers={"HX-Request": "true"})
    assert "<html" not in part.html and "data-live=" in part.html
    page = web.get(live.url)
    for word in ("kW", "V", "A", "电池电量", "费用", "结束充电", "¥50.00"):
        assert word in page.text, word
    assert '<noscript><meta http-equiv="refresh" content="5">' in page.html and 'aria-live="polite"' in page.html
    assert "您正在这把枪上充电" in web.get(f"/c/{world.code(1)}").text
    stopped = web.submit(page, page.form(action="/stop"))
    assert stopped.url == live.url
    wait_for(lambda: state(web, live.url) == "finished", 30, "finished")
    bill = web.get(live.url)
    check_bill(world, bill, phone, card)
    mine = web.get("/d/")
    assert "一站" in mine.text and live.url.split(str(world.i.http))[1] in mine.html


def check_bill(world, page, phone, card):
    """Each half hour is explained by numbers that give its amount; the lines give the total; what was held and not used is back."""
    lines = re.findall(r'<span class="how">([\d.]+) kWh × \(([\d.]+) \+ ([\d.]+)\)</span></td><td class="num">(-?[\d.]+)', page.html)
    rounding = re.search(r'四舍五入到分</td><td class="num">(-?[\d.]+)', page.html)
    total = Decimal(re.search(r'<td class="num">¥([\d.]+)', page.html)[1])
    assert lines
    for energy, energy_price, service_price, amount in lines:
        exact = Decimal(energy) * (Decimal(energy_price) + Decimal(service_price))
        assert abs(exact - Decimal(amount)) <= Decimal("0.00001"), (energy, amount)
    assert sum(Decimal(line[3]) for line in lines) + Decimal(rounding[1] if rounding else 0) == total
    amount, prepaid = world.i.rows("select amount, prepaid from session where phone = %s order by id desc", phone)[0]
    assert total == amount and f"¥{prepaid - amount:.2f}" in page.text and "已退回" in page.text
    balance = world.i.value("select sum(balance) from account where owner_kind = 'card' and owner_id = %s and kind in ('cash', 'gift')", card)
    assert balance == 100 - total


@pytest.mark.feature("U2", "S9")
@pytest.mark.parametrize("why", ["not_plugged", "pile_offline", "balance_low", "limit", "plate", "frozen", "card_elsewhere"])
def test_refusals_say_what_to_do(world, why):
    web, phone = world.driver(2)
    card, pile, values, sentence = world.card(phone, 20), 2, {}, None
    if why == "not_plugged":
        sentence, pile = "枪未插好，请重新插枪后再试", 3
    elif why == "pile_offline":
        page = web.get(f"/c/{world.code(6)}")
        assert "充电桩不在线，请换一台桩" in page.text and not [f for f in page.forms if "once" in f]
        return
    elif why == "balance_low":
        sentence, values = "余额不足，请充值", {"limit": "amount:100"}
    elif why == "limit":
        sentence, values = "充电上限填写有误", {"limit": "energy", "energy": "-3"}
    elif why == "plate":
        sentence = "请填写正确的车牌号"
    elif why == "frozen":
        sentence = "您的账户已冻结"
        world.i.sql("update member set status = 'frozen' where phone = %s", phone)
    elif why == "card_elsewhere":
        world.i.sql("update card set status = 'disabled' where id = %s", card)
        sentence, values = "这张电卡已停用", {"pay": f"card:{card}"}
    if pile == 2:
        world.plug(2)
    world.i.sql("update station set plate_required = %s", int(why == "plate"))
    try:
        if why == "plate":
            values = {"plate": "12"}
        page = start(web, world, pile, **values)
        assert page.status == 422 and sentence in page.text, page.text
        assert page.form("once", "limit"), "one can try again at once"
        assert world.i.value("select count(*) from session where phone = %s", phone) == 0
        if why == "plate":
            form = page.form("once", "plate")
            assert dict(form.values)["plate"] == "12", "what was typed is kept"
            done = web.submit(page, form, {"plate": "沪a 12345"})
            assert "/d/session/" in done.url
            assert world.i.value("select plate from session where phone = %s", phone) == "沪A12345"
            web.submit(done, done.form(action="/stop"))
            wait_for(lambda: state(web, done.url) in ("finished", "failed"), 30, "over")
    finally:
        world.i.sql("update station set plate_required = 0")


@pytest.mark.feature("U4")
def test_sessions_of_others_do_not_exist(world):
    web, phone = world.driver(4)
    world.card(phone)
    world.plug(4)
    page = start(web, world, 4, limit="time", minutes="30")
    assert "/d/session/" in page.url
    assert world.i.rows("select limit_kind, limit_value from session where phone = %s", phone) == [("time", 1800)]
    other, _ = world.driver(1)
    assert other.get(page.url).status == 404
    token = dict(other.get("/d/").form("_csrf").values)["_csrf"]
    assert other.post(page.url + "/stop", {"_csrf": token}).status == 404
    assert web.post(page.url + "/stop", {}).status == 403, "no stop without the form's word"
    assert world.i.session().get(page.url).url.split("?")[0].endswith("/d/login")
    wait_for(lambda: state(web, page.url) == "charging", 20, "charging")
    page = web.get(page.url)
    web.submit(page, page.form(action="/stop"))
    wait_for(lambda: state(web, page.url) == "finished", 30, "finished")


def test_english_is_complete(world):
    web = world.i.session()
    web.get("/d/lang?to=en")
    for path in ("/c/", f"/c/{world.code(1)}", "/d/login", "/c/?code=nothing"):
        page = web.get(path)
        words = re.sub(r"一站|1号桩|1枪|中文|平|峰|谷", "", page.text)
        assert not re.search(r"[\u4e00-\u9fff]", words), (path, re.findall(r"[\u4e00-\u9fff]+", words))


def test_logout_ends_it(world):
    web, _ = world.driver()
    page = web.get("/d/")
    web.submit(page, page.form(action="/d/logout"))
    assert web.get("/d/").url.split("?")[0].endswith("/d/login")


def test_a_driver_page_weighs_under_60_kb(world):
    web, _ = world.driver()
    page = web.get(f"/c/{world.code(3)}")
    total = len(page.html.encode())
    for address in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.html)):
        answer = requests.get(world.i.url + address)
        assert answer.status_code == 200, address
        total += len(answer.content)
    assert total < 60_000, total
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page.html)


def test_the_sandbox_is_for_developers(world):
    """Last: it changes the configuration."""
    conf = world.i.var / "chargeops.conf"
    conf.write_text(conf.read_text().replace("developer_pages = 1", "developer_pages = 0"))
    world.i.run("restart", "driver")
    assert world.i.session().get("/dev/sms").status == 404
    assert "/dev/sms" not in world.i.session().get("/d/login").html


@pytest.mark.feature("S4", "S6", "S7", "S10", "S14")
@pytest.mark.parametrize("change, back, words", [
    ("update station set halted_at = now()", "update station set halted_at = null", "暂停使用"),
    ("update pile set closed = 1", "update pile set closed = 0", "暂停使用"),
    ("update area set status = 'disabled'", "update area set status = 'enabled'", "暂停使用"),
    ("update station set hours = concat(date_format(now() + interval 2 hour, '%H:%i'), '-', date_format(now() + interval 3 hour, '%H:%i'))",
     "update station set hours = '00:00-24:00'", "营业时间"),
    ("update station set operation_type = 'bus'", "update station set operation_type = 'public'", "刷卡"),
    ("update station set open_to = 'own'; update member set provider_id = (select min(id) from provider where phone = '13800009999')",
     "update station set open_to = 'all'; update member set provider_id = (select provider_id from station limit 1)", "本服务商的会员")])
def test_where_one_may_not_start_the_page_says_so_before_anything_is_paid(world, change, back, words):
    i = world.i
    if not i.value("select count(*) from provider where phone = '13800009999'"):
        world.site.insert("provider", name="别家", phone="13800009999", audit_status="approved")
    web, _ = world.driver(2)
    page = web.get(f"/c/{world.code(2)}")
    form = page.form("limit")
    before = i.rows("select (select count(*) from session), (select count(*) from payment)")
    try:
        for statement in change.split("; "):
            i.sql(statement)
        shown = web.get(f"/c/{world.code(2)}")
        assert words in shown.text and 'name="limit"' not in shown.html
        for pay in ("wallet", "channel"):
            refused = web.submit(page, form, {"pay": pay, "limit": "amount:20"})
            assert refused.status == 422 and (words in refused.text or "停用" in refused.text), refused.text
        assert i.rows("select (select count(*) from session), (select count(*) from payment)") == before
    finally:
        for statement in back.split("; "):
            i.sql(statement)
    assert 'name="limit"' in web.get(f"/c/{world.code(2)}").html
