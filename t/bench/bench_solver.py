"""A depot's night planned: 200 vehicles over 28 half hours, beside who comes first takes the cheapest room there is.

./chargeops bench solver"""
import subprocess

from instance import BUILD, key_values
from measure import result


def main():
    done = subprocess.run([str(BUILD / "solver_bench"), "200"], check=True, capture_output=True, text=True)
    got = {k: int(v) for k, v in key_values(done.stdout).items()}
    kwh = {k: got[k] / 1e4 for k in ("missing", "greedy_missing")}
    print(f"{got['vehicles']} vehicles, {got['slots']} half hours: planned in {got['solve_us'] / 1e3:.1f} ms for {got['cost'] / 1e5:.2f} yuan,"
          f" {kwh['missing']:.1f} kWh left out; planned again in {got['again_us'] / 1e3:.1f} ms; the greedy way {got['greedy_us'] / 1e3:.3f} ms,"
          f" {got['greedy_cost'] / 1e5:.2f} yuan, {kwh['greedy_missing']:.1f} kWh left out")
    result(vehicles=got["vehicles"], solve_ms=got["solve_us"] / 1e3, again_ms=got["again_us"] / 1e3, cost_ratio=got["cost"] / got["greedy_cost"],
           missing_kwh=kwh["missing"], greedy_missing_kwh=kwh["greedy_missing"])


main()
