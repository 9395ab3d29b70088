"""A depot's night planned: 200 vehicles over 28 half hours, beside who comes first starts first, and beside the least that any way can cost.

./chargeops bench solver"""
import subprocess

from instance import BUILD, key_values
from measure import result


def main():
    done = subprocess.run([str(BUILD / "solver_bench"), "200"], check=True, capture_output=True, text=True)
    got = {k: int(v) for k, v in key_values(done.stdout).items()}
    kwh = {k: got[k] / 1e4 for k in ("missing", "naive_missing", "bound_missing")}
    print(f"{got['vehicles']} vehicles, {got['slots']} half hours: planned in {got['solve_us'] / 1e3:.1f} ms for {got['cost'] / 1e5:.2f} yuan,"
          f" {kwh['missing']:.1f} kWh left out; planned again in {got['again_us'] / 1e3:.1f} ms; first come, first started in {got['naive_us'] / 1e3:.3f} ms:"
          f" {got['naive_cost'] / 1e5:.2f} yuan, {kwh['naive_missing']:.1f} kWh left out; no way costs less than {got['bound'] / 1e5:.2f} yuan")
    result(vehicles=got["vehicles"], solve_ms=got["solve_us"] / 1e3, again_ms=got["again_us"] / 1e3, cost_to_bound=got["cost"] / got["bound"],
           naive_to_bound=got["naive_cost"] / got["bound"], missing_kwh=kwh["missing"], naive_missing_kwh=kwh["naive_missing"],
           bound_missing_kwh=kwh["bound_missing"])


main()
