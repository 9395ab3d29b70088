"""A person's browser without scripts: pages, their forms, what a form would send. Over requests, through nginx."""
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class Form:
    def __init__(self, action, method):
        self.action, self.method = action, method
        self.values = []            # (name, value) as a browser would send them untouched
        self.types = {}             # name -> type of its input
        self.choices = {}           # name -> values of a select

    def __contains__(self, name):
        return name in self.types

    def names(self, kind):
        return [n for n, t in self.types.items() if t == kind]


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.open, self.select, self.area = [], None, None, None
        self.title, self.in_title, self.text = "", False, []

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "title":
            self.in_title = True
        if tag == "form":
            self.open = Form(a.get("action") or "", (a.get("method") or "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name = a.get("name")
        if tag == "input" and name:
            kind = a.get("type", "text")
            self.open.types[name] = kind
            if kind in ("checkbox", "radio"):
                if "checked" in a:
                    self.open.values.append((name, a.get("value", "on")))
            elif kind not in ("submit", "button", "file", "image") and "disabled" not in a:
                self.open.values.append((name, a.get("value") or ""))
        if tag == "select" and name:
            self.select = (name, a)
            self.open.types[name] = "select"
            self.open.choices[name] = []
        if tag == "option" and self.select:
            known = self.open.choices[self.select[0]]
            known.append(a.get("value", ""))
            if "selected" in a or (len(known) == 1 and "multiple" not in self.select[1]):
                self.open.values = [v for v in self.open.values if v[0] != self.select[0] or "multiple" in self.select[1]]
                self.open.values.append((self.select[0], a.get("value", "")))
        if tag == "textarea" and name:
            self.area = [name, ""]
            self.open.types[name] = "textarea"

    def handle_data(self, data):
        if self.in_title:
            self.title += data
        if self.area:
            self.area[1] += data
        self.text.append(data)

    def handle_endtag(self, tag):
        if tag == "title":
            self.in_title = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            self.open.values.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None
        elif tag == "form":
            self.open = None


class Page:
    def __init__(self, response):
        self.response, self.url, self.status = response, response.url, response.status_code
        self.html = response.text
        parsed = _Forms()
        parsed.feed(self.html)
        self.forms, self.title = parsed.forms, parsed.title.strip()
        self.text = " ".join(" ".join(parsed.text).split())

    def form(self, *fields, action=None):
        """The first form that has all these fields (and whose address ends with action)."""
        for f in self.forms:
            if all(n in f for n in fields) and (action is None or f.action.split("?")[0].endswith(action)):
                return f
        raise AssertionError(f"{self.url}: no form with {fields or 'anything'} {action or ''}; "
                             f"there are {[(f.action, list(f.types)) for f in self.forms]}\n{self.text[:500]}")


class Web:
    def __init__(self, url):
        self.base = url
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, path, **more):
        response = self.http.get(urljoin(self.base, path), timeout=30, **more)
        response.encoding = "utf-8"
        return Page(response)

    def post(self, path, values, files=None, **more):
        response = self.http.post(urljoin(self.base, path), data=values, files=files, timeout=30, **more)
        response.encoding = "utf-8"
        return Page(response)

    def submit(self, page, form, values=None, files=None, **more):
        """Sends the form as the page shows it, with these values in place of its own; None leaves a field out, a list sends it often."""
        values = values or {}
        for name in values:
            assert name in form, f"{page.url}: the form has no field {name}; it has {list(form.types)}"
        send = [(n, v) for n, v in form.values if n not in values]
        for name, value in values.items():
            if value is not None:
                send += [(name, v) for v in (value if isinstance(value, (list, tuple)) else [value])]
        address = urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return self.get(address, params=send, **more)
        return self.post(address, send, files=files, **more)

    # --- log-in of staff

    def login(self, instance, account, password, path="/admin/login", captcha=None):
        """Fills in the log-in page; the captcha's answer stands in the database."""
        page = self.get(path)
        form = page.form("account", "password", "captcha", "captcha_id")
        answer = captcha or instance.value("select answer from captcha where id = %s", dict(form.values)["captcha_id"])
        return self.submit(page, form, {"account": account, "password": password, "captcha": answer})

    def login_as_administrator(self, instance):
        """The first log-in forces new passwords; they are kept in the instance for later log-ins."""
        page = self.login(instance, instance.login_name, instance.password)
        if page.url.split("?")[0].endswith("/admin/password"):
            instance.password = self.change_password("login", instance.password, f"Login-{instance.base}")
            instance.payment_password = self.change_password("payment", instance.payment_password, f"Pay-{instance.base}")
            page = self.get("/admin/")
        assert page.status == 200 and "/admin/login" not in page.url, f"{page.url}: {page.status} {page.text[:300]}"
        return page

    def change_password(self, which, old, new):
        page = self.get("/admin/password")
        form = next(f for f in page.forms if ("which", which) in f.values)
        done = self.submit(page, form, {"old": old, "new": new, "again": new})
        assert done.status == 200, f"{which}: {done.status} {done.text[:300]}"
        return new
