"""Proofs over every table of cgi/screen: columns, texts, pages, tenants, permissions, reading that changes nothing.

What they loop over comes from `chargeops-admin --resources`; each prints how many combinations it tried."""
import json
import re
import secrets
import subprocess
from pathlib import Path

import pytest

from instance import Instance
from tenants import OWNERS, Tenants, count_of, csrf_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def place():
    """An instance of its own: these proofs write everywhere."""
    made = Instance("proofs")
    made.up("--bare")
    made.stop("camera")                  # it looks after bays by itself; here only what people ask for may change anything
    try:
        made.admin_web = made.admin()
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def resources(place):
    done = place.program("admin", "--resources")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def tenants(place):
    return Tenants(place)


def tried(n, what):
    print(f"{n} {what}")
    assert n > 0, f"no {what}"


# --- tables

def test_every_statement_of_the_tables_prepares(place, resources):
    done = place.program("admin", "--check-sql")
    assert done.returncode == 0, done.stderr
    tried(len(resources), "resources")


def hdf_keys(text):
    """Keys of a text file, full paths."""
    keys, path = [], []
    for line in text.splitlines():
        line = line.strip()
        if m := re.match(r"([\w.\-]+)\s*\{$", line):
            path.append(m.group(1))
        elif line == "}":
            path.pop()
        elif m := re.match(r"([\w.\-]+)\s*=", line):
            keys.append(".".join([*path, m.group(1)]))
    return keys


def texts(lang):
    keys = []
    for path in sorted((ROOT / "templates/text" / lang).glob("*.hdf")):
        keys += [k.removeprefix("Text.") for k in hdf_keys(path.read_text())]
    return keys


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_text_of_the_tables_exists(resources, lang):
    have = set(texts(lang))
    wanted = 0
    missing = []

    def want(*either):
        nonlocal wanted
        wanted += 1
        if not any(k in have for k in either):
            missing.append(" or ".join(either))

    for r in resources:
        want(r["name"])
        if r.get("group"):
            want(f"menu.{r['group']}")
        for tab in r["tabs"]:
            want(f"{r['name']}.tab.{tab}", f"field.{tab}")
        for f in r["fields"]:
            want(f"{r['name']}.{f['name']}", f"field.{f['name']}")
            if f.get("group"):
                want(f"group.{f['group']}")
            for word in f.get("words", []):
                want(f"choice.{f['choices']}.{word}")
        for a in r["actions"]:
            want(f"{r['name']}.{a['name']}", f"action.{a['name']}")
            for f in a["fields"]:
                want(f"{r['name']}.{f['name']}", f"field.{f['name']}")
    assert not missing, f"{lang}: " + ", ".join(missing)
    tried(wanted, f"texts in {lang}")


def test_both_languages_say_the_same_keys_once():
    zh, en = texts("zh-CN"), texts("en")
    assert set(zh) == set(en), f"only one language has: {sorted(set(zh) ^ set(en))}"
    for lang, keys in (("zh-CN", zh), ("en", en)):
        twice = sorted({k for k in keys if keys.count(k) > 1})
        assert not twice, f"{lang} says twice: {twice}"


# --- pages

TIDY_FINE = re.compile(r"proprietary attribute|trimming empty|lacks \"summary\"|is not approved by W3C|missing <!DOCTYPE>"
                       r"|<form> lacks|blank 'title'|isn't allowed in <noscript>|inserting missing 'title'|not recognized|discarding unexpected <?/?(use|path|main)")


def html_faults(html):
    # a <div> around <dt><dd> is right since HTML 5.2; this tidy is older
    html = re.sub(r"<div[^>]*>\s*<dt>", "<dt>", re.sub(r"</dd>\s*</div>", "</dd>", html))
    done = subprocess.run(["tidy", "-errors", "-quiet", "-utf8", "--drop-empty-elements", "no"], input=html.encode(), capture_output=True)
    lines = done.stderr.decode(errors="replace").splitlines()
    return [line for line in lines if re.search(r"Warning|Error", line) and not TIDY_FINE.search(line)]


def pages_of(r, row):
    """Every address that reading alone gives: (path, needed verb)."""
    base = f"/admin/{r['name']}"
    verbs = set(r["verbs"])
    if "list" in verbs:
        yield base, "list"
        yield f"{base}?part=table", "list"
        if r["name"] != "task":                  # its pages are by hand
            yield f"{base}/lookup?q=a", "list"
        sortable = [f["name"] for f in r["fields"] if "sort" in f["flags"]]
        for s in sortable[:2]:
            yield f"{base}?sort=-{s}&size=50", "list"
        for tab in r["tabs"]:
            yield f"{base}?tab={tab}", "list"
        if any("total" in f["flags"] for f in r["fields"]):
            yield f"{base}/totals", "list"
    if "create" in verbs:
        yield f"{base}/new", "create"
    if "import" in verbs:
        yield f"{base}/import", "import"
    if not row:
        return
    if "show" in verbs:
        yield f"{base}/{row}", "show"
        yield f"{base}/{row}?tab=history", "show"
        for child in r["children"]:
            yield f"{base}/{row}?tab={child}", "show"
    if "update" in verbs:
        yield f"{base}/{row}/edit", "update"
    for a in r["actions"]:
        if "row" in a["flags"]:
            yield f"{base}/{row}/{a['name']}", a["verb"]
        if "batch" in a["flags"]:
            yield f"{base}/batch/{a['name']}?id={row}", a["verb"]


def test_every_page_renders_and_is_html_and_changes_nothing(place, resources, tenants):
    web = place.admin_web
    before = tenants.checksum()
    n, wrong = 0, []
    for r in resources:
        for path, _ in pages_of(r, tenants.rows.get(r["name"], {}).get("a1")):
            page = web.get(path)
            n += 1
            if page.status == 404 and any(path.endswith("/" + a["name"]) and "link" in a["flags"] and a.get("when") for a in r["actions"]):
                continue                         # a page by hand that is not offered in this state
            if page.status != 200:
                wrong.append(f"{path}: {page.status} {page.text[:200]}")
            elif page.response.headers["content-type"].startswith("text/html") and "part=" not in path \
                    and "/lookup" not in path and "/totals" not in path:
                wrong += [f"{path}: {fault}" for fault in html_faults(page.html)]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:40])
    after = tenants.checksum()
    assert before == after, f"reading changed {[t for t in before if before[t] != after[t]]}"
    assert "text_missing" not in place.log("admin")
    tried(n, "pages")


# --- permissions

def refused_posts(r, row):
    """Every address that changes something: (path, values, needed verb)."""
    base = f"/admin/{r['name']}"
    verbs = set(r["verbs"])
    if "create" in verbs:
        yield f"{base}/new", {}, "create"
    if "update" in verbs:
        yield f"{base}/{row}/edit", {"_version": "1"}, "update"
    if "export" in verbs:
        yield f"{base}/export", {}, "export"
    if "import" in verbs:
        yield f"{base}/import", {}, "import"
    if "pii" in verbs and "show" in verbs:
        yield f"{base}/{row}/whole", {}, "pii"
    for a in r["actions"]:
        if "link" in a["flags"]:
            continue
        if "row" in a["flags"]:
            yield f"{base}/{row}/{a['name']}", {}, a["verb"]
        if "batch" in a["flags"]:
            yield f"{base}/batch/{a['name']}", {"id": str(row)}, a["verb"]
        if "page" in a["flags"]:
            yield f"{base}/page/{a['name']}", {}, a["verb"]


@pytest.mark.feature("G7", "G8")
def test_no_verb_works_without_its_permission(place, resources, tenants):
    """One who holds every word but the one asked for; then one who holds that word alone."""
    every = [f"{r['name']}.{v}" for r in resources for v in r["verbs"]]
    web = tenants.person("nearly-all", "system", words=every)
    alone = tenants.person("one-word", "system", words=())
    token = csrf_of(web.get("/admin/station"))
    n, wrong, tried_verbs = 0, [], {}
    before = tenants.checksum()
    last = tenants.query("select coalesce(max(id), 0) from audit")[0][0]
    for r in resources:
        row = tenants.rows.get(r["name"], {}).get("a1", 1)
        gets = {}
        for path, verb in pages_of(r, row):
            gets.setdefault(verb, []).append(path)
        posts = {}
        for path, values, verb in refused_posts(r, row):
            posts.setdefault(verb, []).append((path, values))
        for verb in r["verbs"]:
            tenants.permit(web.role, [w for w in every if w != f"{r['name']}.{verb}"])
            for path in gets.get(verb, []):
                if (r["name"], verb) == ("task", "show"):
                    continue                     # one's own work is seen without a permission
                status = web.get(path).status
                n += 1
                tried_verbs[r["name"], verb] = True
                if status != 403:
                    wrong.append(f"GET {path} without {verb}: {status}")
            for path, values in posts.get(verb, []):
                status = web.post(path, {"_csrf": token, "_token": secrets.token_hex(16), **values}).status
                n += 1
                if status != 403:
                    wrong.append(f"POST {path} without {verb}: {status}")
            tenants.permit(alone.role, [f"{r['name']}.{verb}"])
            for path in gets.get(verb, []):
                status = alone.get(path, allow_redirects=False).status      # some lead on to another form
                n += 1
                if status == 403:
                    wrong.append(f"GET {path} with {verb}: {status}")
    assert not wrong, f"{len(wrong)} of {n}\n" + "\n".join(wrong[:60])
    after = tenants.checksum(("role_permission", "setting", "audit"))
    changed = [t for t in after if before.get(t) != after[t]]
    assert not changed, f"refused requests changed {changed}"
    told = tenants.query("select resource, action, result, count(*) from audit where id > %s and user_id = %s group by resource, action, result",
                         last, web.user)
    strange = [t for t in told if t[2] != "denied"]
    assert not strange, f"refused requests are told as {strange}"
    untold = {(r["name"], v) for r in resources for v in r["verbs"] if tried_verbs.get((r["name"], v))} - {t[:2] for t in told}
    assert not untold, f"refused and not in the log: {sorted(untold)}"
    tried(n, "requests")


@pytest.mark.parametrize("path", ["new", "{row}/edit", "{row}/disable", "columns"])
def test_a_post_without_csrf_is_refused(place, tenants, path):
    page = place.admin_web.post("/admin/station/" + path.format(row=tenants.rows["station"]["a1"]), {"name": "x"})
    assert page.status == 403


# --- tenants

PEOPLE = {
    # name: (kind, owner, bound stations, owners he sees)
    "provider": ("provider", "a1", (), {"a1", "a2"}),
    "property": ("property", "a1", (), {"a1"}),
    "fleet": ("fleet", "a1", (), {"a1"}),
    "bound": ("provider", "a1", ("a1",), {"a1"}),
}


def seen_owners(r, kind, mine):
    """Whose rows a person may see by the table's scope; None: nothing at all is his."""
    scope = r["scope"]
    if scope["system_only"]:
        return None
    path = scope.get("provider" if kind == "bound" else kind)
    if not path and kind == "fleet":
        return None                              # no permission of it counts for a fleet's user
    if not path:
        return set(OWNERS) if scope["public_read"] else set()
    if kind == "bound" and not scope.get("station"):
        return {"a1", "a2"}
    return mine


@pytest.mark.feature("G5", "G6", "G8")
@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_reaches_another_tenants_row(place, resources, tenants, who):
    kind, owner, stations, mine = PEOPLE[who]
    web = tenants.person(f"asker-{who}", kind, owner, stations=stations)
    token = csrf_of(web.get("/admin/password"))
    asked, wrong = 0, []
    before = None
    for r in resources:
        rows = tenants.rows.get(r["name"], {})
        owners = seen_owners(r, who, mine)
        if owners is None:
            for path, _ in pages_of(r, rows.get("a1")):
                asked += 1
                if web.get(path).status not in (403, 404):
                    wrong.append(f"{path}: open to {who}")
            continue
        foreign = [rows[o] for o in rows if o not in owners and rows[o] not in {rows[m] for m in owners & set(rows)}]
        if before is None:
            before = tenants.checksum(("audit", "form_token", "setting", "user_preference"))
        for row in foreign:
            for path, _ in pages_of(r, row):
                if f"/{row}" not in path and f"id={row}" not in path:
                    continue
                page = web.get(path)
                asked += 1
                if "/batch/" in path:
                    if page.status == 200 and f'name="id" value="{row}"' in page.html and rows_title(place, r, row) in page.text:
                        wrong.append(f"{path}: names a row of another tenant")
                elif page.status != 404:
                    wrong.append(f"GET {path}: {page.status}")
            for path, values, _ in refused_posts(r, row):
                if f"/{row}/" not in path and "/batch/" not in path:
                    continue
                page = web.post(path, {"_csrf": token, "_token": secrets.token_hex(16), "_payment": place.payment_password, **values})
                asked += 1
                if "/batch/" not in path and page.status not in (404,):
                    wrong.append(f"POST {path}: {page.status} {page.text[:100]}")
        if "list" in r["verbs"] and r["name"] not in ("audit", "task"):
            page = web.get(f"/admin/{r['name']}?size=100")
            asked += 1
            expected = own_count(tenants, r, owners, who)
            if count_of(page) != expected:
                wrong.append(f"/admin/{r['name']}: {count_of(page)} rows, {expected} are {who}'s")
            for row in foreign:
                if f'/admin/{r["name"]}/{row}"' in page.html or f'name="id" value="{row}"' in page.html:
                    wrong.append(f"/admin/{r['name']}: shows {row}")
            if r["name"] == "task":
                continue
            found = {e["id"] for e in web.get(f"/admin/{r['name']}/lookup", headers={"Accept": "application/json"}).response.json()}
            wrong += [f"lookup of {r['name']} gives {row}" for row in foreign if row in found]
    assert not wrong, f"{len(wrong)} of {asked}\n" + "\n".join(wrong[:60])
    after = tenants.checksum(("audit", "form_token", "setting", "user_preference"))
    changed = [t for t in after if before.get(t) != after[t]]
    assert not changed, f"requests of {who} changed {changed}"
    tried(asked, f"requests of {who}")


def rows_title(place, r, row):
    named = {"station": "name", "area": "name", "pile": "name", "connector": "name", "provider": "name", "property": "name",
             "tariff": "name", "user": "name", "role": "name"}
    column = named.get(r["name"])
    return place.value(f"select `{column}` from `{r['table']}` where id = %s", row) if column else f"#{row} of {r['name']}"


def own_count(tenants, r, owners, who):
    """Rows in the table that belong to the owners, counted beside the program; people added by the proofs are the provider's own."""
    rows = {row for o, row in tenants.rows.get(r["name"], {}).items() if o in owners or r["scope"]["public_read"]}
    if who == "fleet" and r["name"] == "fleet":
        return 2                                 # and the one below it
    if who == "fleet" and r["name"] in ("user", "role"):
        return tenants.query(f"select count(*) from `{r['name']}` where fleet_id = %s and deleted = 0", tenants.rows["fleet"]["a1"])[0][0]
    if r["name"] in ("fleet", "station"):
        return 2 * len(rows)                     # and the one below it; and the shed of e-bikes
    if r["name"] in ("user", "role"):
        provider, prop = tenants.rows["provider"]["a1"], tenants.rows["property"]["a1"]
        where, value = ("provider_id", provider) if owners == {"a1", "a2"} else ("property_id", prop)
        return tenants.query(f"select count(*) from `{r['name']}` where `{where}` = %s and deleted = 0", value)[0][0]
    return len(rows)


@pytest.mark.parametrize("who", PEOPLE)
def test_no_form_takes_a_reference_to_another_tenants_row(place, resources, tenants, who):
    """Each reference that a form sets is tried with a row out of scope: refused at the field, nothing stored."""
    kind, owner, stations, mine = PEOPLE[who]
    web = tenants.person(f"writer-{who}", kind, owner, stations=stations)
    by_name = {r["name"]: r for r in resources}
    n, wrong = 0, []
    for r in resources:
        own = tenants.rows.get(r["name"], {}).get("a1")
        seen = seen_owners(r, who, mine)
        if "update" not in r["verbs"] or not own or not seen or "a1" not in seen:
            continue
        page = web.get(f"/admin/{r['name']}/{own}/edit")
        forms = [f for f in page.forms if "_version" in f]
        if not forms:
            continue                             # a form by hand
        for f in r["fields"]:
            if f["kind"] != "ref" or "edit" not in f["flags"]:
                continue
            theirs = seen_owners(by_name[f["ref"]], who, mine) or set()
            rows = tenants.rows.get(f["ref"], {})
            foreign = [rows[o] for o in rows if o not in theirs]
            for row in foreign:
                values = [(k, v) for k, v in forms[0].values if k not in (f["name"], "_token")]
                before = place.rows(f"select * from `{r['table']}` where id = %s", own)
                answer = web.post(f"/admin/{r['name']}/{own}/edit", [*values, (f["name"], str(row)), ("_token", secrets.token_hex(16))])
                n += 1
                if answer.status != 422 or place.rows(f"select * from `{r['table']}` where id = %s", own) != before:
                    wrong.append(f"{r['name']}.{f['name']} = {f['ref']} {row}: {answer.status}")
    assert not wrong, "\n".join(wrong)
    tried(n, f"references by {who}")
