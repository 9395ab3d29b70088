"""Invoices from a driver's request to the PDF in the mail, against a tax service that checks every signature (F8, F9, F10, S11, H3)."""
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, errors
from instance import Instance, free_ports, wait_for
from people import Tenant
from paysim import PaySim
from site_rows import Site
from test_mail import Post, configure

BUYER = {"title": "科技股份有限公司", "tax_no": "91320115MA1XXXXX0Q", "email": "buyer@example.com"}
NO = {"n": 0}


class World:
    def __init__(self, i):
        self.i, self.clerk, self.sim = i, Clerk(i), PaySim(i)
        self.post = Post()
        self.server = Controller(self.post, hostname="127.0.0.1", port=free_ports()[0])
        self.server.start()
        configure(i, smtp_url=f"smtp://127.0.0.1:{self.server.port}", mail_from="bill@example.com")
        i.run("restart", "courier")
        self.site = Site(i, piles=2)
        self.gun = self.site.connector(self.site.serials[0])
        self.web, self.member = self.driver("13810000001")
        self.clerk.add("invoice_seller", self.seller(self.site.station))
        i.job("channel_sandbox", "--file", f"{self.sim.dir}/account.json")     # the provider gets the sandbox's tax service

    @staticmethod
    def seller(station):
        return {"station_id": station, "company": "城光物业服务有限公司", "tax_no": "91320115MA1YYYYY0P", "drawer": "张会计", "bank": "中国银行",
                "bank_no": "4600123456789"}

    def end(self):
        self.sim.end()
        self.server.stop()

    def driver(self, phone):
        web = self.i.session()
        page = web.submit(*self.asked(web, phone))
        code = json.loads(self.i.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", phone))["code"]
        web.submit(page, page.form("code"), {"code": code})
        return web, self.i.value("select id from member where phone = %s", phone)

    def asked(self, web, phone):
        page = web.get(f"/d/login?next=/c/{self.code()}")
        return page, page.form("phone"), {"phone": phone}

    def code(self):
        return self.i.value("select code from connector where id = %s", self.gun)

    def order(self, yuan="15.63", gift="0", member=None, station=None, **more):
        """A finished charge of 12.5 kWh, 80 % of it energy; its id."""
        NO["n"] += 1
        member = member or self.member
        row = {"no": f"{NO['n']:032d}", "provider_id": self.site.provider, "property_id": self.site.property,
               "station_id": station or self.site.station, "area_id": self.site.area, "pile_id": self.site.pile_id(self.site.serials[0]),
               "connector_id": self.gun, "member_id": member, "start_mode": "app", "pay_kind": "wallet", "state": "finished",
               "requested_at": "__now__", "started_at": "__now__", "ended_at": "__now__", "settled_at": "__now__", "energy": "12.5",
               "energy_fee": "12.5", "service_fee": "3.125", "amount": "15.63", **more}
        names = ", ".join(row)
        self.i.sql(f"insert into session ({names}, created_at, updated_at) values ("
                   + ", ".join("now()" if v == "__now__" else "%s" for v in row.values()) + ", now(), now())",
                   *[v for v in row.values() if v != "__now__"])
        session = self.i.value("select max(id) from session")
        self.i.sql("insert into journal (kind, dedupe_key, session_id, at) values ('charge', %s, %s, now())", f"test:{session}", session)
        self.i.sql("insert into statement (journal_id, owner_kind, owner_id, provider_id, station_id, member_id, session_id, kind, cash, gift,"
                   " cash_balance, gift_balance, at) select max(id), 'member', %s, %s, %s, %s, %s, 'charge', %s, %s, 0, 0, now() from journal",
                   member, self.site.provider, self.site.station, member, session, f"-{yuan}", f"-{gift}")
        return session

    def ask(self, *orders, web=None, status=200, **more):
        web = web or self.web
        page = web.get("/d/invoice")
        return_page = web.submit(page, page.form("title"), {"order": [str(o) for o in orders], **BUYER, **more})
        assert return_page.status == status, return_page.text
        return return_page

    def asked_for(self, *orders, **more):
        """The number of the request's row."""
        self.ask(*orders, **more)
        return self.i.value("select max(id) from invoice")

    def state(self, invoice):
        return self.i.value("select state from invoice where id = %s", invoice)

    def state_is(self, invoice, state, seconds=15):
        wait_for(lambda: self.state(invoice) == state, seconds, f"invoice {invoice} is {state}")

    def status(self, session):
        return self.i.value("select invoice_status from session where id = %s", session)

    def soon(self):
        self.i.sql("update delivery set next_at = now() where kind = 'tax' and status in ('pending', 'failed')")


@pytest.fixture(scope="module")
def world():
    made = Instance("invoice")
    made.up("--bare")
    w = None
    try:
        w = World(made)
        yield w
    finally:
        if w:
            w.end()
        made.destroy()


def text_of(pdf, tmp_path):
    (tmp_path / "i.pdf").write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", tmp_path / "i.pdf", "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.feature("F8", "F9", "S11")
def test_from_the_request_to_the_pdf_in_the_mail(world, tmp_path):
    one, two = world.order(), world.order()
    page = world.web.get("/d/invoice")
    assert page.html.count('name="order"') == 2 and "15.63" in page.text
    invoice = world.asked_for(one, two)
    assert world.state(invoice) == "pending" and [world.status(s) for s in (one, two)] == ["requested"] * 2
    row = world.i.rows("select sessions, energy, energy_amount, energy_tax, service_amount, service_tax, amount from invoice where id = %s", invoice)[0]
    assert [str(v) for v in row] == ["2", "25.0000", "25.00000", "2.88000", "6.26000", "0.35000", "31.26000"]
    world.clerk.act("invoice", invoice, "send")
    world.state_is(invoice, "issued")
    assert [world.status(s) for s in (one, two)] == ["issued"] * 2
    number = world.i.value("select invoice_no from invoice where id = %s", invoice)
    mail = wait_for(lambda: [m for m in world.post.to("buyer@example.com") if number in m[4].get_body().get_content()], 15, "the mail")[0][4]
    file = next(mail.iter_attachments())
    assert file.get_content_type() == "application/pdf"
    text = text_of(file.get_content(), tmp_path)
    for word in ("科技股份有限公司", BUYER["tax_no"], "城光物业服务有限公司", number, "31.26", "叁拾壹元贰角陆分", "13%", "6%", "25.000 kWh", "2.88"):
        assert word in text, word
    own = world.web.http.get(world.i.url + f"/d/invoice/{invoice}/pdf")
    assert own.headers["Content-Type"] == "application/pdf" and number in text_of(own.content, tmp_path)
    clerks = world.clerk.web.http.get(world.i.url + f"/admin/invoice/{invoice}/download")
    assert "attachment" in clerks.headers["Content-Disposition"] and number in text_of(clerks.content, tmp_path)
    stranger, _ = world.driver("13810000099")
    assert stranger.get(f"/d/invoice/{invoice}/pdf").status == 404


@pytest.mark.feature("F1", "F8")
def test_an_invoiced_order_is_refunded_only_when_the_invoice_is_void(world):
    order = world.order()
    invoice = world.asked_for(order)
    refused = world.clerk.act("session", order, "refund", {"refund_amount": "1", "reason": "x"}, status=422)
    assert "作废" in refused.text
    world.clerk.act("invoice", invoice, "send")
    world.state_is(invoice, "issued")
    world.clerk.act("invoice", invoice, "void", {"reason": "抬头错"})
    world.state_is(invoice, "void")
    assert world.status(order) == "none" and world.sim.state()["taxes"][world.serial(invoice)]["state"] == "void"
    again = world.asked_for(order)
    assert again != invoice and world.state(again) == "pending"
    world.clerk.act("invoice", again, "cancel", {"reason": "重复"})


World.serial = lambda self, invoice: self.i.value("select concat(no, '-', tries) from invoice where id = %s", invoice)


@pytest.mark.feature("F8")
def test_a_failed_one_is_made_again_as_another_serial(world):
    invoice = world.asked_for(world.order())
    world.sim.mode("tax_fail", "1")
    world.clerk.act("invoice", invoice, "send")
    world.state_is(invoice, "failed")
    assert "税控设备离线" in world.clerk.get(f"/admin/invoice/{invoice}").text
    world.clerk.act("invoice", invoice, "again")
    world.state_is(invoice, "issued")
    assert world.i.value("select tries from invoice where id = %s", invoice) == 2


@pytest.mark.feature("F8")
def test_a_lost_answer_makes_no_second_invoice(world):
    invoice = world.asked_for(world.order())
    world.sim.mode("tax_mute", "1")
    world.clerk.act("invoice", invoice, "send")
    wait_for(lambda: world.i.value("select count(*) from delivery where kind = 'tax' and status = 'failed'"), 15, "no answer came")
    assert world.state(invoice) == "issuing"
    world.clerk.act("invoice", invoice, "follow")
    world.state_is(invoice, "issued")
    number = world.i.value("select invoice_no from invoice where id = %s", invoice)
    assert sum(t["invoice_no"] == number for t in world.sim.state()["taxes"].values()) == 1
    world.soon()
    time.sleep(1.5)                                  # the first try comes again and finds all done
    assert world.i.rows("select state, invoice_no from invoice where id = %s", invoice) == [("issued", number)]
    assert len([m for m in world.post.got if number in m[4].get_body().get_content()]) == 1


@pytest.mark.feature("F8")
def test_a_slow_service_is_asked_again(world):
    invoice = world.asked_for(world.order())
    world.sim.mode("tax_slow", "1")
    world.clerk.act("invoice", invoice, "send")
    wait_for(lambda: world.i.value("select count(*) from delivery where kind = 'tax' and last_error like '%%is at it%%'"), 15, "still at it")
    assert world.state(invoice) == "issuing"
    world.soon()
    world.state_is(invoice, "issued")


@pytest.mark.feature("F9")
def test_by_hand_and_the_mail_again(world):
    invoice = world.asked_for(world.order())
    world.clerk.act("invoice", invoice, "by_hand", {"invoice_code": "3200", "invoice_no": "00012345"})
    assert world.state(invoice) == "issued"
    world.clerk.act("invoice", invoice, "mail", {"email": "other@example.com"})
    wait_for(lambda: world.post.to("other@example.com"), 15, "the second mail")
    world.clerk.act("invoice", invoice, "void", {"reason": "退票"})
    assert world.state(invoice) == "void"
    assert f"/admin/invoice/{invoice}/void" not in world.clerk.get(f"/admin/invoice/{invoice}").html


@pytest.mark.feature("F9")
def test_a_cancelled_request_is_never_invoiced_but_its_orders_can_be(world):
    order = world.order()
    invoice = world.asked_for(order)
    world.clerk.act("invoice", invoice, "cancel", {"reason": "资料不全"})
    assert world.state(invoice) == "cancelled" and world.status(order) == "none"
    page = world.clerk.web.get(f"/admin/invoice/{invoice}")
    for action in ("send", "by_hand", "again", "void"):
        assert f"/admin/invoice/{invoice}/{action}" not in page.html
    assert world.state(world.asked_for(order)) == "pending"


@pytest.mark.feature("F9")
def test_an_order_that_is_barred_is_not_offered_until_it_is_lifted(world):
    order = world.order()
    assert f'value="{order}"' in world.web.get("/d/invoice").html
    world.clerk.act("session", order, "invoice_bar")
    assert f'value="{order}"' not in world.web.get("/d/invoice").html
    keep = world.order()
    assert "不能开票" in world.ask(order, keep, status=422).text and world.status(keep) == "none"
    world.clerk.act("session", order, "invoice_lift")
    assert world.state(world.asked_for(order)) == "pending"


@pytest.mark.feature("F8")
def test_a_clerk_asks_from_the_order(world):
    order = world.order()
    page = world.clerk.act("session", order, "invoice", {**BUYER, "tax_no": "123"}, status=422)
    assert errors(page)
    world.clerk.act("session", order, "invoice", BUYER)
    assert world.status(order) == "requested"


@pytest.mark.feature("F8", "F10", "S11")
def test_what_is_no_income_is_not_invoiced(world):
    """Gifts, refunds, charges for nothing, of others, at stations without a seller, too old, under examination."""
    bare = world.site.insert("station", provider_id=world.site.provider, property_id=world.site.property, code="S9", name="九站")
    _, other = world.driver("13810000050")
    hidden = [world.order("0", gift="15.63"), world.order(refunded="15.63"), world.order(amount="0"), world.order(member=other),
              world.order(station=bare), world.order(requested_at="2025-01-01"), world.order(anomaly="pending"), world.order(state="failed")]
    page = world.web.get("/d/invoice").html
    assert not [h for h in hidden if f'value="{h}"' in page]
    half = world.order("10", gift="5.63")
    keep = world.i.value("select count(*) from invoice")
    world.ask(hidden[3], half, status=422)
    assert world.i.value("select count(*) from invoice") == keep
    invoice = world.asked_for(half)
    assert [str(v) for v in world.i.rows("select energy_amount, service_amount from invoice where id = %s", invoice)[0]] == ["8.00000", "2.00000"]


@pytest.mark.feature("F10")
def test_settings_decide_what_can_be_asked_for(world):
    order = world.order()
    for name, value, word in (("invoice_on", "0", "不能申请"), ("invoice_electronic", "0", "不能申请"), ("invoice_min", "20", "最低")):
        page = world.web.get("/d/invoice")
        form = page.form("title")
        world.i.sql("insert into setting (name, value, updated_at) values (%s, %s, now()) on duplicate key update value = values(value)", name, value)
        done = world.web.submit(page, form, {"order": str(order), **BUYER})
        assert done.status == 422 and word in done.text, name
        world.i.sql("delete from setting where name = %s", name)
    world.i.sql("insert into setting (name, value, updated_at) values ('invoice_energy', '0', now()), ('invoice_paper', '1', now())")
    invoice = world.asked_for(order, medium="paper")
    world.i.sql("delete from setting where name like 'invoice%%'")
    assert [str(v) for v in world.i.rows("select energy_amount, amount, medium from invoice where id = %s", invoice)[0]] == ["0.00000", "3.13000", "paper"]
    refused = world.clerk.act("invoice", invoice, "send", status=422)
    assert "人工开立" in refused.text


@pytest.mark.feature("F8")
@pytest.mark.parametrize("change, word", [({"title": "x"}, "抬头"), ({"tax_no": "12345"}, "识别号"), ({"email": "nobody"}, "邮箱"), ({"order": []}, "选择")])
def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(world, change, word):
    order = world.order()
    page = world.web.get("/d/invoice")
    done = world.web.submit(page, page.form("title"), {"order": [str(order)], **BUYER, **change})
    assert done.status == 422 and word in done.text
    kept = done.form("title")
    assert dict(kept.values)["title"] == change.get("title", BUYER["title"])
    assert world.status(order) == "none"


@pytest.mark.feature("F8")
def test_two_requests_for_one_order_make_one_invoice(world):
    order = world.order()
    page = world.web.get("/d/invoice")
    first = world.web.submit(page, page.form("title"), {"order": str(order), **BUYER})
    second = world.web.submit(page, page.form("title"), {"order": str(order), **BUYER})
    assert first.status == 200 and second.status == 422
    assert world.i.value("select count(*) from invoice_session where session_id = %s", order) == 1


@pytest.mark.feature("S11")
def test_sellers_and_tax_services_are_checked_and_secrets_stay(world):
    station = world.site.insert("station", provider_id=world.site.provider, property_id=world.site.property, code="S8", name="八站")
    page = world.clerk.add("invoice_seller", {**world.seller(station), "tax_no": "abc-123456789012"}, status=422)
    assert errors(page)
    world.clerk.add("invoice_seller", world.seller(station))
    assert errors(world.clerk.add("invoice_seller", world.seller(station), status=422)), "a station has one seller"
    tenant = Tenant(world.i)
    page = world.clerk.add("tax_link", {"provider_id": tenant.provider, "name": "税", "url": "ftp://tax.example.com", "app_id": "a",
                                        "secret_text": "k"}, status=422)
    assert errors(page)
    link = world.clerk.add("tax_link", {"provider_id": tenant.provider, "name": "税", "url": "https://tax.example.com", "app_id": "a",
                                        "secret_text": "geheim-123"})
    assert world.i.value("select secret from tax_link where id = %s", link).startswith("v1:")
    assert "geheim-123" not in world.clerk.get(f"/admin/tax_link/{link}").html + world.clerk.get(f"/admin/tax_link/{link}/edit").html


@pytest.mark.feature("H3")
def test_the_home_page_counts_invoices(world):
    count = world.i.value("select count(*) from invoice")
    assert f'<a href="/admin/invoice">发票 <strong>{count}</strong>' in world.clerk.get("/admin/").html
