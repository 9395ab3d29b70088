"""ocpp_schema.py - the field tables of lib/proto/ocpp_table.c out of the Open Charge Alliance's JSON schemas (t/data/ocpp16).
Prints the part between the file's two marker lines; t/lint/test_ocpp_tables.py proves that the file says the same."""
import json
import re
import textwrap
from pathlib import Path

SCHEMAS = Path(__file__).resolve().parent / "data/ocpp16"
BEGIN, END = "/* ---- from the schemas ---- */\n", "/* ---- end of the schemas ---- */\n"
KINDS = {"string": "OCPP_STRING", "integer": "OCPP_INTEGER", "number": "OCPP_NUMBER", "boolean": "OCPP_BOOLEAN"}


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Table:
    def __init__(self):
        self.out, self.words, self.fields, self.names = [], {}, {}, set()

    def name(self, wish, message, what):
        name = f"{wish}_{what}"
        if name in self.names:
            name = f"{snake(message)}_{wish}_{what}"
        self.names.add(name)
        return name

    def put_words(self, words, field, message):
        key = tuple(words)
        if key not in self.words:
            self.words[key] = self.name(snake(field), message, "words")
            text = ", ".join(f'"{w}"' for w in key) + ", NULL"
            lines = textwrap.wrap(text, 90, break_long_words=False)
            self.out.append(f"static const char *const {self.words[key]}[] = {{\n\t" + "\n\t".join(lines) + "\n};\n")
        return self.words[key]

    def field(self, name, s, need, root, message):
        many = s["type"] == "array" if "type" in s else False
        least = s.get("minItems", 0)
        while "$ref" in s or s.get("type") == "array":
            s = root["definitions"][s["$ref"].rsplit("/", 1)[1]] if "$ref" in s else s["items"]
        said = [f'"{name}"']
        if s["type"] == "object":
            said += ["OCPP_OBJECT", "0", "NULL", self.put_fields(s, snake(name), root, message)]
        elif "enum" in s:
            said += ["OCPP_STRING", "0", self.put_words(s["enum"], name, message), "NULL"]
        else:
            kind = "OCPP_TIME" if s.get("format") == "date-time" else KINDS[s["type"]]
            said += [kind, str(s.get("maxLength", 0)), "NULL", "NULL"]
        flags = [f for f, on in (("OCPP_NEED", need), ("OCPP_MANY", many), ("OCPP_SOME", least), ("OCPP_TENTHS", "multipleOf" in s)) if on]
        return "\t{ " + ", ".join(said + [" | ".join(flags) or "0"]) + " },\n"

    def put_fields(self, s, wish, root, message):
        lines = [self.field(n, f, n in s.get("required", []), root, message) for n, f in s.get("properties", {}).items()]
        key = "".join(lines)
        if not lines:
            return "no_fields"
        if key not in self.fields:
            self.fields[key] = self.name(wish, message, "fields")
            wrapped = "".join(ln if len(ln) < 97 else ln.replace(", ", ",\n\t\t", 1) for ln in lines)
            self.out.append(f"static const struct ocpp_field {self.fields[key]}[] = {{\n{wrapped}\tFIELDS_END\n}};\n")
        return self.fields[key]


def table():
    t, rows = Table(), []
    for path in sorted(p for p in SCHEMAS.glob("*.json") if not p.stem.endswith("Response")):
        call, answer = json.loads(path.read_text()), json.loads(path.with_name(path.stem + "Response.json").read_text())
        rows.append(f"\t[OCPP_{snake(path.stem).upper()}] = {{ {t.put_fields(call, snake(path.stem), call, path.stem)},\n"
                    f"\t\t{t.put_fields(answer, snake(path.stem) + '_answer', answer, path.stem + 'Answer')} }},\n")
    return "".join(t.out) + "\nstatic const struct { const struct ocpp_field *call, *answer; } schemas[] = {\n" + "".join(rows) + "};\n"


if __name__ == "__main__":
    print(table(), end="")
