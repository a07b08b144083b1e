"""Signs DIR/*.eml with dkimpy: KEY ALGORITHM SELECTOR DOMAIN HEADER-FORM BODY-FORM. Writes each signature to NAME.field."""
import pathlib
import sys

import dkim

place, key, algorithm, selector, domain, header, body = sys.argv[1:]
secret = pathlib.Path(key).read_bytes()
for path in sorted(pathlib.Path(place).glob("*.eml")):
    field = dkim.sign(
        path.read_bytes(),
        selector.encode(),
        domain.encode(),
        secret,
        canonicalize=(header.encode(), body.encode()),
        signature_algorithm=algorithm.encode(),
    )
    path.with_suffix(".field").write_bytes(field)
