"""A station with piles, a tariff, a member and a card, written straight into the database of a scratch instance."""
import subprocess
import time

from instance import key_values
from peer import Peer

class Site:
    """Piles have serials 3201060000NNNN, their guns ids by connector(serial, number)."""

    def __init__(self, instance, piles=400, guns=2):
        self.i = instance
        self.provider = self.insert("provider", name="充电", phone="13800000001", audit_status="approved")
        self.property = self.insert("property", provider_id=self.provider, name="物业", phone="13800000002")
        self.tariff = self.insert("tariff", provider_id=self.provider, name="电价", method="time_of_use")
        self.version = self.tariff_version(1, [(0, 480, "valley", "0.30000", "0.20000"), (480, 1080, "peak", "1.10000", "0.60000"),
                                               (1080, 1440, "flat", "0.70000", "0.40000")])
        self.station = self.insert("station", provider_id=self.provider, property_id=self.property, code="S1", name="一站",
                                   tariff_id=self.tariff)
        self.area = self.insert("area", station_id=self.station, code="A1", name="一区")
        self.serials = [f"3201060000{n:04d}" for n in range(1, piles + 1)]
        self.add_piles(guns)
        self.cards = 0

    def insert(self, table, **columns):
        names = ", ".join(columns)
        db = self.i.connect()
        try:
            with db.cursor() as c:
                c.execute(f"insert into {table} ({names}, created_at, updated_at) values ({', '.join(['%s'] * len(columns))}, now(), now())",
                          tuple(columns.values()))
                return c.lastrowid
        finally:
            db.close()

    def add_piles(self, guns):
        db = self.i.connect()
        try:
            with db.cursor() as c:
                c.executemany("insert into pile (station_id, area_id, code, serial, name, connector_count, created_at, updated_at)"
                              " values (%s, %s, concat('P', %s), %s, %s, %s, now(), now())",
                              [(self.station, self.area, s[-4:], s, s[-4:] + "号桩", guns) for s in self.serials])
                c.execute("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
                          " select p.id, p.station_id, q.seq, concat(p.code, q.seq), concat(q.seq, '枪'), now(), now()"
                          f" from pile p join seq_1_to_{guns} q where p.station_id = %s", (self.station,))
        finally:
            db.close()

    def tariff_version(self, number, slots, effective="2020-01-01"):
        db = self.i.connect()
        try:
            with db.cursor() as c:
                c.execute("insert into tariff_version (tariff_id, number, effective_at, summary, created_at) values (%s, %s, %s, '', now())",
                          (self.tariff, number, effective))
                version = c.lastrowid
                c.executemany("insert into tariff_slot values (%s, %s, %s, %s, %s, %s)", [(version, *s) for s in slots])
                return version
        finally:
            db.close()

    def card(self, yuan=100):
        """A member's card with money: (id, physical number)."""
        self.cards += 1
        physical = f"A{self.cards:07d}"
        member = self.insert("member", no=100000000 + self.cards, provider_id=self.provider, phone=13900000000 + self.cards)
        card = self.insert("card", no=200000000 + self.cards, member_id=member, provider_id=self.provider, logical_no=f"90{self.cards:06d}",
                           physical_no=physical)
        self.probe("recharge", card, yuan * 100000)
        return card, physical

    def probe(self, *args):
        done = self.i.program("charge_probe", *args)
        assert done.returncode == 0, done.stderr
        return key_values(done.stdout)

    def pile_id(self, serial):
        return self.i.value("select id from pile where serial = %s", serial)

    def connector(self, serial, number=1):
        return self.i.value("select c.id from connector c join pile p on p.id = c.pile_id where p.serial = %s and c.number = %s", serial, number)

    def session(self, no, what="state"):
        return self.i.value(f"select {what} from session where no = %s", no)

    def online(self, serial):
        return self.i.value("select l.online from pile_live l join pile p on p.id = l.pile_id where p.serial = %s", serial)

    def peer(self, serial, **how):
        return Peer(self.i.pile, serial, **how)

    def pile(self, serial, **how):
        """A peer that is logged in."""
        peer = self.peer(serial, **how)
        assert peer.login()
        peer.expect(0x56)
        return peer
