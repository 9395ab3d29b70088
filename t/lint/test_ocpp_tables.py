"""The field tables of lib/proto say what the schemas of the Open Charge Alliance say."""
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "t"))

import ocpp_schema  # noqa: E402


@pytest.mark.feature("N4")
def test_tables_are_the_schemas():
    text = (ROOT / "lib/proto/ocpp_table.c").read_text()
    assert text.split(ocpp_schema.BEGIN)[1].split(ocpp_schema.END)[0] == ocpp_schema.table(), \
        "python3 t/ocpp_schema.py prints what belongs between the two marker lines of lib/proto/ocpp_table.c"


def test_every_schema_has_its_action():
    names = set(p.stem for p in ocpp_schema.SCHEMAS.glob("*.json") if not p.stem.endswith("Response"))
    text = (ROOT / "lib/proto/ocpp_action.h").read_text()
    assert names == {line.split('"')[1] for line in text.splitlines() if line.startswith("X(")}
