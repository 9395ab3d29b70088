"""The little of HDF that our text files use: nested blocks, key = value, comments."""
import re


def read(path):
    """[(dotted key, value, line)] of a file, in order; a line that is none of ours raises ValueError."""
    out, stack = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text == "}":
            stack.pop()
        elif m := re.fullmatch(r"([A-Za-z0-9_.]+)\s*\{", text):
            stack.append(m[1])
        elif m := re.fullmatch(r"([A-Za-z0-9_.]+)\s*=\s*(.*)", text):
            out.append((".".join([*stack, m[1]]), m[2], number))
        else:
            raise ValueError(f"{path}:{number}: {text}")
    if stack:
        raise ValueError(f"{path}: {stack} is not closed")
    return out
