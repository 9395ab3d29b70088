"""An export of many rows from click to file, beside bare libxlsxwriter writing cells of the same kinds in the same run; and a QR sheet.

./chargeops bench export [--rows 1000000]"""
import argparse
import re
import subprocess
import time

from instance import BUILD, Instance, wait_for
from measure import result
from people import Tenant
from work import csrf, export, task_of

COLUMNS = 13


def bare(rows, folder):
    """Seconds and peak memory of the baseline."""
    out = folder / "bare.xlsx"
    start = time.monotonic()
    peak = subprocess.run([str(BUILD / "bare_xlsx"), str(out), str(folder), str(rows)], check=True, capture_output=True, text=True).stdout
    seconds, size = time.monotonic() - start, out.stat().st_size
    out.unlink()
    return seconds, int(peak), size


def fill(made, tenant, partner, rows):
    made.sql("insert into daily_report (day, direction, provider_id, partner_id, sessions, energy, energy_fee, service_fee, amount, note,"
             " created_at, updated_at) select '1000-01-01' + interval seq day, 'payable', %s, %s, seq, seq / 7, seq / 3, seq / 4, seq / 5,"
             " 'a note of a few words', '2026-11-20 12:00:00', '2026-11-20 12:00:00' + interval seq %% 86400 second"
             f" from seq_1_to_{rows}", tenant.provider, partner.provider)


def peak_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read())[1])


def timed(made, task):
    """Seconds the runner took, its peak memory, rows and bytes of the file."""
    def row():
        status, holder, rows, size = made.rows("select status, holder, file_rows, file_size from task where id = %s", task)[0]
        assert status not in ("failed", "cancelled"), status
        return (holder, rows, size) if status == "done" else None
    holder, rows, size = wait_for(row, 600, f"task {task}", 0.2)
    line = wait_for(lambda: re.search(rf"task_end .*task={task} rows=\d+ ms=(\d+)", made.log("task")), 10, "the runner's log")
    return int(line[1]) / 1000, peak_kb(int(holder.split(":")[1])), rows, size


def connectors(tenant, n):
    pile = tenant.insert("pile", station_id=tenant.station, area_id=tenant.area, code="B1", serial="32010200000001", name="桩", connector_count=99)
    tenant.instance.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
                        f" select %s, %s, seq, concat('{tenant.station}', lpad(seq, 6, '0')), concat(seq, '号枪'), now(), now()"
                        f" from seq_1_to_{n}", pile, tenant.station)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--codes", type=int, default=1000)
    args = parser.parse_args()
    made = Instance("bench-export")
    made.env.update(CHARGEOPS_POOL_MB="1024", CHARGEOPS_REDO_MB="512")
    try:
        made.up("--bare")
        tenant, partner = Tenant(made), Tenant(made)
        fill(made, tenant, partner, args.rows)
        connectors(tenant, args.codes)
        web = tenant.web()
        qr, _, codes, _ = timed(made, task_of(web.post("/admin/connector/page/qr_sheet", {"_csrf": csrf(web)})))
        assert codes == args.codes
        base = min(bare(args.rows, made.var) for _ in range(2))
        house = min(timed(made, export(web, "daily_report", "tab=payable")) for _ in range(2))
        assert house[2] == args.rows
        print(f"{args.rows} rows x {COLUMNS} columns: bare libxlsxwriter {base[0]:.1f} s, {base[1] / 1024:.1f} MB, file {base[2] / 1e6:.1f} MB;"
              f" export {house[0]:.1f} s, {house[1] / 1024:.1f} MB, file {house[3] / 1e6:.1f} MB; {codes} QR codes {qr:.2f} s")
        result(rows=args.rows, columns=COLUMNS, bare_s=base[0], export_s=house[0], ratio_to_bare=base[0] / house[0],
               rows_per_s=int(args.rows / house[0]), peak_mb=house[1] / 1024, bare_peak_mb=base[1] / 1024, qr_codes=codes, qr_s=qr)
    finally:
        made.destroy()


main()
