"""Tenants and their users for tests: made in the database, with the administrator's password, so that many can be made at once."""
import hashlib
import itertools
import secrets
import time

NOW = "2026-01-01 00:00:00"


_phones = itertools.count(time.time_ns() // 1000000)


def phone():
    return f"138{next(_phones) % 100000000:08d}"


class Tenant:
    """A provider with a property, a station, and a user who holds the given permissions."""

    def __init__(self, instance, permissions=("*",), name=None):
        self.instance = instance
        self.name = name or "运营商" + secrets.token_hex(3)
        self.provider = self.insert("provider", kind="provider", name=self.name, phone=phone(), audit_status="approved")
        self.property = self.insert("property", provider_id=self.provider, name=self.name + "物业", phone=phone())
        self.station = self.insert("station", provider_id=self.provider, property_id=self.property,
                                   code=str(100000 + self.property), name=self.name + "站")
        self.area = self.insert("area", station_id=self.station, code=f"{100000 + self.property}01", name="默认区域",
                                is_default=1)
        self.account = "user" + secrets.token_hex(4)
        self.user = self.new_user(self.account, permissions)

    def insert(self, table, **values):
        values.setdefault("created_at", NOW)
        values.setdefault("updated_at", NOW)
        names = ", ".join(f"`{n}`" for n in values)
        db = self.instance.connect()
        try:
            with db.cursor() as c:
                c.execute(f"insert into `{table}` ({names}) values ({', '.join(['%s'] * len(values))})", list(values.values()))
                return c.lastrowid
        finally:
            db.close()

    def new_user(self, account, permissions, kind="provider"):
        self.instance.admin()                    # the administrator has a password of his own after this
        hashed = self.instance.value("select password_hash from user where login = %s", self.instance.login_name)
        user = self.insert("user", kind=kind, provider_id=self.provider if kind == "provider" else None, login=account,
                           name=account, password_hash=hashed, payment_hash=hashed, must_change=0, payment_must_change=0)
        self.role = self.insert("role", kind=kind, provider_id=self.provider if kind == "provider" else None,
                                name="role " + account)
        self.instance.sql("insert into user_role (user_id, role_id) values (%s, %s)", user, self.role)
        self.permit(*permissions)
        return user

    def permit(self, *permissions):
        """These and no others."""
        self.instance.sql("delete from role_permission where role_id = %s", self.role)
        for word in permissions:
            self.instance.sql("insert into role_permission (role_id, permission) values (%s, %s)", self.role, word)
        self.instance.sql("insert into setting (name, value, updated_at) values ('permission.epoch', '1', now())"
                          " on duplicate key update value = value + 1")

    def web(self):
        web = self.instance.session()
        page = web.login(self.instance, self.account, self.instance.password)
        assert "/admin/login" not in page.url, page.text[:300]
        return web

    def key(self, permissions="*", user=None):
        """An API key of the user (or of another), whole."""
        key = "co_" + secrets.token_hex(24)
        self.insert("api_key", user_id=user or self.user, name="test", prefix=key[:8], permissions=permissions,
                    key_hash=hashlib.sha256(key.encode()).hexdigest())
        return key
