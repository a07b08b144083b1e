"""Checks cases with pyspf: one JSON object a line on standard input, one result a line on standard output."""
import ipaddress
import json
import sys

import spf

zone = {}


def lookup(name, qtype, *_, **__):
    records = zone.get(name.rstrip(".").lower())
    if records is None:
        if name.startswith("error."):
            raise spf.TempError("DNS timeout")
        return
    for record in records.get(qtype, ()):
        if qtype == "TXT":
            record = tuple(text.encode() for text in record)
        elif qtype == "MX":
            record = tuple(record)
        elif qtype == "AAAA":
            record = ipaddress.IPv6Address(record).packed
        yield (name, qtype), record


spf.DNSLookup = lookup
for line in sys.stdin:
    case = json.loads(line)
    zone = case["zone"]
    query = spf.query(i=case["ip"], s=case["mail_from"], h=case["helo"], timeout=1000, querytime=1000)
    try:
        result, _, explanation = query.check()
    except Exception as problem:
        result, explanation = type(problem).__name__, str(problem)
    print(json.dumps([result, explanation, query.mech]))
