"""QR codes a second, and an Excel with 1 000 of them from click to file.

./chargeops bench qr"""
import subprocess
import time

from instance import BUILD, Instance, key_values, wait_for
from measure import result
from work import csrf, task_of

CODES = 1000


def sheet(made):
    """Seconds of an Excel with CODES codes."""
    made.job("demo")
    station, pile = made.rows("select station_id, id from pile order by id limit 1")[0]
    made.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
             " select %s, %s, seq, 70000000 + seq, seq, now(), now() from seq_100_to_" + str(100 + CODES - 1), pile, station)
    web = made.admin()
    start = time.monotonic()
    task = task_of(web.post(f"/admin/pile/page/qr_sheet?code={made.value('select code from pile where id = %s', pile)}", {"_csrf": csrf(web)}))
    row = wait_for(lambda: made.rows("select status, file_rows from task where id = %s and ended_at is not null", task), 60, "the sheet", 0.01)
    assert row[0][0] == "done" and row[0][1] >= CODES, row
    return time.monotonic() - start, row[0][1]


def main():
    done = subprocess.run([str(BUILD / "qr_bench")], check=True, capture_output=True, text=True)
    got = {k: int(v) for k, v in key_values(done.stdout).items()}
    small, large = (1e3 * got["codes"] / got[k] for k in ("sheet_ms", "print_ms"))
    made = Instance("bench-qr")
    try:
        made.up("--bare")
        seconds, rows = sheet(made)
    finally:
        made.destroy()
    print(f"codes a second: {small:.0f} of a sheet's size, {large:.0f} for print; an Excel of {rows} in {seconds:.2f} s")
    result(sheet_codes_per_s=small, print_codes_per_s=large, excel_codes=rows, excel_s=seconds)


main()
