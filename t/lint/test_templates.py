"""Templates: nothing that slips past the escaping, nothing inline, every text in both languages (STYLE 3).

ClearSilver escapes every `var`; this lint forbids what does not go through it, and what escaping of HTML cannot make safe."""
import re
from collections import Counter
from pathlib import Path

import pytest

import hdf

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.cs"))
LANGS = ("zh-CN", "en")

TAG = re.compile(r"<\?cs\s*(.*?)\?>", re.S)
# Commands and functions that print raw, forget the escaping mode, read outside of a string, or run at parse time.
FORBIDDEN = re.compile(r"^(uvar|alt|name|lvar|evar|linclude|escape|content-type)\s*:|string\.(slice|length)|\b_\(|"
                       r"\b(html_escape|js_escape|url_escape|url_validate|text_html|html_strip|css_url_validate)\s*\(")
INCLUDE = re.compile(r"^include\s*:")
ADDRESS = ("href", "src", "action", "formaction", "hx-get", "hx-post", "hx-delete", "poster", "cite")
SAFE_ADDRESS = re.compile(r"^var:\s*(url|asset)\(")


def problems_of(text):
    """(line, what) of everything wrong with a template."""
    def line(at):
        return text.count("\n", 0, at) + 1

    for m in TAG.finditer(text):
        command = m[1].strip()
        if command.startswith("#"):
            continue
        if FORBIDDEN.search(command):
            yield line(m.start()), f"forbidden: {command}"
        if INCLUDE.match(command):
            yield line(m.start()), f"include without ! is silently empty when the file is missing: {command}"
        if re.match(r"set\s*:\s*(Text|Config)\b", command):
            yield line(m.start()), f"texts are shared by all pages: {command}"
    # What the browser sees: commands become a mark, so that quotes inside of them do not count.
    commands = []

    def mark(m):
        commands.append(m[1].strip())
        return "\x01%d\x02" % (len(commands) - 1) + "\n" * m[0].count("\n")

    plain = TAG.sub(mark, text)

    def plain_line(at):
        return plain.count("\n", 0, at) + 1

    for m in re.finditer(r"<(script|style)\b([^>]*)>(.*?)</\1>", plain, re.S | re.I):
        if m[3].strip() or m[1].lower() == "style":
            yield plain_line(m.start()), f"inline {m[1]}: the page's rules forbid it"
    for m in re.finditer(r"<[a-zA-Z][^<>]*>", plain):
        yield from attribute_problems(m[0], commands, plain_line(m.start()))


ATTRIBUTE = re.compile(r"""([^\s"'=<>/\x01\x02]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")


def attribute_problems(tag, commands, line):
    for m in ATTRIBUTE.finditer(tag):
        name, value = m[1].lower(), m[2]
        if name == "style" or re.match(r"on[a-z]+$", name):
            yield line, f"inline {name}="
        if value[0] not in "\"'":
            if "\x01" in value:
                yield line, f"unquoted attribute {name} with a command"
            continue
        value = value[1:-1]
        if value.startswith("'") and "\x01" in value:
            yield line, f"{name} in single quotes: ' is the delimiter"
        if name in ADDRESS:
            yield from address_problems(name, value, commands, line)


def address_problems(name, value, commands, line):
    """An address is ours from its first character, or goes through url() or asset()."""
    first = re.match(r"\x01(\d+)\x02", value)
    while first and re.match(r"(if|elif|else|/if)", commands[int(first[1])]):
        value = value[first.end():]
        first = re.match(r"\x01(\d+)\x02", value)
    if first and not SAFE_ADDRESS.match(commands[int(first[1])]):
        yield line, f"{name}= begins with {commands[int(first[1])]!r}: use url()"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT / "templates").as_posix())
def test_template(path):
    found = [f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in problems_of(path.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("bad", [
    "<?cs uvar:x ?>", "<?cs alt:x ?>y<?cs /alt ?>", "<?cs name:x ?>", "<?cs lvar:x ?>", "<?cs evar:x ?>", '<?cs linclude:"x" ?>',
    '<?cs escape:"js" ?><?cs /escape ?>', '<?cs var:string.slice(x, #0, #1) ?>', '<?cs var:_("x") ?>', '<?cs include:"x.cs" ?>',
    "<?cs var:html_escape(a) + b ?>", "<script>var a = <?cs var:x ?>;</script>", "<script>1</script>", "<style>a{}</style>",
    "<p style='color:red'>", '<a onclick="x()">', '<a href="<?cs var:x ?>">', '<a href="<?cs if:y ?><?cs var:x ?><?cs /if ?>">',
    "<input value=<?cs var:x ?>>", '<form action="<?cs var:x.href ?>">', '<?cs set:Text.a = "b" ?>'])
def test_the_linter_sees(bad):
    assert list(problems_of(bad))


@pytest.mark.parametrize("good", [
    '<a href="<?cs var:url(x) ?>">', '<script src="<?cs var:asset("a.js") ?>" defer></script>', '<a href="/c/<?cs var:code ?>">',
    '<?cs include!"x.cs" ?>', '<p class="<?cs if:x == "1" ?>a<?cs /if ?>"><?cs var:x ?></p>', "<?cs # a remark about alt: ?>"])
def test_the_linter_lets_pass(good):
    assert not list(problems_of(good))


# --- texts

def texts(lang):
    """key -> (value, file:line) without the leading Text."""
    out = {}
    for path in sorted((ROOT / "templates/text" / lang).glob("*.hdf")):
        for key, value, line in hdf.read(path):
            out.setdefault(key, []).append((value, f"{path.relative_to(ROOT)}:{line}"))
    return out


@pytest.fixture(scope="module")
def both():
    return {lang: texts(lang) for lang in LANGS}


def test_every_text_is_said_once(both):
    twice = [f"{key}: {', '.join(w for _, w in where)}" for lang in LANGS for key, where in both[lang].items() if len(where) > 1]
    assert not twice, "\n".join(twice)


def test_texts_live_under_one_root(both):
    strays = [f"{where[0][1]}: {key}" for lang in LANGS for key, where in both[lang].items() if not key.startswith("Text.")]
    assert not strays, "\n".join(strays)


def test_every_text_in_both_languages(both):
    missing = [f"{lang} lacks {key} ({both[other][key][0][1]})" for lang, other in (LANGS, LANGS[::-1])
               for key in both[other] if key not in both[lang]]
    assert not missing, "\n".join(missing)


def test_no_text_is_empty(both):
    empty = [where[0][1] for lang in LANGS for where in both[lang].values() if not where[0][0]]
    assert not empty, "\n".join(empty)


def test_texts_take_the_same_arguments(both):
    def slots(value):
        return Counter(re.findall(r"\{[12]\}", value))
    differ = [f"{both['en'][k][0][1]}: {k}" for k in both["zh-CN"] if k in both["en"] and
              set(slots(both["zh-CN"][k][0][0])) != set(slots(both["en"][k][0][0]))]
    assert not differ, "\n".join(differ)


def test_english_is_english(both):
    """But for the switch to the other language and the look of a number plate."""
    chinese = [w[0][1] for k, w in both["en"].items()
               if re.search(r"[\u4e00-\u9fff]", w[0][0]) and not re.search(r"^Text\.app\.lang_|\.plate$", k)]
    assert not chinese, "\n".join(chinese)


def used_keys():
    for path in TEMPLATES:
        for i, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            for key in re.findall(r'\bt\("([^"]+)"\)', line):
                yield key, f"{path.relative_to(ROOT)}:{i}"
    for path in sorted((ROOT / "cgi").rglob("*.c")):
        for i, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            for key in re.findall(r'\btext_(?:get|format)\(\w+(?:->\w+)?, "([a-z0-9_.]+)"', line):
                yield key, f"{path.relative_to(ROOT)}:{i}"


def test_every_key_that_is_used_has_a_text(both):
    missing = [f"{where}: {key}" for key, where in used_keys() if f"Text.{key}" not in both["zh-CN"]]
    assert not missing, "\n".join(missing)


def test_words_of_closed_lists_have_texts(both):
    """Text.choice.<list>.<word> for each list and word of lib/charge/tbl, Text.refusal.<word> for each refusal."""
    missing = []
    for path in sorted((ROOT / "lib/charge/tbl").glob("*.h")):
        for word in re.findall(r'^X\(\w+, "(\w+)"', path.read_text(), re.M):
            if f"Text.choice.{path.stem}.{word}" not in both["zh-CN"]:
                missing.append(f"choice.{path.stem}.{word}")
    for word in re.findall(r'^X\(\w+, "(\w+)"\)', (ROOT / "lib/charge/refusal.h").read_text(), re.M):
        if f"Text.refusal.{word}" not in both["zh-CN"]:
            missing.append(f"refusal.{word}")
    assert not missing, "\n".join(missing)


# --- static files

def test_the_lock_file_names_no_registry():
    lock = (ROOT / "static/package-lock.json").read_text()
    assert '"resolved"' not in lock and "registry" not in lock
    assert '"integrity"' in lock


def test_every_asset_is_built():
    built = set(re.findall(r"^\S+ (\S+\.(?:js|css|svg))$", (ROOT / "static/build.sh").read_text(), re.M))
    wrong = [f"{p.relative_to(ROOT)}: {name}" for p in TEMPLATES
             for name in re.findall(r'asset\("([^"]+)"\)', p.read_text(encoding="utf-8")) if name not in built]
    assert built and not wrong, "\n".join(wrong)


def test_every_icon_is_drawn():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "static/img/icons.svg").read_text()))
    wrong = [f"{p.relative_to(ROOT)}: {name}" for p in TEMPLATES
             for name in re.findall(r'icons\.svg"\) \?>#(\w+)"', p.read_text(encoding="utf-8")) if name not in drawn]
    assert drawn and not wrong, "\n".join(wrong)


def test_each_group_of_the_menu_has_its_sign():
    signs = set(re.findall(r'id="menu_([a-z]+)"', (ROOT / "static/img/icons.svg").read_text()))
    groups = {g for path in (ROOT / "cgi/screen").glob("*.c") for g in re.findall(r'const struct resource \w+ = \{.*?\.group = "(\w+)"', path.read_text(), re.S)}
    assert len(groups) > 8 and groups | {"home"} == signs
