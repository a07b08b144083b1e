"""Verifies DIR/*.eml with dkimpy, the keys from DIR/keys.json: one line each, the name and pass or what is wrong."""
import json
import pathlib
import sys

import dkim

place = pathlib.Path(sys.argv[1])
keys = json.loads((place / "keys.json").read_text())


def txt(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    record = keys.get(name.rstrip("."))
    return record.encode() if record else None


for path in sorted(place.glob("*.eml")):
    try:
        verdict = "pass" if dkim.DKIM(path.read_bytes()).verify(dnsfunc=txt) else "fail"
    except Exception as problem:
        verdict = f"{type(problem).__name__}: {problem}"
    print(path.stem, verdict.replace("\n", " "))
