"""A station of e-bikes billed by energy, and its devices, written straight into the database of a scratch instance."""
import itertools
from types import SimpleNamespace


class Shed:
    def __init__(self, site, code="EB1", first=13544000):
        self.site, self.code = site, code
        self.numbers = itertools.count(first)
        self.tariff = site.insert("tariff", provider_id=site.provider, name="棚价" + code, kind="ebike", method="energy")
        site.i.sql("insert into tariff_version (tariff_id, number, effective_at, method, stop_minutes, summary, created_at)"
                   " values (%s, 1, '2020-01-01', 'energy', 600, '', now())", self.tariff)
        site.i.sql("insert into tariff_slot select id, 0, 1440, 'flat', 0.5, 0.3 from tariff_version where tariff_id = %s", self.tariff)
        self.station = site.insert("station", provider_id=site.provider, property_id=site.property, code=code, name="电单车站" + code,
                                   kind="ebike", tariff_id=self.tariff)

    def device(self, sockets=2):
        """A registered device of class 04 (two sockets): number, serial, pile."""
        number = next(self.numbers)
        serial = f"04{number:08d}"
        insert = self.site.insert
        area = insert("area", station_id=self.station, code=f"E{number}", name=f"区{number}")
        pile = insert("pile", station_id=self.station, area_id=area, code=f"E{number}", serial=serial, name="插座", connector_count=sockets,
                      protocol="ap3000")
        for n in range(1, sockets + 1):
            insert("connector", pile_id=pile, station_id=self.station, number=n, code=f"E{number}{n}", name=f"{n}号插座")
        return SimpleNamespace(number=number, serial=serial, pile=pile)
