"""Log-in of staff (H1): captcha, throttle and lock, first passwords, CSRF, sessions, language, headers."""
import re
import time

import pytest
import requests

from instance import wait_for
from web import Web

PASSWORD = "Passw0rd-of-tests"


@pytest.fixture
def account(instance):
    """A fresh user with the administrator's role and a known password; its name."""
    instance.admin()                                      # the first administrator's own passwords are changed by now
    name = f"clerk{time.monotonic_ns()}"
    instance.sql("delete from throttle")
    instance.sql("insert into user (kind, login, name, password_hash, payment_hash, must_change, payment_must_change, created_at, updated_at)"
                 " select 'system', %s, 'Clerk', password_hash, payment_hash, 0, 0, created_at, updated_at from user where login = %s",
                 name, instance.login_name)
    instance.sql("insert into user_role select (select id from user where login = %s), role_id from user_role"
                 " where user_id = (select id from user where login = %s)", name, instance.login_name)
    return name


def logged_in(instance, account):
    web = instance.session()
    page = web.login(instance, account, instance.password)
    assert page.status == 200 and "/admin/login" not in page.url, page.text[:300]
    return web


def is_out(web):
    return "/admin/login" in web.get("/admin/password").url


@pytest.mark.feature("H1")
def test_a_captcha_is_good_for_one_try(instance, account):
    web = instance.session()
    page = web.get("/admin/login")
    form = page.form("account", "captcha", "captcha_id")
    captcha_id = dict(form.values)["captcha_id"]
    answer = instance.value("select answer from captcha where id = %s", captcha_id)
    assert re.fullmatch("[A-Z2-9]{4}", answer)
    picture = web.http.get(f"{instance.url}/admin/captcha/{captcha_id}")
    assert picture.content[:4] == b"\x89PNG" and picture.headers["content-type"] == "image/png"
    wrong = web.submit(page, form, {"account": account, "password": "not it", "captcha": answer.lower()})
    assert wrong.status == 422 and "账号或密码不正确" in wrong.text
    again = web.submit(page, form, {"account": account, "password": instance.password, "captcha": answer})
    assert again.status == 422 and "验证码不正确" in again.text
    assert web.http.get(f"{instance.url}/admin/captcha/{captcha_id}").status_code == 404


@pytest.mark.feature("H1")
def test_a_wrong_or_old_captcha_is_refused(instance, account):
    web = instance.session()
    assert "验证码不正确" in web.login(instance, account, instance.password, captcha="....").text
    page = web.get("/admin/login")
    form = page.form("captcha_id")
    captcha_id = dict(form.values)["captcha_id"]
    answer = instance.value("select answer from captcha where id = %s", captcha_id)
    instance.sql("update captcha set expires_at = expires_at - interval 4 minute where id = %s", captcha_id)
    late = web.submit(page, form, {"account": account, "password": instance.password, "captcha": answer})
    assert late.status == 422 and "已过期" in late.text


@pytest.mark.feature("H1")
@pytest.mark.parametrize("known", [True, False])
def test_five_failures_lock_known_and_unknown_accounts_alike(instance, account, known):
    name = account if known else "nobody" + account
    web = instance.session()
    for _ in range(5):
        assert "账号或密码不正确" in web.login(instance, name, "wrong").text
    locked = web.login(instance, name, instance.password)
    assert locked.status == 422 and re.search(r"请 1[56] 分钟后再试", locked.text)
    if known:
        instance.sql("update throttle set window_ends_at = window_ends_at - interval 16 minute where name = %s", f"login:{account}")
        assert "/admin/login" not in web.login(instance, name, instance.password).url
        assert instance.value("select count(*) from throttle where name = %s", f"login:{account}") == 0
        assert instance.value("select count(*) from audit where resource = 'user' and action = 'login_failed' and record_id ="
                              " (select id from user where login = %s)", account) == 5


@pytest.mark.feature("G6")
def test_a_locked_account_is_unlocked_by_an_administrator(instance, account, admin):
    web = instance.session()
    for _ in range(5):
        web.login(instance, account, "wrong")
    assert web.login(instance, account, instance.password).status == 422
    user = instance.value("select id from user where login = %s", account)
    page = admin.get("/admin/user")
    assert f"/admin/user/{user}/unlock" in page.html
    done = admin.post(f"/admin/user/{user}/unlock", {"_csrf": dict(page.form("_csrf").values)["_csrf"]})
    assert done.status == 200, done.text[:300]
    assert instance.value("select count(*) from throttle where name = %s", f"login:{account}") == 0
    assert "/admin/login" not in web.login(instance, account, instance.password).url


@pytest.mark.feature("H1")
def test_an_answer_takes_as_long_for_nobody(instance, account):
    def seconds(name):
        web, best = instance.session(), 9
        for _ in range(3):
            began = time.monotonic()
            web.login(instance, name, "wrong")
            best = min(best, time.monotonic() - began)
        return best
    seconds("warm up the hash of nobody")
    known, unknown = seconds(account), seconds("nobody" + account)
    assert abs(known - unknown) < max(known, unknown) * .6, (known, unknown)


@pytest.mark.feature("H1")
def test_a_login_gets_a_token_of_its_own(instance, account):
    """No fixation: what the browser held before is worth nothing; the table holds no token."""
    web = instance.session()
    web.http.cookies.set("chargeops", "ab" * 32)
    web.login(instance, account, instance.password)
    tokens = [c.value for c in web.http.cookies if c.name == "chargeops"]
    assert "ab" * 32 not in tokens or len(tokens) > 1
    token = next(t for t in tokens if t != "ab" * 32)
    assert instance.value("select count(*) from login where token_hash = sha2(%s, 256)", token) == 1
    old = Web(instance.url)
    old.http.cookies.set("chargeops", token)
    assert not is_out(old)
    fresh = Web(instance.url)
    fresh.http.cookies.set("chargeops", token)
    fresh.login(instance, account, instance.password, path="/admin/login") if is_out(fresh) else None
    page = old.get("/admin/password")
    old.submit(page, page.form("_csrf", action="/admin/logout"))
    assert is_out(Web(instance.url)) and is_out(fresh)


@pytest.mark.feature("H1")
def test_cookies_are_guarded(instance, account):
    web = instance.session()
    page = web.get("/admin/login")
    form = page.form("captcha_id")
    answer = instance.value("select answer from captcha where id = %s", dict(form.values)["captcha_id"])
    values = dict(form.values) | {"account": account, "password": instance.password, "captcha": answer}
    done = web.http.post(f"{instance.url}/admin/login", data=values, allow_redirects=False)
    cookie = next(c for c in done.raw.headers.getlist("set-cookie") if c.startswith("chargeops="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie


@pytest.mark.feature("H1")
def test_the_account_is_remembered_never_the_password(instance, account):
    web = instance.session()
    page = web.get("/admin/login")
    assert "公共电脑" in page.text
    form = page.form("captcha_id", "remember")
    answer = instance.value("select answer from captcha where id = %s", dict(form.values)["captcha_id"])
    page = web.submit(page, form, {"account": account, "password": instance.password, "captcha": answer, "remember": "1"})
    page = web.get("/admin/password")
    web.submit(page, page.form(action="/admin/logout"))
    form = web.get("/admin/login").form("account", "password")
    assert dict(form.values)["account"] == account and dict(form.values)["password"] == ""
    assert instance.password not in str(list(web.http.cookies))


@pytest.mark.feature("H1")
def test_a_post_without_the_forms_word_is_refused(instance, account):
    web = logged_in(instance, account)
    before = instance.value("select count(*) from login where user_id = (select id from user where login = %s)", account)
    for values in ({}, {"_csrf": "0" * 32}):
        assert web.post("/admin/logout", values).status == 403
    assert instance.value("select count(*) from login where user_id = (select id from user where login = %s)", account) == before
    assert instance.session().post("/admin/login", {"account": account, "password": "x"}).status == 403


@pytest.mark.feature("H1")
def test_first_passwords_must_be_changed(instance, account):
    instance.sql("update user set must_change = 1, payment_must_change = 1 where login = %s", account)
    web = instance.session()
    page = web.login(instance, account, instance.password)
    assert page.url.endswith("/admin/password")
    assert web.get("/admin/").url.endswith("/admin/password")

    def change(which, **values):
        page = web.get("/admin/password")
        form = next(f for f in page.forms if ("which", which) in f.values)
        return web.submit(page, form, values)
    for fresh, why in (("short1", "8 至 64"), ("lettersonly", "数字"), ("1234567890", "字母"), (account, "账号相同")):
        assert why in change("login", old=instance.password, new=fresh, again=fresh).text
    assert "不一致" in change("login", old=instance.password, new=PASSWORD, again=PASSWORD + "x").text
    assert "原密码不正确" in change("login", old="wrong", new=PASSWORD, again=PASSWORD).text
    assert "相同" in change("login", old=instance.password, new=instance.password, again=instance.password).text
    assert change("login", old=instance.password, new=PASSWORD, again=PASSWORD).url.endswith("/admin/password")
    assert web.get("/admin/").url.endswith("/admin/password"), "the payment password is still due"
    assert "相同" in change("payment", old=instance.payment_password, new=PASSWORD, again=PASSWORD).text
    change("payment", old=instance.payment_password, new="246810", again="246810")
    assert not web.get("/admin/").url.endswith("/admin/password")
    assert instance.rows("select must_change, payment_must_change, password_hash like '$y$%%' from user where login = %s", account) == [(0, 0, 1)]
    assert "账号或密码不正确" in instance.session().login(instance, account, instance.password).text


@pytest.mark.feature("H1")
def test_a_new_password_ends_all_other_logins(instance, account):
    here, there = logged_in(instance, account), logged_in(instance, account)
    page = here.get("/admin/password")
    form = next(f for f in page.forms if ("which", "login") in f.values)
    done = here.submit(page, form, {"old": instance.password, "new": PASSWORD, "again": PASSWORD})
    assert "密码已修改" in done.text
    assert "密码已修改" not in here.get("/admin/password").text, "a message is shown once"
    assert not is_out(here) and is_out(there)


@pytest.mark.feature("H1")
def test_who_is_disabled_is_out_at_once(instance, account):
    web = logged_in(instance, account)
    assert not is_out(web)
    instance.sql("update user set status = 'disabled' where login = %s", account)
    assert is_out(web)
    assert "已停用" in instance.session().login(instance, account, instance.password).text
    assert "账号或密码不正确" in instance.session().login(instance, account, "wrong").text, "only who knows the password learns it"


@pytest.mark.feature("H1")
def test_a_login_ends_by_itself(instance, account):
    web = logged_in(instance, account)
    instance.sql("update login set expires_at = created_at where user_id = (select id from user where login = %s)", account)
    assert is_out(web)


def test_after_the_login_one_is_where_one_wanted(instance, account):
    web = instance.session()
    page = web.get("/admin/password?x=1")
    assert "/admin/login?next=%2Fadmin%2Fpassword%3Fx%3D1" in page.url
    assert web.login(instance, account, instance.password, path=page.url).url.endswith("/admin/password?x=1")
    for evil in ("//evil.example/", "https://evil.example/", "/c/1"):
        other = instance.session()
        page = other.login(instance, account, instance.password, path=f"/admin/login?next={evil}")
        assert page.url.startswith(instance.url + "/admin"), page.url


def test_the_language_stays(instance, account):
    web = logged_in(instance, account)
    assert "修改密码" in web.get("/admin/password").text
    page = web.get("/admin/lang?to=en", headers={"Referer": f"{instance.url}/admin/password"})
    assert page.url.endswith("/admin/password") and "Change password" in page.text
    assert instance.value("select lang from user where login = %s", account) == "en"
    assert "Change password" in logged_in(instance, account).get("/admin/password").text, "another browser takes the user's"
    away = web.http.get(f"{instance.url}/admin/lang?to=zh", headers={"Referer": "https://evil.example/x"}, allow_redirects=False)
    assert away.headers["location"] == "/admin/"


def test_errors_say_what_to_do(instance, account):
    web = logged_in(instance, account)
    page = web.get("/admin/no/such/page/at/all")
    assert page.status == 404 and "请求编号" in page.text
    request_id = page.response.headers["x-request-id"]
    assert request_id in page.text
    wait_for(lambda: f"req={request_id}" in instance.log("admin"), 5, "the line of the log, which is written after the answer")
    assert web.post("/admin/captcha", {}).status == 405
    answer = requests.get(f"{instance.url}/api/v1/nothing", headers={"Accept": "application/json"})
    assert answer.status_code in (401, 404) and set(answer.json()) == {"error", "message", "request_id"}
    answer = web.http.get(f"{instance.url}/admin/nothing/at/all/here", headers={"Accept": "application/json"})
    assert answer.status_code == 404 and answer.json()["error"] == "not_found" and answer.json()["message"]
    bad = requests.get(f"{instance.url}/admin/login?x=%ff")
    assert bad.status_code == 422


def test_headers_of_every_page(instance):
    answer = requests.get(f"{instance.url}/admin/login")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", answer.text)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)
    assert addresses
    for address in addresses:
        file = requests.get(instance.url + address)
        assert file.status_code == 200 and "immutable" in file.headers["cache-control"], address


def test_a_page_weighs_little(instance, account):
    """What a first visit loads, as it comes over the wire (PAGES: 160 KB)."""
    web = logged_in(instance, account)
    page = web.get("/admin/password")
    total = len(page.html.encode())
    for address in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.html)):
        with requests.get(instance.url + address, headers={"Accept-Encoding": "gzip"}, stream=True) as file:
            total += len(file.raw.read(decode_content=False))
    assert total < 160_000, total


def test_no_get_needs_a_body_and_a_head_has_none(instance):
    answer = requests.head(f"{instance.url}/admin/login")
    assert answer.status_code == 200 and answer.content == b"" and int(answer.headers["content-length"]) > 1000
