"""Every list there is, by the tables as the program prints them: search and reset, page size, pages, jump, total, sort, tabs, export, refresh.

Rows are put into each table beside the program, so that each list has more than one page."""
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from instance import Instance
from tenants import Tenants, count_of, csrf_of

BY_HAND = {"task"}                       # its rows are the asker's own work: t/system/test_export.py
WINDOW = ("last_week", "today")


@pytest.fixture(scope="module")
def place():
    """An instance of its own, with the rows of three owners."""
    made = Instance("lists")
    made.up("--bare")
    try:
        made.web = made.admin()
        made.tables = json.loads(made.program("admin", "--resources").stdout)
        made.tenants = Tenants(made)
        yield made
    finally:
        made.destroy()


def lists(place):
    found = [r for r in place.tables if "list" in r["verbs"] and r["name"] not in BY_HAND]
    assert len(found) > 15
    return found


def heap(place, r, wanted):
    """Rows of the first owner copied until the list has `wanted`; unique columns get values of their own. What may not be copied is left."""
    tenants, table = place.tenants, r["table"]
    row = tenants.rows.get(r["name"], {}).get("a1")
    if not row:
        return
    facts = tenants.facts(table)
    unique = {c for (c,) in tenants.query("select distinct column_name from information_schema.statistics where table_schema = database()"
                                          " and table_name = %s and non_unique = 0", table)}
    names = [f[0] for f in facts if "auto_increment" not in f[4] and "GENERATED" not in f[4].upper()]
    stored = dict(zip(names, tenants.query(f"select {', '.join(f'`{n}`' for n in names)} from `{table}` where id = %s", row)[0]))
    kinds = {f[0]: (f[1], int(f[5])) for f in facts}
    for i in range(wanted):
        values = dict(stored)
        for n in unique & set(names):
            kind, room = kinds[n]
            if kind in ("varchar", "char"):
                values[n] = f"{700000000 + i}{r['name']}"[:room]
            elif kind in ("date", "datetime"):
                values[n] = f"{1990 + i}-01-01"
        try:
            tenants.add(table, **values)
        except Exception as problem:             # noqa: BLE001 - the server says which key
            assert "Duplicate" in str(problem), problem
            return


@pytest.fixture(scope="module")
def full(place):
    for r in lists(place):
        heap(place, r, 13)
    return place


def wide(r):
    """Parameters that open the window of a list that opens on some days."""
    for f in r["fields"]:
        if set(f["flags"]) & set(WINDOW):
            return f"{f['name']}_from=1980-01-01&{f['name']}_to=2040-01-01"
    return ""


def address(r, *more):
    return f"/admin/{r['name']}?" + "&".join(p for p in (wide(r), *more) if p)


def ids(page):
    """What stands in the rows, in order: enough to tell one page of a list from another."""
    body = page.html.split("<tbody", 1)
    return re.findall(r"<tr\b.*?</tr>", body[1].split("</tbody>")[0], re.S) if len(body) > 1 else []


def links(page, inside):
    """Addresses in the part of the page that the pattern finds."""
    part = re.search(inside, page.html, re.S)
    return [a.replace("&amp;", "&") for a in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', part[0])] if part else []


def query_of(address):
    return {k: v[0] for k, v in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}


def each(full, check):
    wrong, n = [], 0
    for r in lists(full):
        done = check(r)
        n += done is not None
        wrong += [f"{r['name']}: {w}" for w in done or []]
    print(f"{n} lists")
    assert n > 0 and not wrong, "\n".join(wrong)


@pytest.mark.feature("H8")
def test_a_list_says_how_many_there_are(full):
    """共 N 条 is what the table holds: as many rows come over all pages."""
    def check(r):
        page = full.web.get(address(r, "size=100"))
        shown = len(ids(page))
        return [f"says {count_of(page)}, shows {shown}"] if count_of(page) != min(shown, 100) or page.status != 200 else []
    each(full, check)


@pytest.mark.feature("H8")
def test_page_sizes_and_pages_cut_the_same_rows(full):
    def check(r):
        whole = full.web.get(address(r, "size=100"))
        total = count_of(whole)
        if total <= 10 or total > 100:
            return None
        first, second = full.web.get(address(r, "size=10")), full.web.get(address(r, "size=10", "page=2"))
        wrong = []
        if len(ids(first)) != 10 or len(ids(second)) != min(10, total - 10):
            wrong.append(f"{len(ids(first))} and {len(ids(second))} rows on pages of ten, {total} in all")
        offered = [query_of(a).get("size", "20") for a in links(first, r'class="list-foot"><span>[^<]*<b>[\d,+]+</b>.*?</div>')]
        if count_of(first) != total or count_of(second) != total:
            wrong.append("the total depends on the page")
        if not {"20", "50", "100"} <= set(offered):
            wrong.append(f"offers sizes {offered}")
        return wrong
    each(full, check)


@pytest.mark.feature("H8")
def test_one_jumps_to_a_page_and_the_search_comes_along(full):
    def check(r):
        page = full.web.get(address(r, "size=10"))
        if count_of(page) <= 10:
            return None
        forms = [f for f in page.forms if f.method == "get" and f.types.get("page") == "number"]
        if not forms:
            return ["no jump"]
        there = full.web.submit(page, forms[0], {"page": "2"})
        wrong = []
        if query_of(there.url).get("size") != "10" or any(query_of(there.url).get(k) != v for k, v in query_of(page.url).items()):
            wrong.append(f"the jump forgets {query_of(page.url)} in {there.url}")
        if len(ids(there)) != min(10, count_of(page) - 10):
            wrong.append(f"{len(ids(there))} rows on the second page")
        far = full.web.get(address(r, "size=10", "page=9999"))
        if far.status != 200:
            wrong.append(f"page 9999: {far.status}")
        return wrong
    each(full, check)


def searches(r):
    """(parameter, a value that no row has, flags) of each filter."""
    for f in r["fields"]:
        flags = set(f["flags"])
        if flags & {"search"} and f["kind"] in ("text", "longtext", "code", "phone", "plate", "email"):
            yield f["name"], "NOSUCHTHING"
        elif flags & {"search", "filter"} and f["kind"] in ("int", "ref"):
            yield f["name"], "987654321"
        elif "range" in flags and f["kind"] in ("date", "time"):
            yield f"{f['name']}_from", "2041-01-01"


@pytest.mark.feature("H8")
def test_every_filter_filters_and_reset_forgets_it(full):
    """One by one and all together; 重置 leads to the address of the list alone; the words stay in the search bar."""
    tried = 0

    def check(r):
        nonlocal tried
        wrong, window = [], wide(r)
        for name, value in searches(r):
            base = "" if name in window else window
            page = full.web.get(f"/admin/{r['name']}?" + "&".join(p for p in (base, f"{name}={value}") if p))
            tried += 1
            if page.status != 200 or ids(page) and "empty-list" not in page.html and count_of(page):
                wrong.append(f"{name}={value}: {page.status}, {count_of(page)} rows")
            bars = [f for f in page.forms if f.method == "get" and name in f]
            if not bars or (name, value) not in bars[0].values and not name.endswith("_id"):    # a record that is not there has no name
                wrong.append(f"{name} is forgotten by the search bar")
            if f'href="/admin/{r["name"]}"' not in page.html:
                wrong.append(f"{name}: no way to reset")
        both = list(searches(r))
        if len(both) > 1:
            page = full.web.get(f"/admin/{r['name']}?" + "&".join(f"{n}={v}" for n, v in both))
            if page.status != 200 or count_of(page):
                wrong.append(f"all filters: {page.status}, {count_of(page)} rows")
        return wrong if both else None
    each(full, check)
    print(f"{tried} filters")


@pytest.mark.feature("H8")
def test_every_choice_of_every_filter_is_offered_and_answers(full):
    tried = 0

    def check(r):
        nonlocal tried
        wrong, page = [], full.web.get(f"/admin/{r['name']}?more=1")
        fields = [f for f in r["fields"] if f["kind"] == "choice" and "filter" in f["flags"]]
        for f in fields:
            bars = [b for b in page.forms if f["name"] in b]
            offered = set(bars[0].choices.get(f["name"], [])) if bars else set()
            if offered - {""} != set(f["words"]):
                wrong.append(f"{f['name']} offers {sorted(offered)}")
            for word in f["words"]:
                tried += 1
                if full.web.get(address(r, f"{f['name']}={word}")).status != 200:
                    wrong.append(f"{f['name']}={word}")
        return wrong if fields else None
    each(full, check)
    print(f"{tried} choices")


@pytest.mark.feature("H8")
def test_the_address_is_the_state(full):
    """Search, sort, page size stand in every link of the page that goes on: heads, pages, sizes, tabs, export."""
    def check(r):
        sortable = [f["name"] for f in r["fields"] if "sort" in f["flags"] and "list" in f["flags"]]
        sort = f"sort=-{sortable[0]}" if sortable else ""
        page = full.web.get(address(r, "size=10", sort))
        state = {**query_of(page.url)}
        wrong = []
        for a in links(page, r'<nav class="pager".*?</nav>'):
            if {k: v for k, v in query_of(a).items() if k != "page"} != state:
                wrong.append(f"a page forgets: {a}")
        for a in links(page, r"<thead.*?</thead>"):
            if any(query_of(a).get(k) != v for k, v in state.items() if k != "sort"):
                wrong.append(f"a head forgets: {a}")
        for a in links(page, r'<nav class="tabs".*?</nav>'):
            if any(query_of(a).get(k) != v for k, v in state.items() if k not in ("tab", "sort")):
                wrong.append(f"a tab forgets: {a}")
        again = full.web.get(page.url)
        if ids(again) != ids(page):
            wrong.append("the same address shows other rows")
        return wrong
    each(full, check)


@pytest.mark.feature("H8")
def test_sorting_both_ways_turns_the_list_around(full):
    def check(r):
        wrong = []
        sortable = [f["name"] for f in r["fields"] if "sort" in f["flags"]]
        for name in sortable:
            up, down = (full.web.get(address(r, "size=100", f"sort={s}{name}")) for s in ("", "-"))
            if up.status != 200 or down.status != 200:
                wrong.append(f"sort={name}: {up.status} {down.status}")
            elif count_of(up) <= 100 and [plain(x) for x in ids(up)] != [plain(x) for x in reversed(ids(down))]:
                wrong.append(f"sort={name} is not sort=-{name} turned around")
        return wrong if sortable else None
    each(full, check)


def plain(row):
    return re.sub(r"<[^>]+>|\s+", " ", row)


@pytest.mark.feature("H8", "H9")
def test_a_list_that_opens_on_some_days_says_so(full):
    """The window stands in the search bar, and a window of all time shows more."""
    def check(r):
        dated = [f for f in r["fields"] if set(f["flags"]) & set(WINDOW)]
        if not dated:
            return None
        name = dated[0]["name"]
        bar = next((f for f in full.web.get(f"/admin/{r['name']}?more=1").forms if f"{name}_from" in f), None)
        values = dict(bar.values) if bar else {}
        return [] if values.get(f"{name}_from") and values.get(f"{name}_to") else [f"the search bar does not show the window of {name}"]
    each(full, check)


@pytest.mark.feature("H10")
def test_export_is_offered_to_those_who_may(full):
    """With the permission a button that takes the search along; without it no button (that the post is refused: test_engine_proofs)."""
    every = [f"{r['name']}.{v}" for r in full.tables for v in r["verbs"]]
    person = full.tenants.person("exporter", "system", words=every)
    offered = {}
    for r in lists(full):
        query = f"/admin/{r['name']}?size=50" + (f"&{wide(r)}" if wide(r) else "")
        offered[r["name"]] = [f.action for f in person.get(query).forms if f.action.split("?")[0].endswith(f"/{r['name']}/export")]
    full.tenants.permit(person.role, [w for w in every if not w.endswith(".export")])
    wrong = []
    for r in lists(full):
        mine = offered[r["name"]]
        if ("export" in r["verbs"]) != bool(mine):
            wrong.append(f"{r['name']}: may export {'export' in r['verbs']}, offered {mine}")
        if mine and any(v not in mine[0] for v in wide(r).split("&")):
            wrong.append(f"{r['name']}: {mine[0]} forgets the search")
        if [f for f in person.get(f"/admin/{r['name']}").forms if f.action.split("?")[0].endswith(f"/{r['name']}/export")]:
            wrong.append(f"{r['name']}: offered without the permission")
    assert not wrong, "\n".join(wrong)
    assert csrf_of(person.get("/admin/station")) and sum(bool(v) for v in offered.values()) > 10


@pytest.mark.feature("H11")
def test_counted_tabs_and_automatic_refresh(full):
    """The tab that is open counts what the list says; a list of live things has the switch, and its table comes alone."""
    assert {"session", "pile", "connector"} <= {r["name"] for r in full.tables if r["live"]}

    def check(r):
        page = full.web.get(address(r))
        wrong = []
        if r["live"] != ("data-refresh-switch" in page.html):
            wrong.append("the switch for automatic refresh")
        part = full.web.get(address(r, "part=table"))
        if part.status != 200 or "<html" in part.html or len(ids(part)) != len(ids(page)):
            wrong.append("the table alone is not the table of the page")
        for tab in r["tabs"]:
            there = full.web.get(address(r, f"tab={tab}"))
            now = re.search(r'class="active"[^>]*>.*?class="count">([\d,]+)', there.html, re.S)
            if not now or int(now[1].replace(",", "")) != count_of(there):
                wrong.append(f"tab {tab} counts {now and now[1]}, the list {count_of(there)}")
        return wrong
    each(full, check)
