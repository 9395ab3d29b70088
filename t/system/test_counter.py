"""The counter (manual D): accounts opened by SMS code, charge cards sold and exchanged, wallets filled by QR code, members frozen (M8-M11, H7)."""
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from clerk import Clerk, biggest, errors
from instance import Instance, wait_for
from paysim import PaySim
from people import Tenant


class Counter:
    def __init__(self, instance):
        self.i = instance
        self.sim = PaySim(instance)
        self.tenant = Tenant(instance, ("counter.serve", "member.list", "member.show", "member.freeze", "member.thaw", "token.list", "token.show",
                                        "token.replace", "token.enable", "token.create", "token.update", "token.bind", "token.unbind",
                                        "token.white", "token.card_password", "token_category.create", "token_category.list", "token.black", "token.unlist", "payment.list", "statement.list", "member.refund", "member.offline",
                                        "member.credit_line", "member.badge", "member.unbadge", "offline_recharge.list", "offline_recharge.show",
                                        "offline_recharge.settle", "offline_recharge.adjust", "offline_recharge.cancel"))
        self.web = self.tenant.web()
        self.clerk = Clerk(instance, self.web)
        self.n = 0

    def phone(self):
        self.n += 1
        return f"1371000{self.n:04d}"

    def code(self, phone):
        return json.loads(self.i.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone))["code"]

    def open(self, phone=None, name="郭靖", code=None, web=None):
        """开户; the page that answers the code."""
        web = web or self.web
        page = web.get("/admin/counter/open")
        page = web.submit(page, biggest(page), {"phone": phone or self.phone(), "name": name})
        if page.status != 200:
            return page
        phone = dict(biggest(page).values)["phone"]
        return web.submit(page, biggest(page), {"code": code or self.code(phone)})

    def member(self, **more):
        phone = self.phone()
        page = self.open(phone, **more)
        assert "开户成功" in page.text, page.text[:500]
        return phone, self.i.value("select id from member where phone = %s", phone)

    def recharge(self, phone, offer):
        page = self.web.get(f"/admin/counter/recharge?who={phone}")
        page = self.web.submit(page, page.form("offer", "once"), {"offer": offer})
        assert "/admin/counter/payment/" in page.url, page.text[:500]
        return int(page.url.rsplit("/", 1)[1])

    def card(self, phone, number):
        page = self.web.get(f"/admin/counter/card?card={number}&who={phone}")
        return self.web.submit(page, page.form("card", "once"), {})

    def pay(self, payment, **words):
        self.sim.pay(self.no(payment), **words)
        wait_for(lambda: self.i.value("select state from payment where id = %s", payment) == "paid", 20, "paid")

    def no(self, payment):
        return self.i.value("select no from payment where id = %s", payment)

    def purse(self, member, kind="cash"):
        return self.i.value("select coalesce(sum(balance), 0) from account where owner_kind = 'member' and owner_id = %s and kind = %s", member, kind)

    def proof(self):
        done = self.i.job("ledger_proof", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def counter():
    instance = Instance("counter")
    instance.up("--bare")
    made = None
    try:
        made = Counter(instance)
        yield made
    finally:
        if made:
            made.sim.end()
        instance.destroy()


@pytest.mark.feature("M8", "H7")
def test_an_account_is_opened_by_code_once(counter):
    phone = counter.phone()
    page = counter.web.get("/admin/counter/open")
    bad = counter.web.submit(page, biggest(page), {"phone": "12345", "name": "黄蓉"})
    assert bad.status == 422 and counter.i.value("select count(*) from sms_code") == 0
    nameless = counter.web.submit(bad, biggest(bad), {"phone": phone, "name": " "})
    assert nameless.status == 422 and "姓名" in errors(nameless)[0]
    sent = counter.web.submit(nameless, biggest(nameless), {"phone": phone, "name": "黄蓉"})
    assert sent.status == 200 and counter.i.value("select count(*) from member where phone = %s", phone) == 0
    wrong = counter.web.submit(sent, biggest(sent), {"code": "000000" if counter.code(phone) != "000000" else "111111"})
    assert wrong.status == 422 and dict(biggest(wrong).values)["name"] == "黄蓉"
    done = counter.web.submit(wrong, biggest(wrong), {"code": counter.code(phone)})
    assert "开户成功" in done.text and "黄蓉" in done.text
    assert counter.i.rows("select name, source, provider_id, status from member where phone = %s", phone) == [
        ("黄蓉", "offline", counter.tenant.provider, "enabled")]
    again = counter.open(phone)
    assert again.status == 422 and "手机号已存在" in errors(again)[0]
    other = Tenant(counter.i, ("counter.serve",))
    page = other.web()
    there = page.submit(asked := page.get("/admin/counter/open"), biggest(asked), {"phone": phone, "name": "别人"})
    assert there.status == 422 and "手机号已存在" in errors(there)[0]
    assert "用户不存在" in page.get(f"/admin/counter/recharge?who={phone}").text             # another house's member is nobody here


@pytest.mark.feature("M10")
def test_a_recharge_by_code_gives_what_was_promised_once(counter):
    phone, member = counter.member()
    page = counter.web.get(f"/admin/counter/recharge?who={phone}")
    for word in ("0.01 元", "20.00 元", "50.00 元 送 1.00 元", "100.00 元 送 5.00 元", "500.00 元", "账户余额", "实际充值余额", "赠送余额"):
        assert word in page.text, word
    form = page.form("offer", "once")
    payment = counter.web.submit(page, form, {"offer": "50+1"})
    again = counter.web.submit(page, form, {"offer": "50+1"})                               # the same form twice: one order
    assert payment.url == again.url
    number = int(payment.url.rsplit("/", 1)[1])
    assert counter.i.rows("select method, purpose, amount from payment where id = %s", number) == [("native", "recharge", 50)]
    assert "data-refresh" in payment.html and counter.web.get(payment.url + "/qr.svg").html.startswith("<")
    counter.pay(number)
    counter.sim.post("notify", no=counter.no(number))
    assert (counter.purse(member), counter.purse(member, "gift")) == (50, 1)
    paid = counter.web.get(payment.url)
    assert "充值成功" in paid.text and "51.00" in paid.text and "data-refresh" not in paid.html
    assert counter.i.rows("select kind, cash, gift, operator from statement where member_id = %s", member) == [
        ("recharge", 50, 1, counter.tenant.account)]
    small = counter.recharge(phone, "0.01")                                                # below what a phone may recharge
    counter.pay(small)
    assert float(counter.purse(member)) == 50.01
    card = counter.recharge(phone, "100+5")
    counter.pay(card, bank="CMB_CREDIT")                                                   # above the cap: back, and nothing given
    assert (float(counter.purse(member)), counter.purse(member, "gift")) == (50.01, 1)
    forged = counter.web.submit(page, form, {"offer": "1000+900"})
    assert forged.status == 422
    stranger = Tenant(counter.i, ("counter.serve",)).web()
    assert stranger.get(payment.url).status == 404 and stranger.get(payment.url + "/qr.svg").status == 404
    counter.proof()


@pytest.mark.feature("M9")
def test_a_card_is_sold_for_its_fee_and_is_its_buyers(counter):
    phone, member = counter.member()
    nobody = counter.web.get("/admin/counter/card?card=A1000001&who=13799999999")
    assert "用户不存在" in nobody.text and "不支持退款" in nobody.text
    bad = counter.web.get(f"/admin/counter/card?card=00-00&who={phone}")
    assert bad.status == 422 and "卡号应为" in bad.text
    page = counter.card(phone, "00A1000001")
    number = int(page.url.rsplit("/", 1)[1])
    assert float(counter.i.value("select amount from payment where id = %s", number)) == 0.01
    assert counter.i.value("select count(*) from token where member_id = %s", member) == 0      # not before it is paid
    counter.pay(number)
    counter.sim.post("notify", no=counter.no(number))
    assert counter.i.rows("select no, kind, status from token where member_id = %s", member) == [("00A1000001", "verify", "enabled")]
    assert counter.purse(member) == 0                                                      # the fee is the provider's
    assert float(counter.i.value("select sum(balance) from account where kind = 'income_card' and owner_id = %s", counter.tenant.provider)) == 0.01
    assert "00A1000001" in counter.web.get(f"/admin/counter/recharge?who=A1000001").html + counter.web.get("/admin/token").text
    other, _ = counter.member()
    taken = counter.web.get(f"/admin/counter/card?card=a1000001&who={other}")                  # zeros in front and case do not count
    assert taken.status == 422 and "已绑定" in taken.text
    counter.proof()


@pytest.mark.feature("M9")
def test_one_card_paid_by_two_at_once_is_one_persons(counter):
    people = [counter.member() for _ in range(2)]
    orders = [int(counter.card(phone, "B2000001").url.rsplit("/", 1)[1]) for phone, _ in people]
    with ThreadPoolExecutor(2) as both:
        list(both.map(counter.pay, orders))
    holders = counter.i.rows("select member_id from token where chip = 'B2000001'")
    assert len(holders) == 1
    loser = next(m for _, m in people if m != holders[0][0])
    assert float(counter.purse(loser)) == 0.01 and counter.purse(holders[0][0]) == 0
    lost = next(o for o, (_, m) in zip(orders, people) if m == loser)
    assert "已存入用户账户余额" in counter.web.get(f"/admin/counter/payment/{lost}").text
    counter.proof()


@pytest.mark.feature("M9")
def test_a_card_is_exchanged_without_a_fee_and_the_old_one_may_be_sold_again(counter):
    phone, member = counter.member()
    counter.pay(int(counter.card(phone, "C3000001").url.rsplit("/", 1)[1]))
    page = counter.web.get("/admin/counter/replace?who=C3000001")
    assert "C3000001" in page.text
    payments = counter.i.value("select count(*) from payment")
    same = counter.web.submit(page, page.form("token", "card"), {"card": "C3000001"})
    assert same.status == 422
    done = counter.web.submit(page, page.form("token", "card"), {"card": "C3000002"})
    assert "换卡成功" in done.text and counter.i.value("select count(*) from payment") == payments
    assert counter.i.rows("select no, member_id, status from token where no like 'C30%%' order by no") == [
        ("C3000001", None, "returned"), ("C3000002", member, "enabled")]
    other, buyer = counter.member()
    counter.pay(int(counter.card(other, "C3000001").url.rsplit("/", 1)[1]))
    assert counter.i.rows("select member_id, status from token where no = 'C3000001'") == [(buyer, "enabled")]
    stranger = Clerk(counter.i, Tenant(counter.i, ("counter.serve", "token.list", "token.show", "token.replace")).web())
    token = counter.i.value("select id from token where no = 'C3000002'")
    assert stranger.post("/admin/counter/replace", {"token": token, "card": "C3000009"}).status == 404


@pytest.mark.feature("M10", "M11")
def test_a_frozen_member_is_neither_charged_nor_sold_to(counter):
    phone, member = counter.member()
    page = counter.web.get(f"/admin/counter/recharge?who={phone}")
    form = page.form("offer", "once")
    counter.clerk.act("member", member, "freeze")
    frozen = counter.web.get(f"/admin/counter/recharge?who={phone}")
    assert "已冻结" in frozen.text and not any("offer" in f.types for f in frozen.forms)
    late = counter.web.submit(page, form, {"offer": "20"})                                  # the page from before
    assert late.status == 422 and counter.i.value("select count(*) from payment where member_id = %s", member) == 0
    assert counter.web.get(f"/admin/counter/card?card=D4000001&who={phone}").status == 422
    counter.clerk.act("member", member, "thaw")
    assert "20.00 元" in counter.web.get(f"/admin/counter/recharge?who={phone}").text


@pytest.mark.feature("M11")
def test_the_list_of_members_shows_balances_cards_and_where_they_come_from(counter):
    phone, member = counter.member(name="洪七公")
    counter.pay(counter.recharge(phone, "50+1"))
    counter.pay(int(counter.card(phone, "E5000001").url.rsplit("/", 1)[1]))
    page = counter.web.get(f"/admin/member?phone={phone}")
    for word in ("洪七公", "51.00", "50.00", "1.00", "线下", "绑卡数量", "账户余额", "注册时间"):
        assert word in page.text, word


def leaves(counter, member):
    return counter.i.value("select coalesce(sum(remains), 0) from purse_lot where owner_kind = 'member' and owner_id = %s and open = 1 and leaves = 1", member)


def offline(counter, member, way, amount):
    counter.clerk.act("member", member, "offline", {"way": way, "cash_amount": amount, "note": "十月"})
    return counter.i.value("select max(id) from offline_recharge where member_id = %s", member)


def settle(counter, order, password=None, status=200):
    return counter.clerk.act("offline_recharge", order, "settle", {"_payment": password or counter.i.password}, status)


@pytest.mark.feature("M15", "M16", "G14")
def test_recharges_agreed_outside_arrive_with_their_settlement(counter):
    phone, member = counter.member()
    booked = offline(counter, member, "booked", "100")
    assert counter.purse(member) == 0
    settle(counter, booked, "not-the-payment-password", 422)
    assert counter.purse(member) == 0
    settle(counter, booked)
    assert (counter.purse(member), leaves(counter, member)) == (100, 0)                     # 记账: it never leaves again
    counter.clerk.act("offline_recharge", booked, "settle", {"_payment": counter.i.password}, 422)      # not twice
    paid = offline(counter, member, "paid", "50")
    settle(counter, paid)
    assert (counter.purse(member), leaves(counter, member)) == (150, 50)                    # 现付: it may
    less = offline(counter, member, "booked", "10")
    counter.clerk.act("offline_recharge", less, "adjust", {"actual_amount": "-2", "why": "多充 2 元"})
    settle(counter, less)
    assert counter.purse(member) == 148
    assert counter.i.rows("select amount, actual, note, state from offline_recharge where id = %s", less) == [(10, -2, "多充 2 元", "settled")]
    much = offline(counter, member, "booked", "10")
    counter.clerk.act("offline_recharge", much, "adjust", {"actual_amount": "-148.01", "why": "错"})
    settle(counter, much, status=422)
    assert counter.purse(member) == 148
    counter.clerk.act("offline_recharge", much, "cancel")
    settle(counter, much, status=422)
    stranger = Clerk(counter.i, Tenant(counter.i, ("offline_recharge.list", "offline_recharge.show", "offline_recharge.settle")).web())
    assert stranger.web.get(f"/admin/offline_recharge/{paid}").status == 404
    counter.proof()


@pytest.mark.feature("M12")
def test_what_is_taken_is_a_line_for_each_recharge_it_came_from(counter):
    phone, member = counter.member()
    for amount in ("20", "50+1"):
        counter.pay(counter.recharge(phone, amount))
    counter.clerk.act("member", member, "refund", {"cash_amount": "60", "_payment": counter.i.password})
    assert counter.i.rows("select cash, cash_balance, part from statement where member_id = %s and kind = 'withdraw' order by id", member) == [
        (-20, 50, 0), (-40, 10, 1)]
    page = counter.web.get(f"/admin/statement?member_id={member}")
    for word in ("实际金额支出", "赠送金额收入", "40.00", "20.00", phone[:3] + "****" + phone[7:]):
        assert word in page.text, word
    counter.proof()


@pytest.mark.feature("M17", "M18")
def test_credit_and_the_badge_are_given_by_who_may(counter):
    _, member = counter.member()
    counter.clerk.act("member", member, "credit_line", {"credit_line": "-1"}, 422)
    counter.clerk.act("member", member, "credit_line", {"credit_line": "88.80"})
    counter.clerk.act("member", member, "badge")
    assert counter.i.rows("select credit, several from member where id = %s", member) == [(counter.i.value("select 88.8"), 1)]
    counter.clerk.act("member", member, "badge", status=422)
    counter.clerk.act("member", member, "unbadge")
    assert counter.i.value("select several from member where id = %s", member) == 0


@pytest.mark.feature("M23", "M24")
def test_charge_cards_are_registered_bound_and_listed(counter):
    add, act, rows = counter.clerk.add, counter.clerk.act, counter.i.rows
    phone, member = counter.member()
    card = add("token", {"no": "00F1000001", "kind": "verify", "parent": "HOUSE7"})
    assert add("token", {"no": "F1000001", "kind": "verify"}, 422).status == 422              # zeros in front do not count
    assert add("token", {"no": "LSVAA", "kind": "vin"}, 422).status == 422
    car = add("token", {"no": "LSVAA4182E2184847", "kind": "vin"})
    stored = add("token", {"no": "F1000002", "kind": "stored"})
    edit = counter.clerk.get(f"/admin/token/{card}/edit")
    assert "no" not in biggest(edit).types and "kind" not in biggest(edit).types             # the number never changes
    act("token", card, "bind", {"holder_phone": "13799999999"}, 422)
    elsewhere = Tenant(counter.i, ("*",))
    theirs = elsewhere.insert("member", no=str(elsewhere.provider + 700000000), provider_id=elsewhere.provider, phone="13788880000")
    act("token", card, "bind", {"holder_phone": "13788880000"}, 422)
    act("token", stored, "bind", {"holder_phone": phone}, 422)                               # its money is on it
    act("token", card, "white", status=422)                                                  # of nobody
    act("token", card, "bind", {"holder_phone": phone})
    act("token", car, "bind", {"holder_phone": phone})
    act("token", car, "white", status=422)                                                   # 验证卡 alone
    assert rows("select member_id from token where id in (%s, %s)", card, car) == [(member,), (member,)]
    pile = counter.tenant.insert("pile", station_id=counter.tenant.station, area_id=counter.tenant.area, code="F1", serial="32010600019999",
                                 name="F1", protocol="ykc", status="enabled")
    told = "select kind from command where pile_id = %s order by id"
    act("token", card, "white")
    assert rows(told, pile) == [("sync_cards",)]
    listed = "select count(*) from card_list_change where provider_id = %s and number = '00F1000001'"
    assert counter.i.value(listed, counter.tenant.provider) == 1
    act("token", card, "white", status=422)
    act("token", card, "black")
    assert rows(told, pile) == [("sync_cards",)]
    page = counter.web.get("/admin/token?tab=black")
    assert "00F1000001" in page.text and "LSVAA" not in page.text
    act("token", card, "unlist")
    group = add("token_category", {"name": "代办卡"})
    counter.clerk.send(f"/admin/token/{card}/edit", {"category_id": group})
    assert "F1000001" in counter.web.get(f"/admin/token?category_id={group}").text
    act("token", card, "card_password", {"card_password": "12a4"}, 422)                      # 4 to 6 digits
    act("token", card, "card_password", {"card_password": "123"}, 422)
    act("token", card, "card_password", {"card_password": "1234"})
    sealed = counter.i.value("select password from token where id = %s", card)
    assert len(sealed) > 20 and "1234" not in sealed                                         # sealed at rest, on no page
    assert "1234" not in counter.web.get(f"/admin/token/{card}").text.replace("F1000001", "")
    act("token", card, "white", status=422)                                                  # offline nobody could ask for it
    act("token", card, "card_password", {"card_password": ""})
    act("token", card, "white")
    act("token", card, "disable")                                                            # and off every pile's list
    assert rows("select list, status from token where id = %s", card) == [("none", "disabled")]
    assert rows(told, pile) == [("sync_cards",)]                                             # one waits, whatever changed meanwhile (M24)
    act("token", card, "unbind")
    assert rows("select member_id from token where id = %s", card) == [(None,)]
    assert theirs
