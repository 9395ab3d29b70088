"""Mail through a real SMTP server, and the e-mail address that is proved by a link (G11, W3)."""
import email
import email.policy
import re
import ssl
import subprocess
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from instance import Instance, free_ports, wait_for
from people import Tenant

USER, PASSWORD = "ops", "Schloß 1"


class Post:
    """Keeps what it gets; refuses recipients at refused.example; says of the first mail to twice.example that it could not be kept."""

    def __init__(self):
        self.got = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.endswith("@refused.example"):
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append((session.ssl is not None, session.auth_data, envelope.mail_from, envelope.rcpt_tos, message))
        return "451 later" if len(self.to("zhao@twice.example")) == 1 and envelope.rcpt_tos == ["zhao@twice.example"] else "250 kept"

    def to(self, address):
        return [m for m in self.got if m[3] == [address]]


def authenticate(server, session, envelope, mechanism, data):
    fine = isinstance(data, LoginPassword) and data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=fine, auth_data=data.login if fine else None)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(file of the certificate, context of a server that shows it)"""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


@pytest.fixture(scope="module")
def post(certificate):
    handler = Post()
    server = Controller(handler, hostname="127.0.0.1", port=free_ports()[0], tls_context=certificate[1], authenticator=authenticate,
                        auth_required=True)
    server.start()
    handler.port = server.port
    yield handler
    server.stop()


def configure(instance, **options):
    path = instance.var / "chargeops.conf"
    kept = [line for line in path.read_text().splitlines() if line.split(" =")[0] not in options]
    path.write_text("\n".join(kept + [f"{name} = {value}" for name, value in options.items()]) + "\n")
    instance.run("restart", "courier")


@pytest.fixture(scope="module")
def mailing(post, certificate):
    made = Instance("mail")
    made.up("--bare")
    try:
        configure(made, smtp_url=f"smtp://localhost:{post.port}", smtp_user=USER, smtp_password=PASSWORD, smtp_ca=certificate[0],
                  mail_from="ops@chargeops.example")
        yield made
    finally:
        made.destroy()


def send(instance, to, subject="题目", text="正文"):
    instance.sql("insert into delivery (kind, target, subject, payload, next_at, created_at) values ('mail', %s, %s, %s, now(), now())",
                 to, subject, text)
    return instance.value("select max(id) from delivery")


def state(instance, delivery):
    return instance.value("select status from delivery where id = %s", delivery)


@pytest.mark.feature("W3")
def test_mail_goes_out_logged_in_over_tls_in_chinese(mailing, post):
    subject = "充电运营平台：2026年11月20日互联互通日报，请各位服务商核对后于三日内确认"
    text = "第一行\n.\n..两个点\n" + "很长的一行" * 400 + "\n"
    delivery = send(mailing, "wang@example.com", subject, text)
    wait_for(lambda: state(mailing, delivery) == "sent", 8, "sent")
    tls, login, sender, to, message = post.to("wang@example.com")[0]
    assert tls and login == USER.encode() and sender == "ops@chargeops.example" and to == ["wang@example.com"]
    assert message["subject"] == subject and message["from"] == sender and message["to"] == to[0]
    body = message.get_body(("plain",))
    assert body.get_content().replace("\r\n", "\n") == text and body.get_content_charset() == "utf-8"
    sent = message["date"].datetime
    assert abs(sent.timestamp() - time.time()) < 60 and sent.utcoffset().total_seconds() == 28800
    assert re.fullmatch(r"<[0-9a-f]{32}@chargeops\.example>", message["message-id"]) and message["auto-submitted"] == "auto-generated"
    assert mailing.value("select payload from delivery where id = %s", delivery) == "", "what was mailed is not kept"


@pytest.mark.feature("W3")
@pytest.mark.parametrize("to,why", [("x@refused.example", "550"), ("no address", "no mail address"), ("a@b.example\r\nDATA", "no mail address")])
def test_refusals_keep_their_reason(mailing, post, to, why):
    before = len(post.got)
    delivery = send(mailing, to)
    wait_for(lambda: state(mailing, delivery) == "failed", 8, "failed")
    assert why in mailing.value("select last_error from delivery where id = %s", delivery)
    assert len(post.got) == before
    mailing.sql("update delivery set status = 'dead' where id = %s", delivery)


@pytest.mark.feature("W3")
def test_a_mail_that_is_tried_again_is_the_same_mail(mailing, post):
    delivery = send(mailing, "zhao@twice.example")
    wait_for(lambda: state(mailing, delivery) == "failed", 8, "failed")
    mailing.sql("update delivery set next_at = now() where id = %s", delivery)
    wait_for(lambda: state(mailing, delivery) == "sent", 8, "sent")
    other = send(mailing, "zhao@twice.example")
    wait_for(lambda: state(mailing, other) == "sent", 8, "sent")
    ids = [m[4]["message-id"] for m in post.to("zhao@twice.example")]
    assert ids[0] == ids[1] != ids[2] and len(ids) == 3


@pytest.mark.feature("W3")
def test_a_header_cannot_be_smuggled_in(mailing, post):
    delivery = send(mailing, "li@example.com", "x\r\nBcc: evil@example.com")
    wait_for(lambda: state(mailing, delivery) == "sent", 8, "sent")
    message = post.to("li@example.com")[0][4]
    assert message["bcc"] is None


@pytest.mark.feature("W3")
def test_smtps_and_a_certificate_nobody_trusts(mailing, post, certificate):
    handler = Post()
    server = Controller(handler, hostname="127.0.0.1", port=free_ports()[0], ssl_context=certificate[1], authenticator=authenticate,
                        auth_require_tls=False)
    server.start()
    try:
        configure(mailing, smtp_url=f"smtps://localhost:{server.port}")
        delivery = send(mailing, "zhao@example.com")
        wait_for(lambda: state(mailing, delivery) == "sent", 8, "sent")
        assert len(handler.to("zhao@example.com")) == 1
        configure(mailing, smtp_ca="")
        delivery = send(mailing, "zhao@example.com")
        wait_for(lambda: state(mailing, delivery) == "failed", 8, "failed")
        assert "certificate" in mailing.value("select last_error from delivery where id = %s", delivery)
        assert len(handler.got) == 1
        mailing.sql("update delivery set status = 'dead' where id = %s", delivery)
    finally:
        server.stop()
        configure(mailing, smtp_url=f"smtp://localhost:{post.port}", smtp_ca=certificate[0])


@pytest.mark.feature("W3")
def test_a_password_never_goes_out_in_the_clear(mailing, post, certificate):
    handler = Post()
    server = Controller(handler, hostname="127.0.0.1", port=free_ports()[0], authenticator=authenticate, auth_require_tls=False)
    server.start()
    try:
        configure(mailing, smtp_url=f"smtp://localhost:{server.port}")
        delivery = send(mailing, "qian@example.com")
        wait_for(lambda: state(mailing, delivery) == "failed", 8, "failed")
        assert handler.got == []
        mailing.sql("update delivery set status = 'dead' where id = %s", delivery)
    finally:
        server.stop()
        configure(mailing, smtp_url=f"smtp://localhost:{post.port}")


def link(post, address, n=0):
    wait_for(lambda: len(post.to(address)) > n, 8, "the mail")
    text = post.to(address)[n][4].get_body(("plain",)).get_content()
    return re.search(r"https?://[^\s]+?(/admin/me/email/verify\?token=[0-9a-f]{64})\b", text)[1]


def ask(web):
    page = web.get("/admin/me/email")
    assert page.status == 200, page.text[:300]
    return web.submit(page, page.form("_csrf", action="/admin/me/email"))


def confirm(web, path):
    page = web.get(path)
    return page if page.status != 200 else web.submit(page, page.form("token"))


def verified(instance, tenant):
    return instance.value("select email_verified_at is not null from user where id = %s", tenant.user) == 1


def person(instance, address):
    tenant = Tenant(instance)
    instance.sql("update user set email = %s where id = %s", address, tenant.user)
    return tenant, tenant.web()


@pytest.mark.feature("G11")
def test_an_address_is_proved_by_the_link_once_and_a_changed_one_is_unproved(mailing, post):
    tenant, web = person(mailing, "sun@example.com")
    assert "sun@example.com" in ask(web).text
    path = link(post, "sun@example.com")
    token = path.split("=")[1]
    assert mailing.value("select count(*) from email_token where token_hash = sha2(%s, 256) and user_id = %s", token, tenant.user) == 1
    assert not verified(mailing, tenant)
    assert web.get(path).status == 200 and not verified(mailing, tenant), "looking at the link changes nothing"
    assert confirm(web, path).status == 200 and verified(mailing, tenant)
    assert web.get(path).status == 422, "used up"
    assert mailing.value("select count(*) from audit where user_id = %s and action = 'email_verified'", tenant.user) == 1
    mailing.sql("update user set email = 'sun2@example.com' where id = %s", tenant.user)
    assert not verified(mailing, tenant)
    mailing.sql("update user set email = 'sun@example.com' where id = %s", tenant.user)
    assert verified(mailing, tenant), "the proof is of the address"


@pytest.mark.feature("G11")
def test_links_that_do_not_count(mailing, post):
    tenant, web = person(mailing, "zhou@example.com")
    ask(web)
    first = link(post, "zhou@example.com")
    ask(web)
    second = link(post, "zhou@example.com", 1)
    assert confirm(web, first).status == 422, "a newer link was sent"
    _, other = person(mailing, "wu@example.com")
    assert confirm(other, second).status == 422, "another person's"
    assert "/admin/login" in mailing.session().get(second).url, "nobody's"
    mailing.sql("update user set email = 'zhou2@example.com' where id = %s", tenant.user)
    assert confirm(web, second).status == 422, "the address was changed since"
    mailing.sql("update user set email = 'zhou@example.com' where id = %s", tenant.user)
    mailing.sql("update email_token set expires_at = now() - interval 1 second where user_id = %s", tenant.user)
    assert confirm(web, second).status == 422, "24 hours are over"
    assert confirm(web, "/admin/me/email/verify?token=").status == 422
    assert not verified(mailing, tenant)


@pytest.mark.feature("G11")
def test_mails_are_counted_and_want_an_address(mailing, post):
    _, web = person(mailing, "")
    page = web.get("/admin/me/email")
    word = re.search(r'name="_csrf" value="([0-9a-f]+)"', page.html)[1]
    assert web.post("/admin/me/email", {"_csrf": word}).status == 422
    _, web = person(mailing, "zheng@example.com")
    answers = [ask(web).status for _ in range(6)]
    assert answers == [200] * 5 + [422]
    assert web.post("/admin/me/email", {}).status == 403, "without the form's word"
