"""A clerk at work: forms of the back office filled in and sent, records found again. For the tests of the screens."""
import re

from web import Page


class Clerk:
    def __init__(self, instance, web=None):
        self.at, self.web = instance, web or instance.admin()

    def get(self, path, status=200, **more):
        page = self.web.get(path, **more)
        assert page.status == status, f"{path}: {page.status} {page.text[:400]}"
        return page

    def form(self, path):
        page = self.get(path)
        return page, biggest(page)

    def send(self, path, values, status=200, **more):
        """Fills in the biggest form of the page and sends it; 200 is success after the redirect, 422 a refusal."""
        page, form = self.form(path)
        done = self.web.submit(page, form, {k: str(v) if isinstance(v, int) else v for k, v in values.items()}, **more)
        assert done.status == status, f"{path}: {done.status} {errors(done)} {done.text[:600]}"
        return done

    def add(self, table, values, status=200, commission=True):
        """Adds a record and returns its id (None where it was refused: then the page). Piles are put into operation at once: test_device.py
        proves that clerks cannot do that before the platform has heard of them (D3)."""
        done = self.send(f"/admin/{table}/new", values, status)
        if status != 200:
            return done
        record = self.newest(table)
        if table in ("pile", "bike_device") and commission:
            self.at.sql("update pile set commissioned = 1, status = 'enabled' where id = %s", record)
        return record

    def newest(self, table):
        tables = {"bike_device": "pile", "socket": "connector", "fleet_vehicle": "vehicle", "member_vehicle": "vehicle"}
        return self.at.value(f"select max(id) from `{tables.get(table, table)}`")

    def act(self, table, record, action, values=None, status=200):
        """An action on a record: asked for where it asks, else posted at once."""
        path = f"/admin/{table}/{record}/{action}"
        page = self.web.get(path)
        if page.status == 200:
            done = self.web.submit(page, biggest(page), values or {})
        else:
            done = self.post(path, values or {})
        assert done.status == status, f"{path}: {done.status} {errors(done)} {done.text[:600]}"
        return done

    def post(self, path, values, page="/admin/password"):
        """A bare POST with the CSRF word of some page."""
        csrf = dict(self.web.get(page).forms[0].values)["_csrf"]
        return self.web.post(path, {"_csrf": csrf, **values})

    # --- what most tests need

    def provider(self, name, phone, approve=True):
        record = self.add("provider", {"name": name, "phone": phone, "contact": "张三"})
        if approve:
            self.send(f"/admin/provider/{record}/audit", {"verdict": "approve"})
        return record

    def property(self, provider, name, phone):
        return self.add("property", {"provider_id": provider, "name": name, "phone": phone})

    def station(self, provider, property_, name, **more):
        return self.add("station", {"provider_id": provider, "property_id": property_, "name": name, **more})

    def tariff(self, provider, name, rows, status=200, **more):
        """rows: (type, start, end, energy, service)"""
        done = self.send("/admin/tariff/new", {"provider_id": provider, "name": name, "effective": "now", **slots(rows), **more}, status)
        return self.newest("tariff") if status == 200 else done

    def site(self, key):
        """Provider, property, station, flat tariff: what a price or a card needs. Phones are made from the key (0..99)."""
        provider = self.provider(f"服务商{key}", f"138000{key:02d}001")
        property_ = self.property(provider, f"物业{key}", f"138000{key:02d}002")
        station = self.station(provider, property_, f"电站{key}")
        tariff = self.tariff(provider, f"标准{key}", [("flat", "00:00", "24:00", "1.0", "0.25")])
        return Site(provider, property_, station, tariff)


class Site:
    def __init__(self, provider, property_, station, tariff):
        self.provider, self.property, self.station, self.tariff = provider, property_, station, tariff


def biggest(page):
    """The form the page is about: the posted one with most fields that is not the header's log-out."""
    return max((f for f in page.forms if f.method == "post" and not f.action.endswith("/logout")), key=lambda f: len(f.types))


def slots(rows):
    names = ("slot_type", "slot_start", "slot_end", "slot_energy", "slot_service")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def errors(page: Page):
    """Texts of the errors a form shows."""
    return [re.sub(r"<[^>]+>", "", e).strip() for e in re.findall(
        r'<(?:div|span)[^>]*(?:invalid-feedback|alert-danger|text-danger)[^>]*>(.*?)</(?:div|span)>', page.html, re.S)]


def secret(page: Page):
    """What a page shows once."""
    return re.search(r'id="secret-text">([^<]+)<', page.html)[1]
