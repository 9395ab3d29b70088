"""Webhooks as a subscriber sees them: signed, tried again, given up, sent again; what strangers may not make us do (W3)."""
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk, errors, secret
from instance import Instance, wait_for
from people import Tenant
from site_rows import Site


class Subscriber:
    """A real HTTP server; `answers` are given one after the other, then 204."""

    def __init__(self):
        self.got, self.answers = [], []
        self.held, self.release = threading.Event(), threading.Event()      # of who posts to /slow
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/slow":
                    outer.held.set()
                    outer.release.wait(7)
                outer.got.append((self.path, dict(self.headers), body))
                status, headers, text = outer.answers.pop(0) if outer.answers else (204, {}, b"")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(text)

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()

    def messages(self, path):
        return [(h, b) for p, h, b in self.got if p == path]


def verify(key, headers, body):
    """As docs/webhooks.md tells a subscriber."""
    signed = headers["X-Chargeops-Timestamp"].encode() + b"." + body
    want = "sha256=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(want, headers["X-Chargeops-Signature"])


@pytest.fixture(scope="module")
def hooked():
    """An instance whose subscribers are given up after two dead letters."""
    made = Instance("webhook")
    made.up("--bare")
    try:
        with (made.var / "chargeops.conf").open("a") as conf:
            conf.write("\nwebhook_dead_limit = 2\n")
        for name in ("admin", "courier", "gateway"):
            made.run("restart", name)
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def clerk(hooked):
    return Clerk(hooked)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(31)


@pytest.fixture
def subscriber():
    s = Subscriber()
    yield s
    s.end()


def subscribe(clerk, provider, url, **more):
    """(id, secret)"""
    record = clerk.add("webhook", {"name": "测试", "provider_id": provider, "url": url, "session_settled": "1", **more})
    return record, secret(clerk.send(f"/admin/webhook/{record}/secret", {}))


def newest(hooked, hook):
    return hooked.value("select max(id) from delivery where webhook_id = %s", hook)


def status(hooked, delivery):
    return hooked.value("select status from delivery where id = %s", delivery)


def ping(clerk, hooked, hook):
    clerk.act("webhook", hook, "ping")
    return newest(hooked, hook)


@pytest.mark.feature("W3")
def test_a_ping_arrives_signed(clerk, hooked, site, subscriber):
    hook, key = subscribe(clerk, site.provider, subscriber.url + "/ping")
    delivery = ping(clerk, hooked, hook)
    wait_for(lambda: status(hooked, delivery) == "sent", 8, "sent")
    headers, body = subscriber.messages("/ping")[0]
    assert verify(key, headers, body) and not verify(key, headers, body + b" ") and not verify(key + "0", headers, body)
    assert headers["X-Chargeops-Event"] == "ping" and headers["X-Chargeops-Delivery"] == str(delivery)
    assert abs(int(headers["X-Chargeops-Timestamp"]) - hooked.value("select unix_timestamp()")) < 20
    message = json.loads(body)
    assert message["event"] == "ping" and message["provider_id"] == site.provider and message["data"] == {"webhook_id": hook}
    assert hooked.rows("select last_result, dead_in_row from webhook where id = %s", hook) == [("delivered", 0)]
    kept = hooked.value("select secret from webhook where id = %s", hook)
    assert kept.startswith("v1:") and key not in kept
    assert key not in clerk.get(f"/admin/webhook/{hook}").html


@pytest.mark.feature("W3")
def test_a_new_secret_voids_the_old_one(clerk, hooked, site, subscriber):
    hook, old = subscribe(clerk, site.provider, subscriber.url + "/rotate")
    new = secret(clerk.send(f"/admin/webhook/{hook}/secret", {}))
    assert new != old
    ping(clerk, hooked, hook)
    wait_for(lambda: subscriber.messages("/rotate"), 8, "a message")
    headers, body = subscriber.messages("/rotate")[0]
    assert verify(new, headers, body) and not verify(old, headers, body)
    assert hooked.value("select count(*) from audit where resource = 'webhook' and action = 'secret' and record_id = %s", hook) == 2


@pytest.mark.feature("W3", "M2")
def test_a_recharge_tells_who_subscribed_to_payments(clerk, hooked, site, subscriber):
    paid, key = subscribe(clerk, site.provider, subscriber.url + "/paid", payment_made="1", session_settled="0")
    deaf, _ = subscribe(clerk, site.provider, subscriber.url + "/deaf")
    member = clerk.add("member", {"station_id": site.station, "phone": "13933000001", "name": "李四"})
    wait_for(lambda: recharge(clerk, hooked, member) and newest(hooked, paid), 12, "the subscription counts", 1)
    wait_for(lambda: subscriber.messages("/paid"), 8, "told")
    headers, body = subscriber.messages("/paid")[0]
    data = json.loads(body)["data"]
    assert verify(key, headers, body) and headers["X-Chargeops-Event"] == "payment.made"
    assert data["cash"] == "12.50000" and data["gift"] == "0.00000"
    assert (data["owner_kind"], data["owner_id"], data["member_id"]) == ("member", member, member)
    assert newest(hooked, deaf) is None


def recharge(clerk, hooked, member):
    clerk.act("member", member, "recharge", {"cash_amount": "12.50"})
    return True


@pytest.mark.feature("W3")
def test_what_fails_is_tried_again_with_a_pause_and_the_same_number(clerk, hooked, site, subscriber):
    hook, key = subscribe(clerk, site.provider, subscriber.url + "/flaky")
    subscriber.answers = [(500, {}, "坏了".encode()), (302, {"Location": "http://127.0.0.1:1/"}, b"")]
    delivery = ping(clerk, hooked, hook)
    wait_for(lambda: status(hooked, delivery) == "failed", 8, "failed")
    row = hooked.rows("select tries, http_status, last_error, answer, timestampdiff(second, now(), next_at) from delivery where id = %s",
                      delivery)[0]
    assert row[:4] == (1, 500, "HTTP 500", "坏了") and 5 <= row[4] <= 10
    hooked.sql("update delivery set next_at = now() where id = %s", delivery)
    wait_for(lambda: "redirects" in hooked.value("select last_error from delivery where id = %s", delivery), 8, "failed otherwise")
    assert hooked.value("select tries from delivery where id = %s", delivery) == 2 and status(hooked, delivery) == "failed"
    assert hooked.value("select timestampdiff(second, now(), next_at) from delivery where id = %s", delivery) in range(13, 21)
    hooked.sql("update delivery set next_at = now() where id = %s", delivery)
    wait_for(lambda: status(hooked, delivery) == "sent", 8, "sent at last")
    messages = subscriber.messages("/flaky")
    assert len(messages) == 3 and {h["X-Chargeops-Delivery"] for h, _ in messages} == {str(delivery)}
    assert all(verify(key, h, b) for h, b in messages) and len({b for _, b in messages}) == 1


@pytest.mark.feature("W3")
def test_dead_letters_in_a_row_disable_the_subscription_and_can_be_sent_again(clerk, hooked, site, subscriber):
    hook, _ = subscribe(clerk, site.provider, subscriber.url + "/dead")
    dead = []
    for _ in range(2):
        subscriber.answers = [(503, {}, b"no")]
        delivery = ping(clerk, hooked, hook)
        wait_for(lambda: status(hooked, delivery) == "failed", 8, "failed")
        assert hooked.value("select status from webhook where id = %s", hook) == "enabled"
        subscriber.answers = [(503, {}, b"no")]
        hooked.sql("update delivery set tries = 11, next_at = now() where id = %s", delivery)
        wait_for(lambda: status(hooked, delivery) == "dead", 8, "given up")
        dead.append(delivery)
    assert hooked.value("select status from webhook where id = %s", hook) == "disabled"
    assert hooked.rows("select actor, old_value, new_value from audit where resource = 'webhook' and action = 'disable' and record_id = %s",
                       hook) == [("system", "enabled", "disabled")]
    page = clerk.get(f"/admin/webhook_delivery/{dead[0]}")
    assert "HTTP 503" in page.text and "X-Chargeops-Signature: sha256=" in page.text and '"event":"ping"' in page.text
    clerk.act("webhook_delivery", dead[0], "resend")
    wait_for(lambda: status(hooked, dead[0]) == "failed", 8, "refused while disabled")
    assert "disabled" in hooked.value("select last_error from delivery where id = %s", dead[0])
    count = len(subscriber.messages("/dead"))
    clerk.act("webhook", hook, "enable")
    ask = clerk.get("/admin/webhook_delivery/batch/resend?" + "&".join(f"id={d}" for d in dead))
    clerk.web.submit(ask, ask.form("_token", action="/batch/resend"))
    wait_for(lambda: [status(hooked, d) for d in dead] == ["sent", "sent"], 8, "sent again")
    assert len(subscriber.messages("/dead")) == count + 2


@pytest.mark.feature("W3")
def test_an_answer_without_end_is_cut(clerk, hooked, site, subscriber):
    hook, _ = subscribe(clerk, site.provider, subscriber.url + "/flood")
    subscriber.answers = [(200, {}, b"x" * 70000)]
    delivery = ping(clerk, hooked, hook)
    wait_for(lambda: status(hooked, delivery) == "failed", 8, "failed")
    assert "65536" in hooked.value("select last_error from delivery where id = %s", delivery)
    hooked.sql("update delivery set status = 'dead' where id = %s", delivery)


@pytest.mark.feature("W3")
def test_list_finds_by_state_event_and_answer(clerk, hooked, site, subscriber):
    hook, _ = subscribe(clerk, site.provider, subscriber.url + "/list")
    delivery = ping(clerk, hooked, hook)
    wait_for(lambda: status(hooked, delivery) == "sent", 8, "sent")
    for query, found in ((f"webhook_id={hook}&event=ping&status=sent&http_status=204", True), (f"webhook_id={hook}&status=dead", False),
                         (f"webhook_id={hook}&event=session_settled", False), (f"webhook_id={hook}&http_status=500", False)):
        assert (f"/admin/webhook_delivery/{delivery}" in clerk.get(f"/admin/webhook_delivery?{query}").html) is found, query


@pytest.mark.feature("W3")
def test_another_tenant_gets_404(clerk, hooked, site, subscriber):
    hook, _ = subscribe(clerk, site.provider, subscriber.url + "/mine")
    delivery = ping(clerk, hooked, hook)
    wait_for(lambda: status(hooked, delivery) == "sent", 8, "sent")
    web = Tenant(hooked).web()
    word = re.search(r'name="_csrf" value="([0-9a-f]+)"', web.get("/admin/password").html)[1]
    for path in (f"/admin/webhook/{hook}", f"/admin/webhook/{hook}/edit", f"/admin/webhook/{hook}/secret", f"/admin/webhook_delivery/{delivery}"):
        assert web.get(path).status == 404, path
    for path in (f"/admin/webhook/{hook}/secret", f"/admin/webhook/{hook}/ping", f"/admin/webhook_delivery/{delivery}/resend"):
        assert web.post(path, {"_csrf": word}).status == 404, path
    assert status(hooked, delivery) == "sent" and newest(hooked, hook) == delivery


@pytest.fixture(scope="module")
def public(instance):
    """The shared instance as a server on the internet: what tenants name is called at public addresses only."""
    path = instance.var / "chargeops.conf"
    kept = path.read_text()
    path.write_text(kept.replace("private_peers = 1", "private_peers = 0"))
    for name in ("admin", "courier"):
        instance.run("restart", name)
    yield instance
    path.write_text(kept)
    for name in ("admin", "courier"):
        instance.run("restart", name)


@pytest.mark.feature("W3")
@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost:8080/x", "http://[::1]/", "http://2130706433/", "http://169.254.169.254/latest",
                                 "http://10.1.2.3/", "ftp://example.com/file", "file:///etc/passwd", "http://user:pass@example.com/", "no url at all"])
def test_addresses_that_are_not_taken(public, url):
    clerk = Clerk(public)
    provider = public.value("select min(id) from provider") or clerk.provider("推送商", "13800041001")
    page = clerk.add("webhook", {"name": "x", "provider_id": provider, "url": url, "session_settled": "1"}, status=422)
    assert errors(page)


@pytest.mark.feature("W3")
def test_a_name_that_leads_inside_is_refused_when_it_is_connected(public, subscriber):
    """A form cannot know where a name leads tomorrow: the address that is connected to counts."""
    instance, clerk = public, Clerk(public)
    provider = instance.value("select min(id) from provider") or clerk.provider("推送商", "13800041001")
    hook = clerk.add("webhook", {"name": "x", "provider_id": provider, "url": "https://hooks.example.com/", "session_settled": "1"})
    for url in (subscriber.url + "/in", subscriber.url.replace("127.0.0.1", "localhost") + "/in", subscriber.url.replace("127.0.0.1", "0") + "/in"):
        instance.sql("update webhook set url = %s where id = %s", url, hook)
        clerk.act("webhook", hook, "ping")
        delivery = newest(instance, hook)
        wait_for(lambda: status(instance, delivery) == "failed", 8, "failed")
        assert "private" in instance.value("select last_error from delivery where id = %s", delivery)
    assert subscriber.got == []


@pytest.mark.feature("W3")
def test_where_keys_go_along_the_address_is_public_and_https(public):
    """One rule for whatever a tenant may name: channels, the tax service, accounts of SMS and robots."""
    clerk = Clerk(public)
    provider = public.value("select min(id) from provider") or clerk.provider("推送商", "13800041001")
    robot = {"name": "群", "provider_id": provider, "kind": "wecom_robot", "secret_text": "0123456789abcdef"}
    places = (("notify_link", "url", robot), ("channel", "base_url", {"name": "渠道", "provider_id": provider, "kind": "wechat", "merchant_no": "1900000009"}),
              ("tax_link", "url", {"provider_id": provider, "name": "税务"}))
    for resource, field, values in places:
        for url, says in (("http://127.0.0.1:9000", "内网"), ("https://10.1.2.3/x", "内网"), ("http://example.com/", "https"), ("ftp://example.com/", "http")):
            assert any(says in e for e in errors(clerk.add(resource, {**values, field: url}, status=422))), (resource, url)


@pytest.mark.feature("W3")
def test_an_event_must_be_chosen_and_the_owner_be_open(clerk, hooked, site):
    page = clerk.add("webhook", {"name": "x", "provider_id": site.provider, "url": "https://example.com/", "session_settled": "0"}, status=422)
    assert any("事件" in e for e in errors(page))
    page = clerk.add("webhook", {"name": "x", "url": "https://example.com/"}, status=422)
    assert errors(page)


@pytest.mark.feature("W3")
def test_a_slow_subscriber_keeps_nobody_waiting(clerk, hooked, site, subscriber):
    slow, _ = subscribe(clerk, site.provider, subscriber.url + "/slow")
    quick, _ = subscribe(clerk, site.provider, subscriber.url + "/quick")
    late = ping(clerk, hooked, slow)
    assert subscriber.held.wait(10)
    hooked.sql("insert into delivery (kind, target, subject, payload, next_at, created_at) values ('sms', '13812345678', '', 'code', now(), now())")
    code = hooked.value("select max(id) from delivery where kind = 'sms'")
    soon = ping(clerk, hooked, quick)
    wait_for(lambda: status(hooked, code) == "sent" and status(hooked, soon) == "sent", 6, "the others are sent")
    assert status(hooked, late) == "pending"
    subscriber.release.set()
    wait_for(lambda: status(hooked, late) == "sent", 8, "the slow one, too")
    assert hooked.metrics("courier")["chargeops_courier_sent_total"] >= 3


@pytest.mark.feature("W3")
def test_a_worker_that_dies_is_replaced(clerk, hooked, site, subscriber):
    hook, _ = subscribe(clerk, site.provider, subscriber.url + "/crew")
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(hooked.pid("courier"))], capture_output=True, text=True).stdout.split()
    assert len(found) == 2
    for pid in found:
        os.kill(int(pid), signal.SIGKILL)
    delivery = ping(clerk, hooked, hook)
    wait_for(lambda: status(hooked, delivery) == "sent", 8, "sent by a new one")


@pytest.mark.feature("W3", "O2")
def test_a_charge_tells_its_start_once_and_its_bill_with_the_settlement(hooked, clerk, subscriber):
    place = Site(hooked, piles=1)
    hook, key = subscribe(clerk, place.provider, subscriber.url + "/charge", session_started="1")
    time.sleep(5.1)                                  # what the gateway's writers know of subscriptions may be so old
    card, _ = place.card(100)
    pile = place.pile(place.serials[0])
    try:
        pile.live(gun=1, state=2, plugged=1)
        gun = place.connector(pile.serial)
        wait_for(lambda: hooked.value("select plugged from connector_live where connector_id = %s", gun) == 1, 5, "plugged")
        no = place.probe("start", gun, card)["no"]
        pile.expect(0x34)
        pile.start_answer(no)
        for energy in (1000, 2000, 3000):
            pile.live(gun=1, state=3, no=no, volts=400, amps=100, energy=energy, amount=energy, soc=50)
            wait_for(lambda: hooked.value("select energy * 10000 from session where no = %s", no) == energy, 5, "reported")
        now = int(time.time())
        for _ in range(2):                           # what comes twice is told once
            pile.record(no, now - 600, now, 20000, amount=34000)
            assert pile.acknowledged(no)
    finally:
        pile.close()
    wait_for(lambda: len(subscriber.messages("/charge")) == 2, 8, "two messages")
    told = {h["X-Chargeops-Event"]: json.loads(b) for h, b in subscriber.messages("/charge")}
    assert all(verify(key, h, b) for h, b in subscriber.messages("/charge"))
    start, bill = told["session.started"]["data"], told["session.settled"]["data"]
    session = hooked.rows("select id, amount, energy, cast(ended_at as char) from session where no = %s", no)[0]
    assert start["no"] == bill["no"] == no and start["id"] == bill["id"] == session[0]
    assert start["state"] == "charging" and start["ended_at"] is None and start["card_id"] == card
    assert bill["state"] == "finished" and bill["amount"] == str(session[1]) and bill["energy"] == str(session[2]) == "2.0000"
    assert bill["ended_at"] == session[3].replace(" ", "T") + "+08:00" and bill["pile_serial"] == pile.serial
    assert hooked.value("select count(*) from delivery where webhook_id = %s", hook) == 2
