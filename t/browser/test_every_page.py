"""Every page there is, looked at as a person would: no error in the console, nothing over the edge of a desktop or a phone, no fault that axe calls
serious, light on the wire, and in both languages nothing of the other one. Addresses come from the tables of the screens and the demo's records."""
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "t/system"))

from instance import Instance  # noqa: E402
from page import Page  # noqa: E402

AXE = ROOT / "static/node_modules/axe-core/axe.min.js"
HTML_BYTES, WIRE_BYTES = 60_000, 160_000
TREE_BYTES = 140_000        # every permission there is, searched and ticked on one page
TREES = ("/permit", "/api_key/new", "/api_key/create")
DRAWN = ("echarts.", "leaflet.")        # loaded only where a chart or a map is drawn
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
KEY = re.compile(r"(?<![\w@/.:-])[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+(?![\w(/@:-])")
NAMES = ("gate", "exit_gate", "location", "name", "contact", "address", "city", "title", "plate", "note", "owner", "account_name", "bank", "signature", "intro", "province", "company", "brand", "series", "model", "drawer", "payee", "reviewer",
         "agent", "repairer", "brief", "detail", "content", "solution", "reply", "operator", "reader")
SPOKEN = ("data-leave", "data-confirm", "data-offline", "data-nothing", "data-good", "data-gap", "data-overlap", "data-short", "data-prices")
RUN_AXE = """const done = arguments[0];
axe.run({ resultTypes: ['violations'], rules: { region: { enabled: false } } }).then((r) => done(r.violations
	.filter((v) => v.impact === 'serious' || v.impact === 'critical')
	.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | '))), (e) => done([String(e)]));"""
OVER_EDGE = """const wide = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= wide) return [];
return [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > wide + 1).slice(0, 4)
	.map((e) => e.outerHTML.slice(0, 120)).concat(['width ' + document.documentElement.scrollWidth]);"""


def resource_names():
    names = re.findall(r"^SCREEN\((\w+)\)", (ROOT / "cgi/screen/screen_list.h").read_text(), re.M)
    assert len(names) > 60, "the list of screens is not where it was"
    return names


# name: the address, or a statement that gives its open parts
STAFF = {"home": "/admin/", "setting": "/admin/setting", "style": "/admin/style", "security": "/admin/security", "password": "/admin/password", "me": "/admin/me",
         "me/factor": "/admin/me/factor", "merchant": "/admin/merchant", "monitor": "/admin/monitor", "counter": "/admin/counter", "counter/open": "/admin/counter/open", "counter/card": "/admin/counter/card",
         "counter/replace": "/admin/counter/replace",
         "ledger": "/admin/ledger", "ledger/proof": "/admin/ledger/proof", "receipt/count": "/admin/receipt/count", "department/tree": "/admin/department/tree"}
STAFF |= {"worklist": "/admin/worklist", "anomaly": "/admin/anomaly", "statistics": "/admin/statistics", "leak": "/admin/leak"}
STAFF |= {f"{r}/list": f"/admin/{r}" for r in resource_names()}
# screens over another screen's table
TABLES = {"webhook_delivery": "delivery", "member_audit": "audit", "parking_delivery": "delivery", "payable": "cycle_bill", "settlement_received": "settlement", "partner_request": "partner",
          "bike_device": "pile", "socket": "connector", "agreement": "agreement_side",
          "ledger_account": "account", "fleet_vehicle": "vehicle", "member_vehicle": "vehicle"}
BIKES = " WHERE station_id IN (SELECT id FROM station WHERE kind = 'ebike')"
WHERE = {"webhook_delivery": " WHERE webhook_id IS NOT NULL", "member_audit": " WHERE by_member = 1", "bike_device": BIKES, "socket": BIKES,
         "parking_delivery": " WHERE parking_push_id IS NOT NULL", "settlement_received": " WHERE state <> 'draft'", "payable": " WHERE state <> 'draft'",
         "fleet_vehicle": " WHERE fleet_id IS NOT NULL", "member_vehicle": " WHERE member_id IS NOT NULL"}
STAFF |= {f"{r}/first": (f"/admin/{r}/{{}}", f"SELECT MIN(id) FROM `{TABLES.get(r, r)}`{WHERE.get(r, '')}") for r in resource_names()}
STAFF |= {f"{r}/new": f"/admin/{r}/new" for r in resource_names()}
STAFF |= {f"{r}/{verb}": (f"/admin/{r}/{{}}/{verb}", f"SELECT MIN(id) FROM `{r}` WHERE {where}") for r, verb, where in (
    ("station", "edit", "1"), ("station", "monitor", "1"), ("session", "monitor", "1"), ("pile", "edit", "1"), ("member", "recharge", "1"), ("card", "recharge", "1"), ("tariff", "edit", "1"),
    ("tariff", "calculate", "1"), ("role", "permit", "1"), ("role", "users", "1"), ("user", "roles", "1"), ("user", "stations", "1"),
    ("provider", "audit", "1"), ("session", "recompute", "settled_at IS NOT NULL"), ("member", "import", "1"),
    ("plan", "connectors", "1"), ("plan", "schedule", "1"), ("plan", "course", "1"), ("fleet", "allocate", "1"),
    ("bank_account", "pay", "state = 'pending'"), ("bank_account", "answer", "state = 'paid'"))}
STAFF["ledger_account/statement"] = ("/admin/ledger_account/{}/statement", "SELECT MIN(id) FROM account")
STAFF["member/import"] = "/admin/member/import"
NOWHERE = "/c/99999999"
DRIVER = {
    "connector": ("/c/{}", "SELECT MIN(code) FROM connector"), "driver/login": "/d/login", "driver/number": "/d/", "sms": "/dev/sms",
    "admin/login": "/admin/login", "nowhere": NOWHERE,
}
OWN = {"driver/home": "/d/", "driver/bill": ("/d/session/{}", "SELECT MIN(id) FROM session WHERE state = 'finished'"),
       "driver/place": ("/c/{}", "SELECT MIN(code) FROM connector")}
NEEDS = {"list": "list", "first": "show", "new": "create"}


@pytest.fixture(scope="module")
def house():
    made = Instance("looks")
    made.up("--bare")
    try:
        made.job("demo")
        for state, number in (("pending", "6222****3445"), ("paid", "6217****0091")):
            made.sql("insert into bank_account (provider_id, bank, holder_mask, number_mask, state, created_at, updated_at)"
                     " select min(id), 'ICBC', 'N****d', %s, %s, now(), now() from provider", number, state)
        made.sql("insert into department (provider_id, parent_id, name, leader, created_at, updated_at)"
                 " select provider_id, id, 'Operations', 'Wang', now(), now() from department where property_id is null limit 1")
        made.sql("insert into post (department_id, name, created_at, updated_at)"
                 " select id, 'Shift leader', now(), now() from department where name = 'Operations'")
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def staff(house):
    return house.admin()


@pytest.fixture(scope="module")
def verbs(house):
    return {r["name"]: r["verbs"] for r in json.loads(house.program("admin", "--resources").stdout)}


@pytest.fixture(scope="module")
def driver(house):
    """A driver who has charged, logged in by the code that was sent."""
    phone = house.value("SELECT m.phone FROM member m JOIN session s ON s.member_id = m.id WHERE s.state = 'finished' ORDER BY s.id LIMIT 1")
    web = house.session()
    done = web.submit(asked := web.get("/d/login"), asked.form("phone"), {"phone": phone})
    code = re.search(re.escape(phone) + r".*?\b(\d{6})\b", house.session().get("/dev/sms").text)[1]
    web.submit(done, done.form("code"), {"code": code})
    assert web.get("/d/").url.endswith("/d/")
    return web


@pytest.fixture(scope="module")
def user_data(house):
    """What people typed, longest first: names of places and people may be Chinese on any page."""
    columns = house.rows("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name IN %s", NAMES)
    columns += [("text_override", "text")] if house.rows("SHOW TABLES LIKE 'text_override'") else []
    found = {"切换到中文", "中文"}           # the way to the other language is in the other language
    for table, column in columns:
        for value, in house.rows(f"SELECT DISTINCT `{column}` FROM `{table}` WHERE LENGTH(`{column}`) <> CHAR_LENGTH(`{column}`) LIMIT 20000"):
            text = value if isinstance(value, str) else ""
            found |= set(CHINESE.findall(text)) | {text}
            found |= {f"{text[0]}*{text[2]}"} if len(text) == 3 else set()           # as a masked name is shown
    return sorted(found, key=len, reverse=True)


class Words(HTMLParser):
    """What a person reads or hears: texts and the attributes that are shown or spoken."""
    def __init__(self, html):
        super().__init__()
        self.words, self.silent = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        self.words += [v for k, v in attrs if v and (k in ("title", "alt", "placeholder", "aria-label") or k in SPOKEN)]
        self.words += [v for k, v in attrs if k == "value" and v and dict(attrs).get("type") in ("submit", "button")]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.words.append(data.strip())


def address_of(house, known):
    if isinstance(known, str):
        return known
    value = house.value(known[1])
    return None if value is None else known[0].format(value)


def other_words(words, lang, user_data):
    found = []
    for word in words:
        if lang == "zh-CN":
            found += [k for k in KEY.findall(word) if not k.endswith((".com", ".cn", ".png", ".csv", ".xlsx", ".conf", ".log"))]
            continue
        left = word
        if CHINESE.search(left):
            for name in user_data:
                left = left.replace(name, "") if name in left else left
                if not CHINESE.search(left):
                    break
            found += [word] if CHINESE.search(left) else []
    return found


def set_size(chromium, width):
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})


def heavy(page, address):
    """Bytes of what the page loads, as the browser counts them over the wire; of a chart or a map only what it needs besides."""
    loaded = page.driver.execute_script("return performance.getEntriesByType('resource').filter((e) => e.name.includes('/static/'))"
                                        ".map((e) => [e.name.split('/').pop(), e.encodedBodySize])")
    drawn = page.driver.execute_script("return !!document.querySelector('[data-chart], [data-map], [data-places]')")
    chart = [name for name, _ in loaded if name.startswith(DRAWN)]
    assert drawn or not chart, f"{address}: loads {chart} and draws nothing"
    return sum(size for name, size in loaded if not name.startswith(DRAWN))


def look_at(page, web, address, user_data, lang):
    """All faults of one page in one language, as sentences."""
    answer = web.get(address)
    faults = [] if answer.status == 200 or address == NOWHERE else [f"status {answer.status}"]
    if len(answer.html.encode()) > (TREE_BYTES if answer.url.split("?")[0].endswith(TREES) else HTML_BYTES):
        faults.append(f"{len(answer.html.encode())} bytes of HTML")
    faults += [f"words of another language: {w[:120]!r}" for w in dict.fromkeys(other_words(Words(answer.html).words, lang, user_data))][:8]
    page.console_errors()
    page.open(address)
    assert page.driver.current_url.split("?")[0] == answer.url.split("?")[0], "the browser is not who the session is"
    page.wait(lambda: not page.all("[hx-trigger=load], .htmx-request"), what="the parts that come by themselves")
    if (bytes_ := heavy(page, address)) > WIRE_BYTES:
        faults.append(f"{bytes_} bytes of static files")
    for width in (1366, 390):
        set_size(page.driver, width)
        faults += [f"at {width}: over the edge: {f}" for f in page.driver.execute_script(OVER_EDGE)]
        if lang == "zh-CN" or width == 390:
            if not page.driver.execute_script("return !!window.axe"):
                page.driver.execute_script(AXE.read_text())
            faults += [f"at {width}: {f}" for f in page.driver.execute_async_script(RUN_AXE)]
    set_size(page.driver, 1366)
    faults += [f"console: {e}" for e in page.console_errors() if answer.status == 200]
    return faults


@pytest.fixture(scope="module")
def page(chromium, house):
    chromium.delete_all_cookies()
    chromium.set_script_timeout(20)
    set_size(chromium, 1366)
    yield Page(chromium, house.url)
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def carry(page, web):
    """The browser goes on as the person the HTTP session is."""
    if not page.driver.current_url.startswith(page.url):
        page.open("/admin/login")
    page.driver.delete_all_cookies()
    for cookie in web.http.cookies:
        page.driver.add_cookie({"name": cookie.name, "value": cookie.value, "path": cookie.path or "/"})


@pytest.fixture(scope="module")
def inside(page, staff):
    """Says a language; the browser is the administrator from then on."""
    def speak(lang):
        staff.get(f"/admin/lang?to={lang}")
        carry(page, staff)
    return speak


def test_faults_are_seen(page):
    """What the tests below say nothing of, they would have said."""
    page.driver.delete_all_cookies()
    page.open("/admin/login")
    assert page.driver.execute_script(OVER_EDGE) == []
    page.driver.execute_script("const e = document.createElement('input'); e.style.minWidth = '3000px'; document.body.append(e);"
                               "console.error('seen')")
    page.driver.execute_script(AXE.read_text())
    assert page.driver.execute_script(OVER_EDGE)
    assert any(fault.startswith("label") for fault in page.driver.execute_async_script(RUN_AXE))
    assert page.console_errors()
    assert other_words(["电站 Nanjing"], "en", ["电"]) and not other_words(["电站 Nanjing"], "en", ["电站"])
    assert other_words(["请看 station.name"], "zh-CN", []) == ["station.name"] and not other_words(["2.5 kW, a.xlsx"], "zh-CN", [])
    assert Words('<p title="一">二<script>三</script></p>').words == ["一", "二"]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
class TestEveryPage:
    @pytest.mark.parametrize("name", STAFF)
    def test_staff(self, house, page, staff, verbs, inside, user_data, lang, name):
        resource, _, kind = name.partition("/")
        address = address_of(house, STAFF[name])
        if kind in NEEDS and NEEDS[kind] not in verbs[resource]:
            pytest.skip("the table has no such page")
        if address is None:
            pytest.skip("the demo has no such record")
        inside(lang)
        assert not (faults := look_at(page, staff, address, user_data, lang)), address + "\n" + "\n".join(faults)

    @pytest.mark.parametrize("name", OWN)
    def test_driver_who_is_known(self, house, page, driver, user_data, lang, name):
        driver.get(f"/d/lang?to={lang}")
        carry(page, driver)
        address = address_of(house, OWN[name])
        assert not (faults := look_at(page, driver, address, user_data, lang)), address + "\n" + "\n".join(faults)

    @pytest.mark.parametrize("name", DRIVER)
    def test_driver_and_entrance(self, house, page, user_data, lang, name):
        web = house.session()
        web.http.cookies.set("lang", lang)
        carry(page, web)
        address = address_of(house, DRIVER[name])
        assert not (faults := look_at(page, web, address, user_data, lang)), address + "\n" + "\n".join(faults)
