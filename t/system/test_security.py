"""Second factor, own log-ins, password rules, allow-lists, the security page; and what attackers try on forms and cookies (G11, G7)."""
import base64
import hashlib
import hmac
import re
import secrets
import struct
import time

import pytest
import requests

STEP = 30


def code_of(secret, step):
    """RFC 6238 in a few lines of its own."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def step_now():
    """The present step; never in its last seconds, so that a test does not run over its end."""
    while time.time() % STEP > STEP - 5:
        time.sleep(.5)
    return int(time.time()) // STEP


class Person:
    """A system user with a role of his own that holds everything."""

    def __init__(self, instance, words=("*",), **role):
        instance.admin()
        self.instance, self.name = instance, "p" + secrets.token_hex(5)
        instance.sql("delete from throttle")
        self.password = instance.password
        instance.sql("insert into user (kind, login, name, password_hash, payment_hash, must_change, payment_must_change, created_at, updated_at)"
                     " select 'system', %s, 'Person', password_hash, payment_hash, 0, 0, created_at, updated_at from user where login = %s",
                     self.name, instance.login_name)
        self.id = instance.value("select id from user where login = %s", self.name)
        values = {"second_factor": 0, "addresses": "", **role}
        instance.sql("insert into role (kind, name, second_factor, addresses, created_at, updated_at) values ('system', %s, %s, %s, now(), now())",
                     "role of " + self.name, values["second_factor"], values["addresses"])
        self.role = instance.value("select max(id) from role")
        instance.sql("insert into user_role (user_id, role_id) values (%s, %s)", self.id, self.role)
        for w in words:
            instance.sql("insert into role_permission (role_id, permission) values (%s, %s)", self.role, w)
        self.epoch()

    def epoch(self):
        self.instance.sql("insert into setting (name, value, updated_at) values ('permission.epoch', '1', now())"
                          " on duplicate key update value = value + 1")

    def change_role(self, **values):
        for k, v in values.items():
            self.instance.sql(f"update role set {k} = %s where id = %s", v, self.role)
        self.epoch()

    def web(self):
        web = self.instance.session()
        self.page = web.login(self.instance, self.name, self.password)
        return web

    def enrol(self, web):
        """Secret and recovery codes, as the pages show them."""
        page = web.get("/admin/me/factor")
        secret = re.search(r'id="factor-secret">([A-Z2-7 ]+)<', page.html).group(1).replace(" ", "")
        done = web.submit(page, page.form("offer", "code"), {"code": code_of(secret, step_now() - 1)})
        assert done.status == 200, done.text[:400]
        codes = re.findall(r"<li><code>([^<]+)</code>", done.html)
        assert len(codes) == 10 == len(set(codes))
        return secret, codes


@pytest.fixture
def person(instance):
    return Person(instance)


def csrf(page):
    return re.search(r'name="csrf" content="([^"]*)"', page.html).group(1)


def is_in(web):
    return "/admin/login" not in web.get("/admin/me").url


# --- second factor

@pytest.mark.feature("G11")
def test_enrolment_then_a_code_at_each_login(instance, person):
    web = person.web()
    page = web.get("/admin/me/factor")
    picture = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]+)", page.html).group(1))
    assert picture.startswith(b"<svg")
    wrong = web.submit(page, page.form("offer", "code"), {"code": "000000"})
    assert wrong.status == 422 and re.search(r'id="factor-secret">([^<]+)<', wrong.html).group(1) in page.html, "the same secret again"
    secret, _ = person.enrol(web)
    stored = instance.value("select totp_secret from user where id = %s", person.id)
    assert stored.startswith("v1:") and secret not in stored
    second = person.web()
    assert person.page.status == 200 and "两步验证" in person.page.text and not is_in(second), "the password alone is not enough"
    done = second.submit(person.page, person.page.form("ticket", "code"), {"code": code_of(secret, step_now())})
    assert done.status == 200 and is_in(second)


@pytest.mark.feature("G11")
def test_a_code_counts_once_and_no_step_far_away(instance, person):
    secret, _ = person.enrol(person.web())
    step = step_now()
    code = code_of(secret, step)
    first, second = person.web(), None
    page = person.page
    first.submit(page, page.form("ticket"), {"code": code})
    assert is_in(first)
    second = person.web()
    for stale in (code, code_of(secret, step - 1), code_of(secret, step - 4), code_of(secret, step + 4), "", "12345", "1" * 16):
        answer = second.submit(person.page, person.page.form("ticket"), {"code": stale})
        if stale == code:
            assert answer.status == 422 and "已用过" in answer.text
        assert not is_in(second), stale
        instance.sql("delete from throttle")
    # a replay of the very same request in another browser
    again = person.web()
    again.post("/admin/login/code", {"_csrf": dict(page.form("ticket").values)["_csrf"], "ticket": dict(page.form("ticket").values)["ticket"],
                                     "code": code})
    assert not is_in(again)


@pytest.mark.feature("G11")
def test_a_recovery_code_counts_once(instance, person):
    _, codes = person.enrol(person.web())
    digests = [d for (d,) in instance.rows("select code_hash from recovery_code where user_id = %s", person.id)]
    assert len(digests) == 10 and not any(c.replace("-", "") in d for c in codes for d in digests)
    web = person.web()
    web.submit(person.page, person.page.form("ticket"), {"code": codes[3].replace("-", " ")})
    assert is_in(web) and "9" in re.search(r'id="me-factor">(.*?)</dd>', web.get("/admin/me").html).group(1)
    web = person.web()
    assert web.submit(person.page, person.page.form("ticket"), {"code": codes[3]}).status == 422
    assert not is_in(web)
    assert web.submit(person.page, person.page.form("ticket"), {"code": codes[4]}).status == 200 and is_in(web)
    assert instance.value("select count(*) from audit where action = 'recovery_code' and record_id = %s", person.id) == 2


@pytest.mark.feature("G11")
def test_guessing_codes_is_locked_and_unlocked(instance, person, admin):
    secret, _ = person.enrol(person.web())
    web = person.web()
    page = person.page
    for _ in range(5):
        assert "不正确" in web.submit(page, page.form("ticket"), {"code": "000000"}).text
    locked = web.submit(page, page.form("ticket"), {"code": code_of(secret, step_now())})
    assert locked.status == 422 and "次数过多" in locked.text and not is_in(web)
    token = csrf(admin.get("/admin/user"))
    assert admin.post(f"/admin/user/{person.id}/unlock", {"_csrf": token}).status == 200
    web.submit(page, page.form("ticket"), {"code": code_of(secret, step_now() + 1)})
    assert is_in(web)


@pytest.mark.feature("G11")
def test_a_ticket_is_the_servers_and_ends_with_the_password(instance, person):
    secret, _ = person.enrol(person.web())
    other = Person(instance)
    web = person.web()
    page = person.page
    for ticket in ("", "v1:AAAA", "x" * 300):
        answer = web.submit(page, page.form("ticket"), {"ticket": ticket, "code": code_of(secret, step_now())})
        assert answer.status == 422 and not is_in(web)
    # an enrolment's sealed secret is no ticket, and another user's offer is not taken
    victim = other.web()
    theirs = dict(victim.get("/admin/me/factor").form("offer").values)["offer"]
    assert web.submit(page, page.form("ticket"), {"ticket": theirs, "code": "000000"}).status == 422
    third = Person(instance).web()
    mine = third.get("/admin/me/factor")
    assert "已过期" in third.submit(mine, mine.form("offer"), {"offer": theirs, "code": "000000"}).text
    instance.sql("update user set password_hash = %s where id = %s", "$y$gone", person.id)
    assert "重新登录" in web.submit(page, page.form("ticket"), {"code": code_of(secret, step_now())}).text
    assert not is_in(web)


@pytest.mark.feature("G11", "G7")
def test_a_role_may_demand_the_second_factor(instance):
    person = Person(instance, second_factor=1)
    web = person.web()
    for path in ("/admin/", "/admin/me", "/admin/user", "/admin/security", "/admin/setting"):
        assert web.get(path).url.endswith("/admin/me/factor"), path
    token = csrf(web.get("/admin/me/factor"))
    blocked = web.http.post(f"{instance.url}/admin/user/{person.id}/disable", data={"_csrf": token}, allow_redirects=False)
    assert blocked.status_code == 303 and blocked.headers["location"] == "/admin/me/factor"
    assert web.http.get(f"{instance.url}/api/v1/user", allow_redirects=False).status_code in (303, 401)
    key = "co_" + secrets.token_hex(24)                       # a key made before the role demanded it does not pass by it
    instance.sql("insert into api_key (user_id, name, prefix, key_hash, permissions, created_at, updated_at) values (%s, 'k', 'co_', sha2(%s, 256),"
                 " '*', now(), now())", person.id, key)

    def by_key():
        return web.http.get(f"{instance.url}/api/v1/user", headers={"Authorization": "Bearer " + key}, cookies={}, allow_redirects=False)
    assert by_key().status_code == 403 and by_key().json()["error"] == "factor"
    _, codes = person.enrol(web)
    assert by_key().status_code == 200
    assert web.get("/admin/user").url.endswith("/admin/user")
    page = web.get("/admin/me/factor")
    assert "不能停用" in page.text
    assert web.post("/admin/me/factor/off", {"_csrf": csrf(page), "code": codes[0]}).status == 422
    assert instance.value("select totp_at is not null from user where id = %s", person.id)


@pytest.mark.feature("W2", "G11")
def test_a_key_is_made_with_the_second_factor(instance, person):
    web = person.web()
    make = "/admin/api_key/create"
    count = "select count(*) from api_key where user_id = %s"

    def post(**values):
        page = web.get(make)
        return web.post(make, {"_csrf": csrf(page), "name": "程序", "word": "member.list", **values})
    assert 'name="code"' not in web.get(make).html
    assert post().status == 200 and instance.value(count, person.id) == 1
    _, codes = person.enrol(web)
    assert 'name="code"' in web.get(make).html
    for wrong in ({}, {"code": "000000"}):
        page = post(**wrong)
        assert page.status == 422 and "程序" in page.html, "what was typed stays"
    assert post(name="", code=codes[0]).status == 422          # a form that is wrong otherwise uses up no code
    assert instance.value(count, person.id) == 1
    assert post(code=codes[0]).status == 200 and instance.value(count, person.id) == 2
    assert post(code=codes[0]).status == 422 and instance.value(count, person.id) == 2


@pytest.mark.feature("G11")
def test_own_settings_lead_to_the_proof_of_the_address(instance, person):
    web = person.web()
    assert 'href="/admin/me/email"' in web.get("/admin/me").html
    instance.sql("update user set email = 'a@example.com' where id = %s", person.id)
    assert "未验证" in web.get("/admin/me").text
    instance.sql("update user set email_proved = email, email_proved_at = now() where id = %s", person.id)
    page = web.get("/admin/me").text
    assert "已验证" in page and "未验证" not in page


@pytest.mark.feature("G11", "G6")
def test_ending_the_second_factor(instance, person, admin):
    web = person.web()
    secret, codes = person.enrol(web)
    page = web.get("/admin/me/factor")
    assert web.submit(page, page.form("code", action="/off"), {"code": "000000"}).status == 422
    again = web.submit(page, page.form("code", action="/codes"), {"code": codes[0]})
    fresh = re.findall(r"<li><code>([^<]+)</code>", again.html)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert web.submit(page, page.form("code", action="/off"), {"code": codes[1]}).status == 422, "old codes are void"
    web.submit(page, page.form("code", action="/off"), {"code": code_of(secret, step_now() + 1)})
    assert instance.rows("select totp_at, totp_secret from user where id = %s", person.id) == [(None, "")]
    # a lost phone: an administrator, not oneself
    person.enrol(web)
    token = csrf(web.get("/admin/me"))
    web.post(f"/admin/user/{person.id}/factor_off", {"_csrf": token})
    assert instance.value("select totp_at is not null from user where id = %s", person.id) == 1
    page = admin.get(f"/admin/user/{person.id}/factor_off")
    admin.submit(page, page.form("_csrf", action="factor_off"))
    assert instance.value("select totp_at from user where id = %s", person.id) is None and not is_in(web)


# --- own log-ins

@pytest.mark.feature("G11")
def test_own_logins_are_listed_and_ended(instance, person):
    here = person.web()
    there = instance.session()
    there.http.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
    there.login(instance, person.name, person.password)
    third = person.web()
    page = here.get("/admin/me")
    assert "Chrome · Windows" in page.text and page.html.count("<tr><td>127.0.0.1</td>") == 3 and "当前登录" in page.text
    theirs = instance.value("select id from login where user_id = %s and agent like '%%Windows%%'", person.id)
    here.submit(page, page.form("_csrf", action=f"/admin/me/login/{theirs}/end"))
    assert not is_in(there) and is_in(third) and is_in(here)
    page = here.get("/admin/me")
    here.submit(page, page.form("_csrf", action="/admin/me/logins/end"))
    assert not is_in(third) and is_in(here)


@pytest.mark.feature("G11")
def test_nobody_ends_a_strangers_login(instance, person):
    victim = Person(instance)
    web, theirs = person.web(), victim.web()
    number = instance.value("select id from login where user_id = %s", victim.id)
    assert web.post(f"/admin/me/login/{number}/end", {"_csrf": csrf(web.get("/admin/me"))}).status == 404
    assert is_in(theirs)


@pytest.mark.feature("G11")
def test_the_page_of_own_settings(instance, person):
    web = person.web()
    page = web.get("/admin/me")
    assert 'href="/admin/me"' in web.get("/admin/").html, "the user menu leads there"
    for word in (person.name, "登录密码", "支付密码", "两步验证", "role of " + person.name):
        assert word in page.text
    english = web.submit(page, page.form("lang"), {"lang": "en"})
    assert "My settings" in english.text and instance.value("select lang from user where id = %s", person.id) == "en"


# --- passwords

@pytest.mark.feature("G11", "H1")
def test_password_rules_and_history(instance, person):
    web = person.web()

    def change(old, new):
        page = web.get("/admin/password")
        form = next(f for f in page.forms if ("which", "login") in f.values)
        return web.submit(page, form, {"old": old, "new": new, "again": new})
    assert "账号相同" in change(person.password, person.name.upper()).text
    instance.sql("replace into setting (name, value, updated_at) values ('password_length', '12', now()), ('password_kinds', '3', now())")
    try:
        assert "12 至 64" in change(person.password, "Short-1234").text
        assert "至少 3 种" in change(person.password, "onlysmall12345").text
        assert "至少 12 位" in web.get("/admin/password").text
    finally:
        instance.sql("delete from setting where name like 'password\\_%%'")
    old, taken = person.password, []
    for i in range(5):
        fresh = f"Fresh-{i}-{person.name}"
        assert change(old, fresh).status == 200
        taken.append(old)
        old = fresh
    assert "最近用过" in change(old, taken[1]).text and "最近用过" in change(old, taken[4]).text
    assert change(old, taken[0]).status == 200, "the sixth from the end is free again"
    assert instance.value("select count(*) from password_history where user_id = %s", person.id) == 6


# --- addresses

@pytest.mark.feature("G7")
def test_a_role_is_bound_to_addresses(instance):
    person = Person(instance, addresses="127.0.0.0/8 2001:db8::/32")
    web = person.web()
    assert is_in(web)
    person.change_role(addresses="10.0.0.0/8")
    page = web.get("/admin/user")
    assert page.status == 403 and "网络地址" in page.text
    assert web.get("/admin/me").status == 403 and web.get("/admin/password").status == 403
    out = instance.session()
    refused = out.login(instance, person.name, person.password)
    assert refused.status == 422 and "127.0.0.1" in refused.text and not is_in(out)
    wrong = instance.session().login(instance, person.name, "wrong")
    assert "127.0.0.1" not in wrong.text, "only who knows the password learns of the list"
    key = "k" + secrets.token_hex(20)
    instance.sql("insert into api_key (user_id, name, prefix, key_hash, permissions, created_at, updated_at)"
                 " values (%s, 'k', 'k', sha2(%s, 256), '*', now(), now())", person.id, key)
    head = {"Authorization": "Bearer " + key}
    answer = requests.get(f"{instance.url}/api/v1/user", headers=head)
    assert answer.status_code == 403 and answer.json()["error"] == "address"
    person.change_role(addresses="")
    assert requests.get(f"{instance.url}/api/v1/user", headers=head).status_code == 200 and is_in(web)


@pytest.mark.feature("G7")
def test_nobody_shuts_himself_out(instance, person):
    web = person.web()
    page = web.get(f"/admin/role/{person.role}/edit")

    def save(text):
        page = web.get(f"/admin/role/{person.role}/edit")
        return web.submit(page, page.form("addresses"), {"addresses": text})
    assert "addresses" in page.form("addresses")
    refused = save("10.0.0.0/8, 2001:db8::/32")
    assert refused.status == 422 and "127.0.0.1" in refused.text
    bad = save("10.0.0.0/33")
    assert bad.status == 422 and "10.0.0.0/33" in bad.text
    assert instance.value("select addresses from role where id = %s", person.role) == ""
    assert save("10.0.0.0/8, 127.0.0.0/8").status == 200
    assert instance.value("select addresses from role where id = %s", person.role) == "10.0.0.0/8, 127.0.0.0/8" and is_in(web)
    other = Person(instance)
    instance.sql("delete from user_role where role_id = %s", other.role)
    page = web.get(f"/admin/role/{other.role}/edit")
    assert web.submit(page, page.form("addresses"), {"addresses": "10.0.0.0/8"}).status == 200, "of others one may"
    # nor by taking such a role, nor by enabling one that one has
    page = web.get(f"/admin/role/{other.role}/users")
    refused = web.submit(page, page.form("pick"), {"pick": str(person.id)})
    assert refused.status == 422 and "127.0.0.1" in refused.text
    assert instance.value("select count(*) from user_role where role_id = %s", other.role) == 0
    instance.sql("insert into user_role (user_id, role_id) values (%s, %s)", person.id, other.role)
    instance.sql("update role set status = 'disabled' where id = %s", other.role)
    person.epoch()
    refused = web.post(f"/admin/role/{other.role}/enable", {"_csrf": csrf(web.get("/admin/me"))})
    assert instance.value("select status from role where id = %s", other.role) == "disabled" and "127.0.0.1" in refused.text and is_in(web)


# --- the page that judges the platform

def finding(page, name):
    return re.search(rf'data-finding="{name}" data-severity="(\w+)"', page.html).group(1)


@pytest.mark.feature("G11")
def test_the_security_page_finds_what_is_weak(instance, person):
    web = person.web()
    instance.sql("delete from job_run where job in ('ledger_proof', 'audit_proof')")
    instance.sql("update user set last_login_at = now() where status = 'enabled'")
    page = web.get("/admin/security")
    assert finding(page, "proof_old") == finding(page, "audit_old") == "high" and finding(page, "star_alone") == "high" and person.name in page.text
    assert finding(page, "star_role") == "medium" and finding(page, "no_tls") == "medium"
    instance.sql("delete from api_key where expires_at is null")
    page = web.get("/admin/security")
    assert finding(page, "key_forever") == finding(page, "stale") == finding(page, "unseen") == "fine"
    instance.job("ledger_proof")
    instance.job("audit_proof")
    page = web.get("/admin/security")
    assert finding(page, "proof") == finding(page, "audit") == "fine"
    instance.sql("update job_run set failed = 1 where job = 'audit_proof'")
    instance.sql("update job_run set status = 'failed', failed = 2 where job = 'ledger_proof'")
    weak = Person(instance)
    weak_web = weak.web()
    instance.sql("update user set must_change = 1, last_login_at = now() - interval 91 day where id = %s", weak.id)
    instance.sql("update login set seen_at = now() - interval 3 day where user_id = %s", weak.id)
    instance.sql("insert into api_key (user_id, name, prefix, key_hash, permissions, created_at, updated_at)"
                 " values (%s, 'endless', 'e', sha2(%s, 256), '*', now(), now())", weak.id, weak.name)
    page = web.get("/admin/security")
    assert finding(page, "proof_failed") == finding(page, "audit_failed") == "high" and finding(page, "first_password") == "high"
    assert finding(page, "key_forever") == "medium" and "endless" in page.text
    assert finding(page, "unseen") == "low" and finding(page, "stale") == "low" and weak.name in page.text
    web.submit(page, page.form("_csrf", action="/admin/security/logins"))
    assert not is_in(weak_web) and is_in(web)
    assert finding(web.get("/admin/security"), "stale") == "fine"
    instance.sql("delete from api_key where name = 'endless'")


@pytest.mark.feature("G11")
def test_the_security_page_is_for_the_platform(instance, person):
    assert Person(instance, words=("user.list",)).web().get("/admin/security").status == 403
    web = person.web()
    instance.sql("insert into provider (kind, name, phone, audit_status, created_at, updated_at) values ('provider', %s, %s, 'approved', now(), now())",
                 "tenant of " + person.name, person.name[-9:])
    provider = instance.value("select max(id) from provider")
    instance.sql("update user set kind = 'provider', provider_id = %s where id = %s", provider, person.id)
    assert web.get("/admin/security").status == 403 and is_in(web)


# --- what attackers try

@pytest.mark.feature("H1")
def test_no_fixation_over_both_steps(instance, person):
    """A token put into the browser before is worth nothing after; the first step gives no token at all."""
    secret, _ = person.enrol(person.web())
    web = instance.session()
    web.http.cookies.set("chargeops", "ab" * 32, domain="127.0.0.1", path="/")
    page = web.login(instance, person.name, person.password)
    tokens = {c.value for c in web.http.cookies if c.name == "chargeops"}
    assert tokens == {"ab" * 32}, "no log-in before the second step"
    web.submit(page, page.form("ticket"), {"code": code_of(secret, step_now())})
    thief = instance.session()
    thief.http.cookies.set("chargeops", "ab" * 32)
    assert is_in(web) and not is_in(thief)


@pytest.mark.feature("H1")
def test_every_post_wants_the_forms_word(instance, person):
    web = person.web()
    for path in ("/admin/me/logins/end", "/admin/me/login/1/end", "/admin/me/lang", "/admin/me/factor", "/admin/me/factor/off",
                 "/admin/me/factor/codes", "/admin/security/logins", "/admin/password", "/admin/setting", "/admin/login/code"):
        for word in (None, "", "0" * 32):
            assert web.post(path, {} if word is None else {"_csrf": word}).status == 403, path
    other = Person(instance).web()
    assert web.post("/admin/me/lang", {"_csrf": csrf(other.get("/admin/me")), "lang": "en"}).status == 403, "another log-in's word"
    assert instance.value("select lang from user where id = %s", person.id) == "zh-CN"


@pytest.mark.feature("H1")
def test_no_get_does_what_a_post_does(instance, person):
    web = person.web()
    token = csrf(web.get("/admin/me"))
    for path in ("/admin/me/logins/end", "/admin/me/lang", "/admin/security/logins", "/admin/logout"):
        assert web.get(f"{path}?_csrf={token}&lang=en").status in (404, 405), path
    assert is_in(web) and instance.value("select lang from user where id = %s", person.id) == "zh-CN"


@pytest.mark.feature("G5")
def test_undeclared_fields_are_not_taken(instance, person):
    """Mass assignment: what the form does not have is not written, however well its name fits a column."""
    web = person.web()
    victim = Person(instance)
    before = instance.rows("select kind, login, password_hash, payment_hash, must_change, totp_at, deleted, provider_id, status from user where id = %s",
                           victim.id)
    page = web.get(f"/admin/user/{victim.id}/edit")
    form = page.form("name")
    extra = [("password_hash", "x"), ("payment_hash", "x"), ("must_change", "1"), ("totp_at", "2026-01-01"), ("totp_secret", "x"), ("deleted", "1"),
             ("provider_id", "1"), ("kind", "provider"), ("login", "taken-over"), ("id", str(person.id)), ("status", "disabled"), ("created_by", "1"),
             ("password", "Another-1234")]
    done = web.post(f"/admin/user/{victim.id}/edit", [v for v in form.values if v[0] != "name"] + [("name", "Renamed")] + extra)
    assert done.status == 200, done.text[:300]
    after = instance.rows("select kind, login, password_hash, payment_hash, must_change, totp_at, deleted, provider_id, status from user where id = %s",
                          victim.id)
    assert after == before and instance.value("select name from user where id = %s", victim.id) == "Renamed"
    assert instance.value("select name from user where id = %s", person.id) == "Person"
    page = web.get(f"/admin/role/{person.role}/edit")
    form = page.form("addresses")
    web.post(f"/admin/role/{person.role}/edit", [*form.values, ("permission", "*"), ("user_count", "9"), ("parent_id", "1"), ("words", "9")])
    assert instance.value("select parent_id from role where id = %s", person.role) is None


@pytest.mark.feature("G5")
def test_a_field_sent_twice_counts_once(instance, person):
    """Parameter pollution: the first value of the body counts; the address line adds nothing to a form."""
    web = person.web()
    victim = Person(instance)
    form = web.get(f"/admin/user/{victim.id}/edit").form("name")
    rest = [v for v in form.values if v[0] != "name"]
    web.post(f"/admin/user/{victim.id}/edit?name=FromAddress&id={person.id}", [*rest, ("name", "First"), ("name", "Second")])
    assert instance.value("select name from user where id = %s", victim.id) == "First"
    token = csrf(web.get("/admin/me"))
    assert web.post("/admin/me/lang?lang=zh-CN", [("_csrf", token), ("lang", "en"), ("lang", "zh-CN")]).status == 200
    assert instance.value("select lang from user where id = %s", person.id) == "en"
    assert web.post("/admin/me/lang", [("_csrf", "0" * 32), ("_csrf", token), ("lang", "zh-CN")]).status == 403, "nor does a second word mend the first"
    assert instance.value("select lang from user where id = %s", person.id) == "en"


@pytest.mark.feature("G11", "G14")
def test_the_operator_comes_back_in_from_the_machine(instance):
    """A lost phone, no recovery codes, a list of addresses nobody is in: `chargeops admin` mends all three. The last test: the password is new after."""
    admin = Person.__new__(Person)
    admin.instance, admin.name, admin.password = instance, instance.login_name, instance.password
    web = instance.admin()
    admin.enrol(web)
    role = instance.value("select min(role_id) from user_role where user_id = (select id from user where login = %s)", instance.login_name)
    instance.sql("update role set addresses = '10.0.0.0/8' where id = %s", role)
    admin.epoch()
    assert web.get("/admin/user").status == 403
    first = dict(line.split("=", 1) for line in instance.job("first_admin", "--reset", "1").splitlines())
    instance.password, instance.payment_password = first["password"], first["payment_password"]
    assert instance.admin().get("/admin/user").status == 200
    assert instance.value("select count(*) from recovery_code where user_id = (select id from user where login = %s)", instance.login_name) == 0
