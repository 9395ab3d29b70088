"""随行付 and 乐刷 beside 微信支付: paid, told twice, forged, refunded and reconciled against their own sandboxes, and off until somebody enables them (O9, F1, S12)."""
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from paysim import PaySim  # noqa: E402
from site_rows import Site  # noqa: E402


class World:
    def __init__(self, instance):
        self.i = instance
        self.site = Site(instance, piles=1)
        self.sim = PaySim(instance, "account_suixingpay.json")
        self.clerk = Clerk(instance)
        self.account = json.loads(Path(f"{self.sim.dir}/account_suixingpay.json").read_text())
        self.phones = 0

    def driver(self):
        self.phones += 1
        phone = f"1381100{self.phones:04d}"
        web = self.i.session()
        page = web.get("/d/login?next=/c/P00011")
        page = web.submit(page, page.form("phone"), {"phone": phone})
        code = json.loads(self.i.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone))["code"]
        page = web.submit(page, page.form("code"), {"code": code})
        assert page.url.endswith("P00011"), page.text
        return web, self.i.value("select id from member where phone = %s", phone)

    def recharge(self, web, amount):
        page = web.get("/d/wallet")
        page = web.submit(page, page.form("once", "other"), {"other": amount})
        assert "/d/payment/" in page.url, f"{page.url} {page.text}"
        return int(page.url.rsplit("/", 1)[1])

    def no(self, payment):
        return self.i.value("select no from payment where id = %s", payment)

    def state(self, payment):
        return self.i.value("select state from payment where id = %s", payment)

    def paid(self, payment, **words):
        self.sim.pay(self.no(payment), **words)
        wait_for(lambda: self.state(payment) == "paid", 20, f"payment {payment} is paid")

    def told(self, payment, **words):
        """What our side answers to one more callback."""
        before = len(self.sim.notified())
        self.sim.post("notify", no=self.no(payment), **words)
        return self.sim.last_notice(before + 1)

    def cash(self, member):
        return self.i.value("select coalesce(sum(balance), 0) from account where owner_kind = 'member' and owner_id = %s and kind = 'cash'", member)

    def withdraw(self, web, member, amount):
        page = web.get("/d/wallet")
        page = web.submit(page, page.form("once", "out"), {"out": amount})
        assert page.status == 200, page.text
        row = self.i.value("select max(id) from withdrawal where member_id = %s", member)
        self.clerk.act("withdrawal", row, "by_channel", {"_payment": self.i.payment_password})
        return row

    def refunds_go_out(self):
        """Works until none is on its way, whenever its next look was."""
        def over():
            self.i.sql("update refund set next_at = now() where state = 'sending'")
            self.i.job("money")
            return self.i.value("select count(*) from refund where state = 'sending'") == 0
        wait_for(over, 30, "refunds are over", 0.2)

    def proof(self):
        done = self.i.job("ledger_proof", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def world():
    instance = Instance("channels")
    instance.up("--bare")
    made = None
    try:
        made = World(instance)
        yield made
    finally:
        if made:
            made.sim.end()
        instance.destroy()


@pytest.mark.feature("S12", "O9")
def test_it_is_off_until_somebody_enables_it_and_its_key_is_never_shown(world):
    web, _ = world.driver()
    assert world.i.value("select status from channel where id = %s", world.sim.channel) == "disabled"
    assert 'name="other"' not in web.get("/d/wallet").html             # nothing to pay by
    world.clerk.act("channel", world.sim.channel, "enable")
    assert 'name="other"' in web.get("/d/wallet").html
    key = world.i.value("select private_key from channel where id = %s", world.sim.channel)
    assert key.startswith("v1:") and "PRIVATE" not in key
    for page in (f"/admin/channel/{world.sim.channel}", f"/admin/channel/{world.sim.channel}/edit", "/admin/channel", "/admin/audit"):
        assert world.account["private_key"][60:100] not in world.clerk.get(page).html


@pytest.mark.feature("S12")
def test_an_account_needs_what_its_channel_signs_with(world):
    values = {"name": "二号", "kind": "suixingpay", "method": "native", "base_url": world.account["base_url"], "merchant_no": "399190910000389",
              "private_pem": world.account["private_key"]}
    bare = world.clerk.add("channel", values, status=422)
    assert bare.text.count("必填") >= 2                                # the organisation and the platform's key; an API key it has none
    whole = {**values, "app_id": "26680846", "platform_key": world.account["platform_key"]}
    assert "只支持扫码" in world.clerk.add("channel", {**whole, "method": "jsapi"}, status=422).text
    assert "不支持分账" in world.clerk.add("channel", {**whole, "sharing": "1"}, status=422).text
    made = world.clerk.add("channel", whole)
    assert world.i.value("select status from channel where id = %s", made) == "disabled"


@pytest.mark.feature("O9", "F7")
def test_a_payment_is_credited_once_however_often_it_is_told(world):
    web, member = world.driver()
    payment = world.recharge(web, "50")
    assert "/sim/page?no=" in world.i.value("select code from payment where id = %s", payment)
    world.paid(payment)
    assert world.told(payment) == {"url": f"{world.i.url}/open/channel/{world.sim.channel}", "status": 200,
                                   "answer": '{"code":"success","msg":"成功"}'}
    assert world.cash(member) == 50
    assert world.i.rows("select channel_kind, method from payment where id = %s", payment) == [("suixingpay", "native")]
    world.proof()


@pytest.mark.feature("O9")
def test_forged_notices_other_merchants_and_other_amounts_credit_nothing(world):
    web, member = world.driver()
    payment = world.recharge(web, "30")
    assert world.told(payment, forged=1)["status"] == 401
    world.sim.mode("other_merchant", "1")
    assert world.told(payment)["status"] == 401                        # signed by the platform, but not for us
    world.sim.mode("no_merchant", "1")
    assert world.told(payment)["status"] == 200                        # a hint: the order is asked for, and it is not paid
    assert world.state(payment) == "waiting"
    world.sim.pay(world.no(payment), silent=1)
    assert world.told(payment, fen=100)["status"] == 200               # kept as a problem
    assert world.i.rows("select state, problem from payment where id = %s", payment) == [("waiting", "amount")]
    assert world.cash(member) == 0
    bare = web.http.post(f"{world.i.url}/open/channel/{world.sim.channel}", data=b"{}", headers={"Content-Type": "application/json"})
    assert bare.status_code == 401
    world.sim.mode("no_merchant", "1")
    assert world.told(payment)["status"] == 200                        # asked for: paid, and by its real amount
    assert world.state(payment) == "paid" and world.cash(member) == 30
    world.proof()


@pytest.mark.feature("O9")
def test_an_unheard_payment_is_asked_for_and_an_old_order_is_closed_there_first(world):
    web, member = world.driver()
    unheard, old = world.recharge(web, "20"), world.recharge(web, "21")
    world.sim.pay(world.no(unheard), silent=1)
    world.i.sql("update payment set checked_at = null, requested_at = requested_at - interval 2 minute where state = 'waiting'")
    world.i.sql("update payment set expires_at = now() - interval 1 minute where id = %s", old)
    world.sim.mode("bad_signature", "1")                               # an answer nobody signed says nothing
    world.i.job("money", check=False)
    world.i.sql("update payment set checked_at = null where state = 'waiting'")
    world.i.job("money")
    assert (world.state(unheard), world.state(old)) == ("paid", "closed")
    assert world.sim.state()["orders"][world.no(old)]["state"] == "CLOSED"
    assert world.cash(member) == 20


@pytest.mark.feature("F1", "F5", "O9")
def test_a_refund_whose_answer_was_lost_is_asked_for_not_sent_twice(world):
    web, member = world.driver()
    payment = world.recharge(web, "60")
    world.paid(payment)
    world.sim.mode("mute", "1")
    world.withdraw(web, member, "60")
    world.refunds_go_out()
    assert world.i.rows("select state, amount from refund where payment_id = %s", payment) == [("done", 60)]
    assert len([r for r in world.sim.state()["refunds"].values() if r["order"] == world.no(payment)]) == 1
    again = world.recharge(web, "15")
    world.paid(again)
    world.sim.mode("refund", "refuse")
    row = world.withdraw(web, member, "15")
    world.refunds_go_out()
    world.sim.mode("refund", "")
    assert world.i.value("select state from withdrawal where id = %s", row) == "failed"
    assert "商户余额不足" in world.i.value("select problem from refund where payment_id = %s order by id desc limit 1", again)
    world.proof()


@pytest.mark.feature("O9")
def test_its_bill_is_compared_without_other_merchants_lines(world):
    web, _ = world.driver()
    lost, plain, dear = (world.recharge(web, a) for a in ("11", "12", "13"))
    world.sim.pay(world.no(lost), silent=1)
    world.paid(plain)
    world.paid(dear)
    world.sim.mode("bill_more", world.no(dear))
    day = world.i.value("select date_format(now(), '%Y-%m-%d')")
    out = world.i.job("reconcile", "--date", day)
    assert "differences=2" in out, out
    assert dict(world.i.rows("select no, state from channel_bill_line where state <> 'matched'")) == {
        world.no(lost): "missing_here", world.no(dear): "differs"}
    assert world.i.value("select count(*) from channel_bill_line where no = 'OTHER1'") == 0
    assert world.i.value("select count(*) from channel_bill_line where direction = 'refund' and state = 'matched'") == 1
    assert world.i.value("select fee from channel_bill") > 0
    world.sim.mode("bill", "none")
    world.i.job("reconcile", "--date", "2026-01-01")                   # no file: nothing happened that day
    world.sim.mode("bill", "")


# ---- 乐刷: the same drivers, another account of the same sandbox ----

@pytest.fixture(scope="module")
def leshua(world):
    """Its account beside the other one, which is shut."""
    done = world.i.job("channel_sandbox", "--file", f"{world.sim.dir}/account_leshua.json")
    first, world.sim.channel = world.sim.channel, int(re.search(r"channel=(\d+)", done)[1])
    assert world.i.value("select status from channel where id = %s", world.sim.channel) == "disabled"
    world.clerk.act("channel", first, "disable")
    world.clerk.act("channel", world.sim.channel, "enable")
    return world


@pytest.mark.feature("S12")
def test_leshua_needs_both_its_secrets_and_no_page_shows_them(leshua):
    account = json.loads(Path(f"{leshua.sim.dir}/account_leshua.json").read_text())
    values = {"name": "乐刷二号", "kind": "leshua", "method": "native", "base_url": account["base_url"], "merchant_no": "7500000102"}
    assert leshua.clerk.add("channel", values, status=422).text.count("必填") == 2          # no private key, no AppID
    whole = {**values, "api_secret": account["api_key"], "notify_secret": account["notify_key"]}
    assert "只支持扫码" in leshua.clerk.add("channel", {**whole, "method": "h5"}, status=422).text
    assert "不支持分账" in leshua.clerk.add("channel", {**whole, "sharing": "1"}, status=422).text
    made = leshua.clerk.add("channel", whole)
    assert leshua.i.rows("select status, private_key from channel where id = %s", made) == [("disabled", None)]
    sealed = leshua.i.rows("select api_key, notify_key from channel where id = %s", made)[0]
    assert all(text.startswith("v1:") for text in sealed) and sealed[0] != sealed[1]
    for page in (f"/admin/channel/{made}", f"/admin/channel/{made}/edit", "/admin/channel", "/admin/audit"):
        html = leshua.clerk.get(page).html
        assert account["api_key"] not in html and account["notify_key"] not in html
    leshua.clerk.send(f"/admin/channel/{made}/edit", {"name": "乐刷三号"})
    assert leshua.i.rows("select api_key, notify_key from channel where id = %s", made)[0] == sealed
    assert leshua.i.value("select name from channel where id = %s", made) == "乐刷三号"


@pytest.mark.feature("O9", "F7")
def test_leshua_is_paid_once_and_answered_as_it_wants(leshua):
    web, member = leshua.driver()
    payment = leshua.recharge(web, "50")
    assert "/sim/page?no=" in leshua.i.value("select code from payment where id = %s", payment)
    leshua.paid(payment)
    assert leshua.told(payment) == {"url": f"{leshua.i.url}/open/channel/{leshua.sim.channel}", "status": 200, "answer": "000000"}
    assert leshua.cash(member) == 50
    assert leshua.i.rows("select channel_kind, method, transaction <> '' from payment where id = %s", payment) == [("leshua", "native", 1)]
    leshua.proof()


@pytest.mark.feature("O9")
def test_leshua_forged_other_merchants_other_amounts_and_unknown_orders_credit_nothing(leshua):
    web, member = leshua.driver()
    payment = leshua.recharge(web, "30")
    assert (leshua.told(payment)["answer"], leshua.state(payment)) == ("000000", "waiting")          # signed, and not paid yet
    leshua.sim.pay(leshua.no(payment), silent=1)
    assert leshua.told(payment, forged=1) | {"url": ""} == {"url": "", "status": 401, "answer": "fail"}      # signed with the key of trades
    leshua.sim.mode("other_merchant", "1")
    assert leshua.told(payment)["status"] == 401
    assert leshua.told(payment, fen=100)["status"] == 200              # kept as a problem
    assert leshua.i.rows("select state, problem from payment where id = %s", payment) == [("waiting", "amount")]
    no = leshua.no(payment)
    leshua.i.sql("update payment set no = 'P0' where id = %s", payment)
    leshua.sim.post("notify", no=no)
    assert leshua.sim.last_notice(len(leshua.sim.notified()) + 0) is not None
    wait_for(lambda: leshua.sim.notified()[-1]["status"] == 404, 10, "an order we do not know is not acknowledged")
    leshua.i.sql("update payment set no = %s where id = %s", no, payment)
    address = f"{leshua.i.url}/open/channel/{leshua.sim.channel}"
    for body in (b"", b"<xml/>", b"{}", b"<!DOCTYPE x [<!ENTITY e 'e'>]><x><sign>&e;</sign></x>", b"<x>" * 5000):
        assert web.http.post(address, data=body, headers={"Content-Type": "text/xml"}).status_code == 401
    assert leshua.cash(member) == 0
    assert leshua.told(payment)["status"] == 200
    assert leshua.state(payment) == "paid" and leshua.cash(member) == 30
    leshua.proof()


@pytest.mark.feature("O9")
def test_leshua_is_asked_before_anybody_pays_again(leshua):
    web, member = leshua.driver()
    leshua.sim.mode("mute", "1")
    lost = leshua.recharge(web, "20")                                  # made there, never heard of here
    assert leshua.state(lost) == "created"
    page = web.get(f"/d/payment/{lost}")
    web.submit(page, page.forms[-1])                                   # the same number: their order, not a second one
    assert leshua.state(lost) == "waiting"
    assert len([o for o in leshua.sim.state()["orders"] if o == leshua.no(lost)]) == 1
    old = leshua.recharge(web, "21")
    leshua.sim.pay(leshua.no(lost), silent=1)
    leshua.i.sql("update payment set checked_at = null, requested_at = requested_at - interval 2 minute where state = 'waiting'")
    leshua.i.sql("update payment set expires_at = now() - interval 1 minute where id = %s", old)
    leshua.sim.mode("bad_signature", "1")                              # an answer nobody signed says nothing
    leshua.i.job("money", check=False)
    leshua.i.sql("update payment set checked_at = null where state = 'waiting'")
    leshua.i.job("money")
    assert (leshua.state(lost), leshua.state(old)) == ("paid", "closed")
    assert leshua.sim.state()["orders"][leshua.no(old)]["state"] == "CLOSED"
    assert leshua.cash(member) == 20


@pytest.mark.feature("F1", "F5", "O9")
def test_leshua_refunds_are_asked_for_told_and_refused(leshua):
    web, member = leshua.driver()
    payment = leshua.recharge(web, "60")
    leshua.paid(payment)
    leshua.sim.mode("mute", "1")
    leshua.withdraw(web, member, "60")
    leshua.refunds_go_out()                                            # its answer was lost: asked for, not sent twice
    assert leshua.i.rows("select state, amount from refund where payment_id = %s", payment) == [("done", 60)]
    assert len([r for r in leshua.sim.state()["refunds"].values() if r["order"] == leshua.no(payment)]) == 1

    again = leshua.recharge(web, "15")
    leshua.paid(again)
    leshua.sim.mode("refund", "PROCESSING")
    leshua.withdraw(web, member, "15")
    leshua.i.job("money")
    assert leshua.i.value("select state from refund where payment_id = %s", again) == "sending"
    leshua.sim.post("refund", no=leshua.i.value("select no from refund where payment_id = %s", again), state="SUCCESS")
    leshua.sim.mode("refund", "")
    leshua.refunds_go_out()
    assert leshua.i.value("select state from refund where payment_id = %s", again) == "done"

    told = leshua.recharge(web, "17")
    leshua.paid(told)
    leshua.sim.mode("refund_notice", "1")
    leshua.sim.mode("bad_signature", "1")                              # the answer says nothing, the notice does
    leshua.withdraw(web, member, "17")
    leshua.i.job("money", check=False)
    wait_for(lambda: leshua.i.value("select state from refund where payment_id = %s", told) == "done", 10, "the notice of a refund is taken")
    leshua.sim.mode("refund_notice", "")

    refused = leshua.recharge(web, "19")
    leshua.paid(refused)
    leshua.sim.mode("refund", "refuse")
    row = leshua.withdraw(web, member, "19")
    leshua.refunds_go_out()
    leshua.sim.mode("refund", "")
    assert leshua.i.value("select state from withdrawal where id = %s", row) == "failed"
    assert "商户余额不足" in leshua.i.value("select problem from refund where payment_id = %s order by id desc limit 1", refused)
    leshua.proof()


@pytest.mark.feature("O9")
def test_leshua_gives_no_bill_so_each_order_of_the_day_is_asked_for(leshua):
    web, _ = leshua.driver()
    lost, fine, never = (leshua.recharge(web, a) for a in ("11", "12", "13"))
    leshua.sim.pay(leshua.no(lost), silent=1)
    leshua.paid(fine)
    day = leshua.i.value("select date_format(now(), '%Y-%m-%d')")
    leshua.sim.mode("bad_signature", "1")                              # a question without an answer is no bill
    assert "failed=1" in leshua.i.job("reconcile", "--date", day, check=False).stdout
    leshua.i.job("reconcile", "--date", day)
    lines = dict(leshua.i.rows("select no, state from channel_bill_line where channel_id = %s and direction = 'paid'", leshua.sim.channel))
    assert (lines[leshua.no(lost)], lines[leshua.no(fine)], leshua.no(never) in lines) == ("missing_here", "matched", False)
    assert set(lines.values()) == {"matched", "missing_here"}
    refunds = leshua.i.rows("select state, count(*) from channel_bill_line where channel_id = %s and direction = 'refund' group by state", leshua.sim.channel)
    assert refunds == [("matched", 3)]
