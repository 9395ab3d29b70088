"""A month of three operators made by a seed, done by the platform and counted by a model of its own: what the tests of the ledger stand on."""
import random
import subprocess
from collections import defaultdict

SEED, EVENTS, WORLDS = 20261101, 320, 3
YUAN, FEN = 100000, 1000
FEE = 2 * YUAN                                   # of a booking
SHARES = {"property": 10, "platform": 5}         # percent of the energy fee, of the service fee


def half_up(a, b):
    return (2 * a + b) // (2 * b)


class Probe:
    """The platform's own rules, told line by line what happens."""

    def __init__(self, i):
        self.running = subprocess.Popen([str(i.path("month_probe"))], env=i.program_env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, *words):
        self.running.stdin.write(" ".join(map(str, words)) + "\n")
        self.running.stdin.flush()
        line = self.running.stdout.readline()
        assert line, f"{words}: the probe ended"
        return {k: int(v) for k, v in (w.split("=") for w in line.split())} if "=" in line else line.strip()

    def end(self):
        self.running.stdin.close()
        assert self.running.wait(20) == 0


class Model:
    """What each account should hold, in 1e-5 yuan, reckoned without the platform."""

    def __init__(self):
        self.held = defaultdict(int)             # (owner kind, owner id, kind)
        self.sessions = {}
        self.day = defaultdict(int)              # of the same keys, what moved on a day
        self.today = None

    def move(self, *entries):
        assert sum(e[-1] for e in entries) == 0, entries
        for owner, number, kind, amount in entries:
            self.held[owner, number, kind] += amount
            self.day[self.today, owner, kind] += amount

    def free(self, purse):
        return self.held[(*purse, "cash")], self.held[(*purse, "gift")]

    def recharge(self, purse, provider, cash, gift):
        self.move((*purse, "cash", cash), ("provider", provider, "cash_taken", -cash))
        self.move((*purse, "gift", gift), ("provider", provider, "gift_granted", -gift))

    def pay(self, purse, amount):
        """Cash before gifts; what is missing is owed in cash."""
        cash, gift = self.free(purse)
        by_cash = min(max(cash, 0), amount)
        by_gift = min(max(gift, 0), amount - by_cash)
        return amount - by_gift, by_gift

    def charge(self, session, purse, provider, place, energy):
        s = {"purse": purse, "provider": provider, "energy_fee": energy * 8, "service_fee": energy * 2, "refunded": 0, "place": place,
             "parts": {}, "undone": set(), "cash": 0, "gift": 0}
        self.sessions[session] = s
        amount = s["energy_fee"] + s["service_fee"]
        s["amount"] = half_up(amount, FEN) * FEN
        s["service_fee"] += s["amount"] - amount         # whole fen: the difference is the service fee's
        cash, gift = self.pay(purse, s["amount"])
        s["cash"], s["gift"] = cash, gift
        self.move((*purse, "cash", -cash), (*purse, "gift", -gift), ("provider", provider, "income_energy", s["energy_fee"]),
                  ("provider", provider, "income_service", s["service_fee"]))
        self.split(s)

    def split(self, s):
        rest = s["amount"] - s["refunded"]
        for party, percent in SHARES.items():
            fee = s["energy_fee"] if party == "property" else s["service_fee"]
            part = fee * percent // 100
            if s["refunded"]:
                part = part * (s["amount"] - s["refunded"]) // s["amount"]
            part = max(min(part // FEN * FEN, rest), 0)
            rest -= part
            stands = s["parts"].get(party, 0)
            if part == stands or (party in s["undone"] and part > stands):
                continue
            s["parts"][party] = part
            self.share(s, party, part - stands)

    def share(self, s, party, more):
        owner = (party, s["place"][1] if party == "property" else 0)
        self.move(("provider", s["provider"], "split", -more), (*owner, "split", more))

    def undo(self, session, party):
        s = self.sessions[session]
        self.share(s, party, -s["parts"][party])
        s["parts"][party] = 0
        s["undone"].add(party)

    def back(self, s, amount):
        """Cash first, never more than was paid by cash."""
        cash = min(amount, max(s["cash"], 0))
        s["cash"] -= cash
        s["gift"] -= amount - cash
        return cash, amount - cash

    def refund(self, session, amount):
        s = self.sessions[session]
        before, after = (half_up(v * s["energy_fee"], s["amount"]) for v in (s["refunded"], s["refunded"] + amount))
        cash, gift = self.back(s, amount)
        s["refunded"] += amount
        self.move((*s["purse"], "cash", cash), (*s["purse"], "gift", gift), ("provider", s["provider"], "income_energy", before - after),
                  ("provider", s["provider"], "income_service", after - before - amount))
        self.split(s)

    def correct(self, session, energy):
        s = self.sessions[session]
        energy_fee, amount = energy * 8, half_up(energy * 10, FEN) * FEN
        more = amount - s["amount"]
        if more >= 0:
            cash, gift = self.pay(s["purse"], more)
            s["cash"] += cash
            s["gift"] += gift
        else:
            cash, gift = (-v for v in self.back(s, -more))
        self.move((*s["purse"], "cash", -cash), (*s["purse"], "gift", -gift),
                  ("provider", s["provider"], "income_energy", energy_fee - s["energy_fee"]),
                  ("provider", s["provider"], "income_service", amount - energy_fee - s["service_fee"]))
        s.update(energy_fee=energy_fee, service_fee=amount - energy_fee, amount=amount)
        self.split(s)


class Month:
    """Events by the seed; each is told to the probe and to the model."""

    def __init__(self, i):
        self.i, self.random, self.model = i, random.Random(SEED), Model()
        self.probe = Probe(i)
        self.done = defaultdict(int)
        self.worlds = []
        self.clock(1, 0)
        for _ in range(WORLDS):
            w = self.probe("world")
            w["plan"] = i.sql("insert into split_plan (station_id, name, from_day, created_at, updated_at) values (%s, 'm', '2020-01-01', now(), now())",
                              w["station"])
            plan = i.value("select max(id) from split_plan")
            for kind, fee in (("property", "energy"), ("platform", "service")):
                i.sql("insert into split_party (plan_id, kind, name, fee, method, percent, created_at, updated_at)"
                      " values (%s, %s, %s, %s, 'percent', %s, now(), now())", plan, kind, kind, fee, SHARES[kind])
            self.worlds.append(w)
        for n in range(WORLDS):
            for which in "mc":
                self.recharge(n, which, 200 * YUAN, 20 * YUAN)

    def clock(self, day, minute):
        self.probe("at", f"2026-10-{day:02d}T{8 + minute // 60:02d}:{minute % 60:02d}:00")
        self.model.today = f"2026-10-{day:02d}"

    def purse(self, n, which):
        return ("card", self.worlds[n]["card"]) if which == "c" else ("member", self.worlds[n]["member"])

    def run(self):
        kinds = ("recharge", "withdraw", "charge", "charge", "charge", "refund", "correct", "void", "withdrawal", "book", "undo", "gift")
        for e in range(EVENTS):
            self.clock(2 + e * 28 // EVENTS, e % 12 * 50)
            getattr(self, "do_" + self.random.choice(kinds))()
        self.probe.end()

    def recharge(self, n, which, cash, gift):
        assert self.probe("recharge", n, which, cash, gift) == "fine"
        self.model.recharge(self.purse(n, which), self.worlds[n]["provider"], cash, gift)
        self.done["recharge"] += 1

    def do_recharge(self):
        self.recharge(self.random.randrange(WORLDS), self.random.choice("mc"), self.random.randint(100, 20000) * FEN, 0)

    def do_gift(self):
        self.recharge(self.random.randrange(WORLDS), self.random.choice("mc"), 0, self.random.randint(1, 3000) * FEN)

    def do_withdraw(self):
        n, which = self.random.randrange(WORLDS), self.random.choice("mc")
        cash, gift = self.model.free(self.purse(n, which))
        if self.random.random() < 0.5:
            cash, gift = max(cash, 0) // 3 // FEN * FEN, 0
        else:
            cash, gift = 0, max(gift, 0) // 3 // FEN * FEN
        if cash + gift:
            assert self.probe("withdraw", n, which, cash, gift) == "fine"
            self.model.recharge(self.purse(n, which), self.worlds[n]["provider"], -cash, -gift)
            self.done["withdraw"] += 1

    def do_charge(self):
        where, whose, which = self.random.randrange(WORLDS), self.random.randrange(WORLDS), self.random.choice("mc")
        energy, seconds = self.random.randint(1000, 300000), self.random.randint(20, 90) * 60
        said = self.probe("charge", where, whose, which, energy, seconds)
        place = self.worlds[where]
        if "refused" in said:
            self.done["refused"] += 1
            return
        self.model.charge(said["session"], self.purse(whose, which), place["provider"], (place["station"], place["property"]), energy)
        self.done["charge"] += 1

    def some(self, fits):
        found = [k for k, s in self.model.sessions.items() if fits(s)]
        return self.random.choice(found) if found else None

    def do_refund(self):
        session = self.some(lambda s: s["amount"] > s["refunded"])
        if session:
            s = self.model.sessions[session]
            amount = self.random.randint(1, (s["amount"] - s["refunded"]) // FEN) * FEN
            if self.probe("refund", session, amount)["refusal"] == 0:
                self.model.refund(session, amount)
                self.done["refund"] += 1

    def do_correct(self):
        session = self.some(lambda s: s["amount"])
        if session:
            energy = self.random.randint(1000, 300000)
            if self.probe("correct", session, energy)["refusal"] == 0:
                self.model.correct(session, energy)
                self.done["correct"] += 1

    def do_void(self):
        session = self.some(lambda s: s["amount"] and not s["refunded"])
        if session and self.probe("correct", session, -1)["refusal"] == 0:
            self.model.correct(session, 0)
            self.done["void"] += 1

    def do_withdrawal(self):
        n = self.random.randrange(WORLDS)
        purse = self.purse(n, "m")
        amount = max(self.model.free(purse)[0], 0) // 4 // FEN * FEN
        how = self.random.choice(("pay", "cancel"))
        if amount >= YUAN and self.probe("withdrawal", n, amount, how)["refusal"] == 0:
            if how == "pay":
                self.model.move((*purse, "cash", -amount), ("provider", self.worlds[n]["provider"], "cash_taken", amount))
            self.done["withdrawal " + how] += 1

    def do_book(self):
        where, whose, how = self.random.randrange(WORLDS), self.random.randrange(WORLDS), self.random.choice(("keep", "back"))
        purse = self.purse(whose, "m")
        if self.probe("book", where, whose, how)["refused"] == 0:
            if how == "keep":
                cash, gift = self.model.pay(purse, FEE)
                self.model.move((*purse, "cash", -cash), (*purse, "gift", -gift), ("provider", self.worlds[where]["provider"], "income_booking", FEE))
            self.done["booking " + how] += 1

    def do_undo(self):
        session = self.some(lambda s: any(v and p not in s["undone"] for p, v in s["parts"].items()))
        if session:
            s = self.model.sessions[session]
            party = next(p for p, v in s["parts"].items() if v and p not in s["undone"])
            ids = self.i.rows("select id from split where session_id = %s and party_kind = %s and state = 'done' order by id", session, party)
            said = [self.probe("undo", row[0])["refusal"] for row in ids]
            if ids and not any(said):
                self.model.undo(session, party)
                self.done["undo"] += 1
