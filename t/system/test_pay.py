"""Payment orders, refunds and withdrawals against the sandbox of a channel (O9, F1-F7, S12), through nginx as a phone and a clerk see them."""
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, biggest  # noqa: E402
from fleet import Fleet  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from paysim import PaySim  # noqa: E402
from site_rows import Site  # noqa: E402

YUAN = Decimal("1")


class World:
    def __init__(self, instance, folder):
        self.i = instance
        self.site = Site(instance, piles=4)
        self.fleet = Fleet(self.site, self.site.serials[:4], folder, "--speedup", "30")
        self.sim = PaySim(instance)
        self.clerk = Clerk(instance)
        self.phones = 0

    def code(self, pile, gun=1):
        return f"P{pile:04d}{gun}"

    def driver(self, pile=1):
        self.phones += 1
        phone = f"1381000{self.phones:04d}"
        web = self.i.session()
        page = web.get(f"/d/login?next=/c/{self.code(pile)}")
        page = web.submit(page, page.form("phone"), {"phone": phone})
        code = json.loads(self.i.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone))["code"]
        page = web.submit(page, page.form("code"), {"code": code})
        assert page.url.endswith(self.code(pile)), page.text
        return web, self.i.value("select id from member where phone = %s", phone)

    def plug(self, pile, gun=1):
        serial = self.site.serials[pile - 1]
        self.fleet.ask(f"plug {serial} {gun}")
        wait_for(lambda: self.i.value("select plugged from connector_live where connector_id = %s", self.site.connector(serial, gun)) == 1,
                 20, "plugged")

    def cash(self, member, kind="cash"):
        return self.i.value("select coalesce(sum(balance), 0) from account where owner_kind = 'member' and owner_id = %s and kind = %s",
                            member, kind)

    def recharge(self, web, amount="50.00"):
        """An order for this amount; its row's id."""
        page = web.get("/d/wallet")
        page = web.submit(page, page.form("once", "other"), {"other": amount})
        assert "/d/payment/" in page.url, f"{page.url} {page.text}"
        return int(page.url.rsplit("/", 1)[1])

    def no(self, payment):
        return self.i.value("select no from payment where id = %s", payment)

    def pay(self, payment, **words):
        self.sim.pay(self.no(payment), **words)
        self.state_is(payment, "paid")

    def state_is(self, payment, state):
        wait_for(lambda: self.i.value("select state from payment where id = %s", payment) == state, 20, f"payment {payment} is {state}")

    def money(self):
        return self.i.job("money")

    def soon(self):
        """What waits for its time is due now."""
        self.i.sql("update refund set next_at = now() where state = 'sending'")
        self.i.sql("update payment set checked_at = null, requested_at = requested_at - interval 2 minute where state in ('created', 'waiting')")

    def settled(self):
        """Works until no refund is on its way, then proves the ledger."""
        def over():
            self.soon()
            self.money()
            return self.i.value("select count(*) from refund where state = 'sending'") == 0
        wait_for(over, 30, "refunds are over", 0.2)
        self.proof()

    def proof(self):
        done = self.i.job("ledger_proof", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    instance = Instance("pay")
    instance.up("--bare")
    made = None
    try:
        made = World(instance, tmp_path_factory.mktemp("fleet"))
        yield made
    finally:
        if made:
            made.sim.end()
            made.fleet.end()
        instance.destroy()


@pytest.mark.feature("F7", "O9")
def test_a_recharge_is_credited_once_however_often_it_is_told(world):
    web, member = world.driver()
    payment = world.recharge(web)
    page = web.get(f"/d/payment/{payment}")
    assert "待支付" in page.text and "50.00" in page.text
    assert web.get(f"/d/payment/{payment}/qr.svg").html.startswith("<")
    before = len(world.sim.notified())
    world.pay(payment)
    assert world.sim.last_notice(before + 1)["status"] == 200
    world.sim.post("notify", no=world.no(payment))
    assert world.sim.last_notice(before + 2)["status"] == 200          # again: the same answer, nothing more
    assert world.cash(member) == 50
    assert world.i.value("select count(*) from statement where member_id = %s", member) == 1
    assert "金额已到账" in web.get(f"/d/payment/{payment}").text
    assert "TRANSACTION.SUCCESS" in world.i.value("select callback from payment where id = %s", payment)
    other, _ = world.driver()
    assert other.get(f"/d/payment/{payment}").status == 404            # another driver's order
    world.proof()


@pytest.mark.feature("O9")
def test_forged_unknown_and_other_amounts_credit_nothing(world):
    web, member = world.driver()
    payment = world.recharge(web, "30")
    no, before = world.no(payment), len(world.sim.notified())
    world.sim.pay(no, silent=1)
    world.sim.post("notify", no=no, forged=1)
    assert world.sim.last_notice(before + 1)["status"] == 401
    world.sim.post("notify", no=no, fen=100)
    assert world.sim.last_notice(before + 2)["status"] == 200          # kept as a problem, so it need not come again
    assert world.i.rows("select state, problem from payment where id = %s", payment) == [("waiting", "amount")]
    assert world.cash(member) == 0
    assert no in world.clerk.get("/admin/payment?tab=problem").text
    world.i.sql("update payment set no = 'X00000000001' where id = %s", payment)
    world.sim.post("notify", no=no)
    assert world.sim.last_notice(before + 3)["status"] == 404          # nobody knows it: the channel will come again
    world.i.sql("update payment set no = %s where id = %s", no, payment)
    bare = web.http.post(f"{world.i.url}/open/channel/{world.sim.channel}", data=b"{}", headers={"Content-Type": "application/json"})
    assert bare.status_code == 401
    assert web.http.post(f"{world.i.url}/open/channel/999999", data=b"{}", headers={"Content-Type": "application/json"}).status_code == 404
    assert world.cash(member) == 0
    world.soon()
    world.money()                                                       # the job asks and finds the truth
    world.state_is(payment, "paid")
    assert world.cash(member) == 30


@pytest.mark.feature("O9")
def test_a_channel_that_paid_and_fell_silent_is_asked_before_anything_else(world):
    web, member = world.driver()
    payment = world.recharge(web, "20")
    world.sim.pay(world.no(payment), silent=1)
    page = web.get(f"/d/payment/{payment}")
    done = web.submit(page, biggest(page))                             # 我已支付
    assert "金额已到账" in done.text and world.cash(member) == 20
    world.sim.mode("mute", "1")                                        # the order is made there, nobody hears of it
    lost = world.recharge(web, "21")
    assert world.i.value("select state from payment where id = %s", lost) == "created"
    page = web.get(f"/d/payment/{lost}")
    web.submit(page, biggest(page))
    assert world.i.value("select state from payment where id = %s", lost) == "waiting"
    world.sim.mode("bad_signature", "1")                               # an answer nobody can trust says nothing
    world.soon()
    world.money()
    assert world.i.value("select state from payment where id = %s", lost) == "waiting"
    world.i.sql("update payment set expires_at = now() - interval 1 minute where id = %s", lost)
    world.soon()
    world.money()
    assert world.i.value("select state from payment where id = %s", lost) == "closed"
    assert world.sim.state()["orders"][world.no(lost)]["state"] == "CLOSED"
    assert world.cash(member) == 20


@pytest.mark.feature("F7")
def test_recharges_keep_to_the_settings(world):
    web, member = world.driver()
    page = web.get("/d/wallet")
    low = web.submit(page, page.form("once", "other"), {"other": "0.5"})
    assert low.status == 422 and "有效的金额" in low.text
    high = web.submit(low, low.form("once", "other"), {"other": "2000.01"})
    assert high.status == 422
    split = web.submit(high, high.form("once", "other"), {"other": "10.005"})
    assert split.status == 422
    card = world.recharge(web, "50")
    world.pay(card, bank="CMB_CREDIT")
    assert world.cash(member) == 0 and world.cash(member, "cash_leaving") == 50     # above 10 yuan by credit card: back
    world.settled()
    assert world.i.rows("select kind, state from refund where payment_id = %s", card) == [("credit_card", "done")]
    world.pay(world.recharge(web, "10"), bank="CMB_CREDIT")
    assert world.cash(member) == 10
    world.i.sql("insert into setting (name, value, updated_at) values ('recharge_on', '0', now())")
    assert "/d/wallet/recharge" not in web.get("/d/wallet").html
    world.i.sql("delete from setting where name = 'recharge_on'")


def prepay(world, web, pile, amount="amount:20"):
    page = web.get(f"/c/{world.code(pile)}")
    page = web.submit(page, page.form("once", "pay", "limit"), {"pay": "channel", "limit": amount})
    assert "/d/payment/" in page.url, f"{page.url} {page.text[:500]}"
    return int(page.url.rsplit("/", 1)[1])


@pytest.mark.feature("S12", "F2", "U4")
def test_a_prepaid_charge_gives_back_what_it_did_not_use(world):
    web, member = world.driver(1)
    world.plug(1)
    page = web.get(f"/c/{world.code(1)}")
    full = web.submit(page, page.form("once", "pay", "limit"), {"pay": "channel", "limit": "full"})
    assert full.status == 422
    payment = prepay(world, web, 1)
    assert world.i.value("select count(*) from session where member_id = %s", member) == 0
    world.pay(payment)
    session = wait_for(lambda: world.i.value("select session_id from payment where id = %s", payment), 20, "the charge is started")
    wait_for(lambda: world.i.value("select state from session where id = %s", session) == "charging", 30, "it charges")
    assert world.i.value("select prepaid from session where id = %s", session) == 20
    wait_for(lambda: world.i.value("select energy from session where id = %s", session) > 1, 30, "some energy")
    page = web.get(f"/d/session/{session}")
    web.submit(page, next(f for f in page.forms if f.action.endswith("/stop")))
    wait_for(lambda: world.i.value("select state from session where id = %s", session) == "finished", 30, "it is settled")
    amount = world.i.value("select amount from session where id = %s", session)
    assert 0 < amount < 20
    assert world.i.rows("select kind, amount, state from refund where payment_id = %s", payment) == [("prepay_return", 20 - amount, "sending")]
    world.settled()
    assert world.i.value("select state from refund where payment_id = %s", payment) == "done"
    assert world.cash(member) == 0 and world.cash(member, "cash_leaving") == 0
    kept = world.sim.state()["refunds"]
    assert sum(r["fen"] for r in kept.values() if r["order"] == world.no(payment)) == int((20 - amount) * 100)


@pytest.mark.feature("S12", "F13")
def test_a_prepayment_whose_charge_does_not_start_goes_back_whole(world):
    web, member = world.driver(2)
    world.plug(2)
    payment = prepay(world, web, 2)
    serial = world.site.serials[1]
    world.i.sql("update connector set status = 'disabled' where id = %s", world.site.connector(serial, 1))
    world.pay(payment)
    page = wait_for(lambda: (p := web.get(f"/d/payment/{payment}")) and "没有启动" in p.text and p, 20, "the page says so")
    assert "已停用" in page.text
    world.i.sql("update connector set status = 'enabled' where id = %s", world.site.connector(serial, 1))
    world.settled()
    assert world.i.rows("select kind, amount, state from refund where payment_id = %s", payment) == [("start_failed", 20, "done")]
    assert world.cash(member) == 0


def finished_charge(world, pile, amount="amount:20"):
    """(web, member, session): a prepaid charge that has ended and whose rest has gone back."""
    web, member = world.driver(pile)
    world.plug(pile)
    payment = prepay(world, web, pile, amount)
    world.pay(payment)
    session = wait_for(lambda: world.i.value("select session_id from payment where id = %s", payment), 20, "started")
    wait_for(lambda: world.i.value("select energy from session where id = %s", session) > 2, 40, "some energy")
    page = web.get(f"/d/session/{session}")
    web.submit(page, next(f for f in page.forms if f.action.endswith("/stop")))
    wait_for(lambda: world.i.value("select state from session where id = %s", session) == "finished", 30, "settled")
    world.settled()
    return web, member, session


@pytest.mark.feature("F1", "F3", "F4", "G14")
def test_an_after_sales_case_ends_when_finance_has_finished(world):
    web, member, session = finished_charge(world, 3)
    amount = world.i.value("select amount from session where id = %s", session)
    page = web.get(f"/d/session/{session}")
    done = web.submit(page, page.form("wish"), {"wish": "充电太慢"})
    assert "已提交" in done.text
    again = web.submit(done, done.form("wish"), {"wish": "再说一次"})
    assert "已有售后在处理" in again.text
    case = world.i.value("select id from aftersale where session_id = %s", session)
    world.clerk.act("aftersale", case, "negotiate")
    much = world.clerk.act("aftersale", case, "partial", {"refund_amount": str(amount + 1), "answer": "同意"}, status=422)
    assert "超过可退金额" in much.text
    world.clerk.act("aftersale", case, "partial", {"refund_amount": "1.00", "answer": "同意退一元"})
    assert world.i.value("select state from aftersale where id = %s", case) == "financing"
    refund = world.i.value("select id from refund where aftersale_id = %s", case)
    wrong = world.clerk.act("refund", refund, "pay", {"_payment": "wrong"}, status=422)
    assert "支付密码不正确" in wrong.text
    world.clerk.act("refund", refund, "pay", {"_payment": world.i.payment_password})
    late = world.clerk.post(f"/admin/refund/{refund}/pay", {"_payment": world.i.payment_password})
    assert late.status == 422                                          # two clerks on one order
    world.settled()
    assert world.i.value("select state from refund where id = %s", refund) == "handled"
    assert world.i.value("select state from aftersale where id = %s", case) == "financing"
    world.clerk.act("refund", refund, "confirm")
    assert world.i.rows("select state, verdict from aftersale where id = %s", case) == [("closed", "partial")]
    assert world.i.value("select refunded from session where id = %s", session) == 1
    assert "已退款" in web.get(f"/d/session/{session}").text
    rest = amount - 1
    more = world.clerk.act("session", session, "refund", {"refund_amount": str(rest + Decimal("0.01")), "reason": "x"}, status=422)
    assert "超过可退金额" in more.text
    world.clerk.act("session", session, "refund", {"refund_amount": str(rest), "reason": "全退"})
    second = world.i.value("select max(id) from refund where session_id = %s", session)
    world.clerk.act("refund", second, "cancel")
    world.clerk.act("session", session, "refund", {"refund_amount": str(rest), "reason": "全退"})
    third = world.i.value("select max(id) from refund where session_id = %s", session)
    world.sim.mode("refund", "ABNORMAL")
    world.clerk.act("refund", third, "pay", {"_payment": world.i.payment_password})
    world.settled()
    assert world.i.value("select state from refund where id = %s", third) == "failed"
    world.sim.mode("refund", "")
    world.clerk.act("refund", third, "to_purse", {"note": "用户换卡", "_payment": world.i.payment_password})
    assert world.cash(member) == rest
    world.proof()


@pytest.mark.feature("F5", "F6")
def test_withdrawals_automatic_and_by_hand(world):
    web, member = world.driver()
    for amount in ("30", "40"):
        world.pay(world.recharge(web, amount))
    world.i.sql("insert into setting (name, value, updated_at) values ('withdraw_auto', '1', now()), ('withdraw_auto_max', '60.00', now())"
                " on duplicate key update value = values(value)")

    def ask(amount, status=200):
        page = web.get("/d/wallet")
        page = web.submit(page, page.form("once", "out"), {"out": amount})
        assert page.status == status, page.text
        return page
    assert "超过可提现金额" in ask("70.01", 422).text
    ask("50")                                                          # automatic: 40 of the later payment, 10 of the first
    assert world.cash(member) == 20 and world.cash(member, "cash_leaving") == 50
    assert "正在处理" in ask("5", 422).text
    first = world.i.value("select max(id) from withdrawal where member_id = %s", member)
    assert world.i.rows("select state, automatic from withdrawal where id = %s", first) == [("waiting", 1)]
    world.money()
    world.settled()
    assert world.i.rows("select state, paid from withdrawal where id = %s", first) == [("done", 50)]
    assert sorted(a for (a,) in world.i.rows("select amount from refund where withdrawal_id = %s", first)) == [10, 40]
    ask("5")                                                           # the second that day: by hand
    second = world.i.value("select max(id) from withdrawal where member_id = %s", member)
    assert world.i.rows("select state, why_manual from withdrawal where id = %s", second) == [("pending", "times")]
    world.clerk.act("withdrawal", second, "by_hand", {"transfer_no": "CMB20261126001", "_payment": world.i.payment_password})
    assert world.i.rows("select state, transfer_no from withdrawal where id = %s", second) == [("done", "CMB20261126001")]
    ask("15")
    third = world.i.value("select max(id) from withdrawal where member_id = %s", member)
    world.clerk.act("withdrawal", third, "cancel")
    assert world.cash(member) == 15
    world.sim.mode("refund", "refuse")
    ask("15")
    fourth = world.i.value("select max(id) from withdrawal where member_id = %s", member)
    world.clerk.act("withdrawal", fourth, "by_channel", {"_payment": world.i.payment_password})
    world.settled()
    assert world.i.value("select state from withdrawal where id = %s", fourth) == "failed"
    world.sim.mode("refund", "")
    world.clerk.act("withdrawal", fourth, "by_channel", {"_payment": world.i.payment_password})
    world.settled()
    assert world.i.rows("select state, paid from withdrawal where id = %s", fourth) == [("done", 15)]
    assert world.cash(member) == 0
    world.i.sql("delete from setting where name like 'withdraw%%'")


@pytest.mark.feature("F6")
def test_what_was_only_booked_stays_unless_the_setting_says_otherwise(world):
    web, member = world.driver()
    world.clerk.act("member", member, "recharge", {"cash_amount": "25"})
    assert "≤ ¥0.00" in web.get("/d/wallet").text
    world.i.sql("insert into setting (name, value, updated_at) values ('withdraw_booked', '1', now())")
    assert "≤ ¥25.00" in web.get("/d/wallet").text
    world.i.sql("delete from setting where name = 'withdraw_booked'")


@pytest.mark.feature("O9")
def test_a_refund_whose_answer_was_lost_is_asked_for_not_sent_twice(world):
    web, member = world.driver()
    payment = world.recharge(web, "60")
    world.pay(payment, bank="ICBC_CREDIT")
    world.sim.mode("mute", "1")
    world.soon()
    world.money()
    assert world.i.rows("select state, tries from refund where payment_id = %s", payment) in ([("sending", 1)], [("done", 1)])
    world.settled()
    assert world.i.value("select state from refund where payment_id = %s", payment) == "done"
    assert len([r for r in world.sim.state()["refunds"].values() if r["order"] == world.no(payment)]) == 1
    assert world.cash(member) == 0


@pytest.mark.feature("O9")
def test_the_channels_bill_is_compared_and_what_differs_is_settled(world):
    web, member = world.driver()
    lost, doubted, plain = (world.recharge(web, a) for a in ("11", "12", "13"))
    world.sim.pay(world.no(lost), silent=1)                            # they were paid, we never heard
    world.pay(doubted)
    world.pay(plain)
    world.sim.post("stray", no="STRAY0001", fen=700)
    world.sim.mode("bill_drop", world.no(doubted))                     # they do not know it
    world.sim.mode("bill_more", world.no(plain))                       # they say a yuan more
    day = world.i.value("select date_format(now(), '%Y-%m-%d')")
    out = world.i.job("reconcile", "--date", day)
    assert "differences=4" in out, out
    assert world.i.job("reconcile", "--date", day) == out              # again: the same rows
    bill = world.i.value("select max(id) from channel_bill")
    found = dict(world.i.rows("select no, state from channel_bill_line where bill_id = %s and state <> 'matched'", bill))
    assert found == {world.no(lost): "missing_here", world.no(doubted): "missing_there", world.no(plain): "differs",
                     "STRAY0001": "missing_here"}
    assert world.i.value("select fee from channel_bill where id = %s", bill) > 0
    assert world.i.value("select count(*) from journal where kind = 'channel_fee'") == 1

    def settle(no, action, **values):
        line = world.i.value("select id from channel_bill_line where bill_id = %s and no = %s", bill, no)
        if action != "accept":
            values["_payment"] = world.i.payment_password
        world.clerk.act("channel_bill_line", line, action, {"note": "核对", **values})
    settle(world.no(lost), "take")
    settle(world.no(doubted), "undo")
    settle(world.no(plain), "book")
    settle("STRAY0001", "book")
    assert world.cash(member) == 11 + 13
    assert world.i.value("select state from channel_bill where id = %s", bill) == "settled"
    assert world.i.value("select sum(balance) from account where kind = 'difference'") == 8
    world.sim.mode("bill_drop", "")
    world.sim.mode("bill_more", "")
    world.i.job("reconcile", "--date", day)                            # what was settled stays settled
    assert world.i.value("select differences from channel_bill where id = %s", bill) == 0
    world.proof()


@pytest.mark.feature("O9", "S12")
def test_secrets_of_a_channel_go_in_and_never_come_out(world):
    row = world.i.rows("select private_key, api_key from channel where id = %s", world.sim.channel)[0]
    assert row[0].startswith("v1:") and row[1].startswith("v1:") and "PRIVATE" not in row[0]
    account = json.loads(Path(f"{world.sim.dir}/account.json").read_text())
    for page in (f"/admin/channel/{world.sim.channel}", f"/admin/channel/{world.sim.channel}/edit", "/admin/channel", "/admin/audit"):
        html = world.clerk.get(page).html
        assert account["api_key"] not in html and account["private_key"][60:100] not in html
    bad = world.clerk.add("channel", {"name": "坏", "kind": "wechat", "merchant_no": "1900000002", "private_pem": "x", "api_secret": "short"}, status=422)
    assert "RSA 私钥" in bad.text and "32 位" in bad.text
    fine = world.clerk.add("channel", {"name": "二号", "kind": "wechat", "merchant_no": "1900000003", "private_pem": account["private_key"],
                                       "api_secret": "0123456789abcdef0123456789abcdef", "platform_key": account["platform_key"]})
    assert world.i.value("select status from channel where id = %s", fine) == "disabled"       # off by default
    assert not re.search(r"BEGIN", world.i.value("select private_key from channel where id = %s", fine))
