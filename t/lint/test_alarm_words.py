"""Messages say alarms in the words of the pages."""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_messages_name_alarms_as_pages_do():
    said = dict(re.findall(r'SAID\("(\w+)", "(.*)"\)', (ROOT / "lib/charge/tbl/alarm_said.h").read_text()))
    words = {}
    for path in (ROOT / "templates/text/zh-CN").glob("*.hdf"):
        for block in re.findall(r"\talarm_code \{(.*?)\n\t\t\}", path.read_text(), re.S):
            words |= dict(re.findall(r"\t(\w+) = (.*)", block))
    codes = re.findall(r'X\(\w+, "(\w+)"', (ROOT / "lib/charge/tbl/alarm_code.h").read_text())
    assert said == words and set(codes) == set(said)
