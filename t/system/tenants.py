"""Three owners with a row of everything, and people of each kind to ask for them: the ground of the tenant proofs."""
import re

OWNERS = ("a1", "a2", "b")           # a1, a2: two properties of one provider; b: another provider's


class Tenants:
    """Rows inserted beside the program; rows[resource][owner] is an id."""

    def __init__(self, instance):
        self.instance = instance
        self.n = 0
        self.columns = {}
        self.rows, self.sheds = {}, {}
        self.db = instance.connect()
        self.day = self.today()
        for owner in OWNERS:
            self.owner(owner)

    def sql(self, text, *args):
        with self.db.cursor() as c:
            c.execute(text, args or None)
            return c.lastrowid

    def query(self, text, *args):
        with self.db.cursor() as c:
            c.execute(text, args or None)
            return list(c.fetchall())

    def facts(self, table):
        if table not in self.columns:
            self.columns[table] = self.query(
                "select column_name, data_type, is_nullable, column_default, extra, coalesce(character_maximum_length, 0)"
                " from information_schema.columns where table_schema = database() and table_name = %s", table)
        return self.columns[table]

    def add(self, table, /, **values):
        """Inserts a row; what must be given and is not gets a harmless value of its type."""
        self.n += 1
        for name, kind, nullable, default, extra, room in self.facts(table):
            if name in values or nullable == "YES" or default is not None or "auto_increment" in extra:
                continue
            if kind in ("varchar", "char", "text", "mediumtext"):
                values[name] = f"{self.n:09d}"[-min(int(room) or 9, 9):]
            elif kind in ("datetime", "date"):
                values[name] = self.day              # inside the week that lists of events open on
            else:
                values[name] = 1
        names = ", ".join(f"`{n}`" for n in values)
        return self.sql(f"insert into `{table}` ({names}) values ({', '.join(['%s'] * len(values))})", *values.values())

    def keep(self, kind_of, owner, /, **values):
        row = self.add(kind_of, **values)
        self.rows.setdefault(kind_of, {})[owner] = row
        return row

    def owner(self, o):
        if o == "a2":
            provider = self.rows["provider"]["a1"]
            self.rows["provider"]["a2"] = provider
        else:
            provider = self.keep("provider", o, name=f"服务商 {o}", phone=f"1380000000{len(self.rows)}", audit_status="approved")
        prop = self.keep("property", o, provider_id=provider, name=f"物业 {o}")
        department = self.keep("department", o, provider_id=provider, property_id=prop, name=f"部门 {o}")
        self.keep("post", o, department_id=department, name=f"岗位 {o}")
        if o != "a2":
            self.keep("bank_account", o, provider_id=provider, bank="银行")
        station = self.keep("station", o, provider_id=provider, property_id=prop, name=f"电站 {o}")
        self.keep("private_pile", o, provider_id=provider, station_id=station, name=f"申请人 {o}", phone=f"1350000{self.n:04d}",
                  address="某路", created_at=self.day)
        area = self.keep("area", o, station_id=station, name=f"区域 {o}")
        tariff = self.keep("tariff", o, provider_id=provider, station_id=station, name=f"规则 {o}")
        version = self.add("tariff_version", tariff_id=tariff, number=1, effective_at="2026-01-01")
        self.keep("whatif", o, provider_id=provider, property_id=prop, station_id=station, tariff_id=tariff, tariff_version_id=version)
        self.add("tariff_slot", tariff_version_id=version, start_minute=0, end_minute=1440, type="flat", energy_price=1, service_price=1)
        pile = self.keep("pile", o, station_id=station, area_id=area, name=f"电桩 {o}")
        connector = self.keep("connector", o, pile_id=pile, station_id=station, number=1, name=f"枪 {o}")
        shed = self.add("station", provider_id=provider, property_id=prop, name=f"车棚 {o}", kind="ebike")
        self.sheds[o] = shed
        device = self.rows.setdefault("bike_device", {})[o] = self.add("pile", station_id=shed, area_id=area, name=f"设备 {o}")
        self.rows.setdefault("socket", {})[o] = self.add("connector", pile_id=device, station_id=shed, number=1, name=f"插座 {o}",
                                                         type="socket")
        if o != "a2":
            self.keep("device_card", o, provider_id=provider, kind="auth", number=f"990{o}")
        self.keep("pile_model", o, brand=f"品牌 {o}", name="M1")
        self.keep("connectivity", o, pile_id=pile, station_id=station, event="online", at=self.day)
        self.keep("alarm", o, pile_id=pile, station_id=station, code="5001", level="general")
        self.keep("command_task", o, provider_id=provider, property_id=prop, station_id=station, kind="reboot", created_at=self.day)
        if o != "a2":
            self.keep("firmware", o, provider_id=provider, model="M", release_version=o, name=f"固件 {o}")
            self.keep("sim_card", o, provider_id=provider, pile_id=pile)
        self.keep("command", o, pile_id=pile, kind="reboot", payload="{}", created_at=self.day)
        self.keep("raw_frame", o, pile_id=pile, at=self.day, direction="up", type="live", words="live", body=b"x")
        member = self.keep("member", o, provider_id=provider, station_id=station, phone=f"1390000{self.n:04d}")
        self.keep("pile_user", o, pile_id=pile, member_id=member)
        card = self.keep("card", o, member_id=member, provider_id=provider, station_id=station)
        product = self.keep("card_product", o, provider_id=provider, property_id=prop, name=f"电卡产品 {o}")
        self.keep("card_product_station", o, product_id=product, station_id=station)
        if o != "a2":
            self.keep("member_category", o, provider_id=provider, name=f"会员分类 {o}")
            self.keep("token_category", o, provider_id=provider, name=f"卡分类 {o}")
        self.keep("offline_recharge", o, provider_id=provider, member_id=member, way="paid", amount=10, actual=10)
        self.keep("token", o, kind="verify", no=f"T0{o}{card}", provider_id=provider, member_id=member, status="enabled")
        session = self.keep("session", o, provider_id=provider, property_id=prop, station_id=station, area_id=area, pile_id=pile,
                            connector_id=connector, member_id=member, card_id=card, start_mode="app", pay_kind="card", phone="13900000000",
                            requested_at=self.day, tariff_version_id=version, state="charging")
        self.keep("reservation", o, provider_id=provider, property_id=prop, station_id=station, area_id=area, pile_id=pile,
                  connector_id=connector, member_id=member, no=f"R{o}-{self.n}", minutes=120, booked_at=self.day, expires_at=self.day,
                  open_connector_id=connector, open_member_id=member)
        journal = self.add("journal", kind="recharge")
        self.keep("statement", o, journal_id=journal, owner_kind="card", owner_id=card, provider_id=provider, station_id=station,
                  member_id=member, kind="recharge", at=self.day, cash=1, gift=0)
        account = self.add("account", owner_kind="member", owner_id=member, kind="cash", provider_id=provider)
        self.rows.setdefault("ledger_account", {})[o] = account
        self.keep("posting", o, journal_id=journal, account_id=account, provider_id=provider, amount=0, balance_after=0, at=self.day)
        channel = self.keep("channel", o, provider_id=provider, kind="wechat", name=f"渠道 {o}", merchant_no=f"M{o}", private_key="")
        payment = self.keep("payment", o, provider_id=provider, station_id=station, channel_id=channel, channel_kind="wechat", method="native",
                            purpose="recharge", member_id=member, amount=1, state="waiting", requested_at=self.day, no=f"P{o}-{self.n}")
        case = self.keep("aftersale", o, provider_id=provider, station_id=station, session_id=session, member_id=member, wish="x",
                         applied_at=self.day)
        out = self.keep("withdrawal", o, provider_id=provider, member_id=member, amount=1, no=f"W{o}-{self.n}", applied_at=self.day)
        self.keep("refund", o, provider_id=provider, station_id=station, kind="charge_refund", way="purse", session_id=session,
                  payment_id=payment, aftersale_id=case, withdrawal_id=out, member_id=member, amount=1, no=f"R{o}-{self.n}", applied_at=self.day)
        bill = self.keep("channel_bill", o, channel_id=channel, day="2026-11-20")
        self.keep("channel_bill_line", o, bill_id=bill, channel_id=channel, direction="paid", no=f"P{o}", amount=1, state="missing_here")
        shares = self.keep("split_plan", o, station_id=station, name=f"分账方案 {o}", from_day="2026-11-01")
        party = self.keep("split_party", o, plan_id=shares, kind="property", name=f"分账方 {o}", fee="energy", method="percent", percent=10)
        self.keep("split", o, no=f"S{o}", provider_id=provider, station_id=station, session_id=session, session_no=f"SN{o}", plan_id=shares,
                  party_id=party, party_kind="property", party_name=f"分账方 {o}", period="P1-202611", way="ledger", kind="car", amount=1,
                  order_amount=2, state="done", created_at=self.day)
        fleet = self.keep("fleet", o, provider_id=provider, property_id=prop, name=f"集体户 {o}", phone=f"1370000{self.n:04d}")
        self.add("fleet", provider_id=provider, property_id=prop, parent_id=fleet, name=f"分户 {o}", phone=f"1370000{self.n:04d}")
        self.sql("update statement set fleet_id = %s where id = %s", fleet, self.rows["statement"][o])
        self.keep("fleet_member", o, fleet_id=fleet, member_id=member)
        scheme = self.keep("plan", o, provider_id=provider, fleet_id=fleet, station_id=station, name=f"计划 {o}", start_time="23:00")
        self.keep("plan_connector", o, plan_id=scheme, connector_id=connector)
        self.keep("plan_start", o, plan_id=scheme, due_at=self.day, start_at=self.day, connector_id=connector)
        self.keep("plan_change", o, plan_id=scheme, due_at=self.day, at=self.day, reason="failed", connector_id=connector)
        self.keep("vehicle_brand", o, brand=f"品牌 {o}")
        for word, whose in (("fleet_vehicle", {"fleet_id": fleet}), ("member_vehicle", {"member_id": member})):
            self.rows.setdefault(word, {})[o] = self.add("vehicle", provider_id=provider, plate=f"粤B0{self.n:04d}", **whose)
        role = self.keep("role", o, kind="property", provider_id=provider, property_id=prop, fleet_id=fleet, name=f"角色 {o}")
        user = self.keep("user", o, kind="property", provider_id=provider, property_id=prop, fleet_id=fleet, login=f"user-{o}", name=f"用户 {o}")
        self.add("user_role", user_id=user, role_id=role)
        self.keep("api_key", o, user_id=user, name=f"key {o}", permissions="*")
        hook = self.keep("webhook", o, provider_id=provider, name=f"推送 {o}", url="https://example.com/hook", session_settled=1)
        self.rows.setdefault("webhook_delivery", {})[o] = self.add("delivery", kind="webhook", provider_id=provider, webhook_id=hook,
                                                                   target="https://example.com/hook", subject="session_settled", payload="{}",
                                                                   status="dead", created_at=self.day)
        self.keep("invoice", o, provider_id=provider, property_id=prop, station_id=station, member_id=member, title=f"抬头 {o}",
                  tax_no="91320115MA1XXXXX0Q", email="a@example.com", seller="{}", no=f"IV-{o}", applied_at=self.day, amount=1)
        self.keep("receipt", o, provider_id=provider, property_id=prop, station_id=station, session_id=session, member_id=member,
                  session_no=f"RS{o}", code=f"{self.n:024d}", taken_at=self.day, amount=1)
        self.keep("meter_reading", o, station_id=station, day="2026-11-01", reading=1)
        self.keep("loss_rate", o, station_id=station, from_day="2026-11-01", rate=3)
        self.keep("invoice_seller", o, station_id=station, company=f"公司 {o}", tax_no="91320115MA1XXXXX0Q", drawer="张")
        if o != "a2":
            self.keep("tax_link", o, provider_id=provider, name=f"税务 {o}", url="https://tax.example.com", app_id="x")
        bay = self.keep("bay", o, station_id=station, area_id=area, code=f"BAY-{o}", name=f"车位 {o}", connector_id=connector)
        camera = self.keep("camera", o, station_id=station, area_id=area, code=f"CAM-{o}", name=f"相机 {o}", serial=f"cam-{o}", left_bay_id=bay)
        self.keep("whitelist", o, station_id=station, plate="粤BD00001")
        shot = self.keep("snapshot", o, camera_id=camera, station_id=station, bay_id=bay, taken_at=self.day)
        self.keep("bay_event", o, camera_id=camera, station_id=station, bay_id=bay, their_id=f"E-{o}", kind="seen", outcome="unread",
                  review="open", snapshot_id=shot, at=self.day)
        self.keep("bay_stay", o, bay_id=bay, station_id=station, plate="粤BD00001", entered_at=self.day)
        self.keep("camera_command", o, camera_id=camera, bay_id=bay, kind="reboot", status="done", created_at=self.day, expires_at=self.day)
        lot = self.keep("parking_lot", o, provider_id=provider, property_id=prop, code=f"LOT-{o}", name=f"车场 {o}")
        plan = self.keep("relief_plan", o, parking_lot_id=lot, name=f"方案 {o}", minutes=20)
        peer = self.keep("parking_peer", o, provider_id=provider, name=f"接入方 {o}", app_id=f"{self.n:016d}")
        charged = self.keep("charge_record", o, parking_peer_id=peer, parking_lot_id=lot, order_no=f"O-{o}", plate="粤B00001", started_at=self.day)
        self.keep("relief", o, charge_record_id=charged, parking_lot_id=lot, relief_plan_id=plan, plate="粤B00001", kind="minutes",
                  no=f"DR-{o}", granted_at=self.day)
        self.keep("occupancy_record", o, parking_peer_id=peer, parking_lot_id=lot, booking_no=f"B-{o}", plate="粤B00001", entered_at=self.day)
        self.keep("parking_stay", o, parking_lot_id=lot, stay_no=f"S-{o}", plate="粤B00001", entered_at=self.day)
        self.keep("parking_payment", o, parking_lot_id=lot, payment_no=f"P-{o}", plate="粤B00001", amount=5, paid_at=self.day)
        push = self.keep("parking_push", o, provider_id=provider, name=f"减免平台 {o}", url="https://example.com/relief")
        self.keep("parking_bind", o, parking_push_id=push, station_id=station, lot_code=f"THEIRS-{o}")
        self.rows.setdefault("parking_delivery", {})[o] = self.add(
            "delivery", kind="parking", provider_id=provider, parking_push_id=push, target="https://example.com/relief",
            subject="charge_end", payload="{}", status="dead", created_at=self.day)
        if o != "a2":
            self.keep("notify_link", o, provider_id=provider, kind="aliyun_sms", name=f"渠道 {o}")
            self.keep("alarm_strategy", o, provider_id=provider, name=f"策略 {o}", recipients="13900000000")
        self.keep("task", o, user_id=user, kind="export", title="x", params="{}", status="done", expires_at="2036-01-01")
        self.keep("audit", o, at=self.day, user_id=user, actor="x", resource="station", record_id=station, action="update")
        self.rows.setdefault("member_audit", {})[o] = self.add("audit", at=self.day, member_id=member, actor="x", resource="member",
                                                              record_id=member, action="login")
        self.keep("review", o, provider_id=provider, property_id=prop, station_id=station, session_id=session, member_id=member, stars=1,
                  created_at=self.day)
        if o != "a2":
            self.keep("feedback", o, provider_id=provider, member_id=member, content=f"意见 {o}", created_at=self.day)
        self.keep("call_record", o, provider_id=provider, property_id=prop, name=f"来电 {o}", phone="13900000001", agent=f"客服 {o}",
                  called_at=self.day, content="x")
        self.keep("fault_record", o, provider_id=provider, property_id=prop, name=f"报修 {o}", phone="13900000001", brief=f"故障 {o}")
        partner = provider
        self.keep("daily_report", o, day=f"2026-11-{10 + OWNERS.index(o)}", direction="receivable", provider_id=provider, partner_id=partner)
        if o != "a2":
            self.rows.setdefault("partner_request", {})[o] = self.keep("partner", o, provider_id=provider, partner_id=provider)
        deal = self.add("agreement", kind="charge", name=f"协议 {o}", owner_id=provider, partner_id=provider, proposed_by=provider,
                        from_day="2026-01-01", to_day="2030-01-01", state="running")
        self.add("agreement_version", agreement_id=deal, number=1, from_day="2026-01-01", proposed_by=provider)
        self.rows.setdefault("agreement", {})[o] = self.add("agreement_side", agreement_id=deal, provider_id=provider, side="owner")
        self.keep("agreement_due", o, agreement_id=deal, provider_id=provider, partner_id=provider, direction="receivable",
                  from_day="2026-10-01", to_day="2026-10-31")
        owed = self.keep("settlement", o, kind="property", provider_id=provider, partner_id=provider, property_id=prop, fleet_id=fleet, direction="payable",
                         subject=f"property::{o}", name=f"结算 {o}", subject_id=prop, from_day="2026-10-01", to_day="2026-10-31", state="confirmed")
        self.rows.setdefault("settlement_received", {})[o] = owed
        if o != "a2":
            self.keep("settlement_rule", o, provider_id=provider, kind="property")
        platform = self.keep("exchange_peer", o, provider_id=provider, partner_id=provider, name=f"平台 {o}", our_operator=f"OUR{self.n:06d}",
                             their_operator=f"ALL{self.n:06d}")
        self.keep("exchange_message", o, exchange_peer_id=platform, provider_id=provider, direction="out", interface="query_station_status",
                  ask="{}", answer="{}", ret=0, at=self.day)
        theirs = self.keep("remote_station", o, exchange_peer_id=platform, provider_id=provider, code=f"RS{self.n}", name=f"外站 {o}", seen_at=self.day)
        gun = self.add("remote_connector", remote_station_id=theirs, exchange_peer_id=platform, code=f"RC{self.n}")
        self.keep("remote_session", o, seq=f"R{self.n}", exchange_peer_id=platform, provider_id=provider, partner_id=provider, member_id=member,
                  remote_station_id=theirs, remote_connector_id=gun, state="charging", requested_at=self.day, once=None)
        self.rows.setdefault("payable", {})[o] = self.keep("cycle_bill", o, provider_id=provider, partner_id=provider, state="confirmed")
        if o == "a1":
            self.keep("stranger", o)
            self.keep("device_record", o, body=b"x", outcome="unknown", first_at=self.day)
            self.keep("job_run", o)
            gateway = self.keep("gateway", o, name="g9", state="stopped", started_at=self.day, seen_at=self.day, expires_at=self.day, heir="g1")
            self.keep("gateway_reject", o, gateway_id=gateway, reason="checksum", count=1, last_at=self.day)
        del session

    def today(self):
        return self.query("select date_format(now(), '%Y-%m-%d 00:00:01')")[0][0]

    def person(self, login, kind, owner=None, words=("*",), stations=()):
        """A user who may log in with the password "Person-1"; his permissions are words."""
        provider = self.rows["provider"][owner] if kind != "system" else None
        prop = self.rows["property"][owner] if kind in ("property", "fleet") else None
        fleet = self.rows["fleet"][owner] if kind == "fleet" else None
        hashed = self.query("select password_hash from user where login = %s", self.instance.login_name)[0][0]
        user = self.add("user", kind=kind, provider_id=provider, property_id=prop, fleet_id=fleet, login=login, name=login, password_hash=hashed,
                        payment_hash=hashed, must_change=0, payment_must_change=0)
        role = self.add("role", kind=kind, provider_id=provider, property_id=prop, fleet_id=fleet, name=f"role of {login}",
                        data_scope="stations" if stations else "tenant")
        self.sql("insert into user_role (user_id, role_id) values (%s, %s)", user, role)
        for s in stations:
            for station in (self.rows["station"][s], self.sheds[s]):
                self.sql("insert into user_station (user_id, station_id) values (%s, %s)", user, station)
        self.permit(role, words)
        web = self.instance.session()
        web.login(self.instance, login, self.instance.password)
        web.user, web.role = user, role
        return web

    def permit(self, role, words):
        held = {w for (w,) in self.query("select permission from role_permission where role_id = %s", role)}
        self.db.begin()
        with self.db.cursor() as c:
            c.executemany("delete from role_permission where role_id = %s and permission = %s", [(role, w) for w in held - set(words)])
            c.executemany("insert into role_permission (role_id, permission) values (%s, %s)", [(role, w) for w in words if w not in held])
        self.db.commit()
        self.sql("insert into setting (name, value, updated_at) values ('permission.epoch', '1', now())"
                 " on duplicate key update value = value + 1")

    def checksum(self, without=()):
        """A figure for the content of each table that a person's request may not change."""
        leave = {"login", "throttle", "captcha", "glance", "gateway", "gateway_reject", *without}      # the last two: what gateways write of themselves
        tables = [t for (t,) in self.query("show tables") if t not in leave]
        sums = {t.split(".", 1)[1]: n for t, n in self.query("checksum table " + ", ".join(f"`{t}`" for t in tables))}
        for table in tables:                     # the server's own sum of a virtual column is not the same twice
            if any("VIRTUAL" in f[4].upper() for f in self.facts(table)):
                columns = ", ".join(f"coalesce(`{f[0]}`, '-')" for f in self.facts(table))
                sums[table] = self.query(f"select count(*), bit_xor(crc32(concat_ws('|', {columns}))) from `{table}`")[0]
        return sums


def count_of(page):
    """The number of records a list says it has."""
    found = re.search(r'<div class="list-foot"><span>[^<]*<b>([\d,]+)\+?</b>', page.html)
    return int(found.group(1).replace(",", "")) if found else 0


def csrf_of(page):
    return re.search(r'<meta name="csrf" content="([^"]*)"', page.html).group(1)
