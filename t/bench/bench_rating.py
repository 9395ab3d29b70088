"""Charges rated a second on one core, with all their lines, beside a plain loop of the same arithmetic.

./chargeops bench rating"""
import subprocess

from instance import BUILD, key_values
from measure import result


def main():
    done = subprocess.run([str(BUILD / "rating_bench")], check=True, capture_output=True, text=True)
    got = {k: int(v) for k, v in key_values(done.stdout).items()}
    rated, plain = (1e3 * got["charges"] / got[k] for k in ("rate_ms", "plain_ms"))
    lines = got["lines"] / got["charges"]
    print(f"{got['charges']} charges of {lines:.1f} lines: rated {rated:.0f} a second, the plain loop {plain:.0f}")
    result(charges=got["charges"], lines_per_charge=lines, rated_per_s=rated, plain_per_s=plain, ratio_to_plain=rated / plain)


main()
