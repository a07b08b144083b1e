"""Reads messages from standard input, each after a line with its length, and says in a line of JSON what is in each."""

import datetime, email, email.policy, json, re, sys

ATOM = r"[^\x00- \x7f()<>@,;:\\\".\[\]]+"
DOT_ATOM = re.compile(rf"{ATOM}(\.{ATOM})*")


class Policy(email.policy.EmailPolicy):
    """Takes header fields in UTF-8 for what they are (RFC 6532). The package's parser of bytes knows ASCII alone."""

    def header_source_parse(self, lines):
        name, value = super().header_source_parse(lines)
        try:
            return name, value.encode("ascii", "surrogateescape").decode("utf-8")
        except UnicodeDecodeError:
            return name, value


def text(value):
    """As text that can be written; an octet of no known charset is U+FFFD."""
    return "" if value is None else str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def date(field):
    if field is None or field.datetime is None:
        return None
    offset = field.datetime.utcoffset()
    if offset is None:
        return int(field.datetime.replace(tzinfo=datetime.timezone.utc).timestamp()), None
    return int(field.datetime.timestamp()), int(offset.total_seconds() // 60)


def address(mailbox):
    """As it has to be written: `addr_spec` leaves some local parts without the quotes they need."""
    local, domain = text(mailbox.username), text(mailbox.domain)
    if not DOT_ATOM.fullmatch(local) and domain:
        local = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    return f"{local}@{domain}" if domain else local


def groups(field):
    def mailboxes(group):
        return [(text(mailbox.display_name), address(mailbox)) for mailbox in group.addresses]

    named = lambda group: None if group.display_name is None else text(group.display_name)
    return [] if field is None else [(named(group), mailboxes(group)) for group in field.groups]


def identifiers(field):
    return [word.strip("<>") for word in text(field).split()]


def identifier(field):
    return "".join(identifiers(field))


def parameters(field):
    return {} if field is None else {name.lower(): text(value) for name, value in field.params.items()}


def read(message):
    defects = []

    def field(part, name, reader, otherwise):
        try:
            return reader(part[name])
        except Exception as problem:  # The package raises what it likes at odd fields.
            defects.append(f"{name}: {problem!r}")
            return otherwise

    leaves, inside = [], set()
    for part in message.walk():
        defects += [type(defect).__name__ for defect in part.defects]
        # The header of a message inside is the affair of that message.
        for name in set(part.keys()) if part not in inside else []:
            defects += field(part, name, lambda value: [f"{name}: {defect!r}" for defect in value.defects], [])
        if part.get_content_maintype() == "message" and part.is_multipart():
            inside.update(part.get_payload())
        if part.is_multipart():
            continue
        leaves.append({
            "content-type": part.get_content_type(),
            "parameters": field(part, "Content-Type", parameters, {}),
            "file-name": field(part, "Content-Disposition", parameters, {}).get("filename", ""),
            "content-id": field(part, "Content-ID", identifier, ""),
            "description": field(part, "Content-Description", text, ""),
            "body": part.get_payload(decode=True).hex(),
        })
    return {
        "subject": field(message, "Subject", text, ""),
        "date": field(message, "Date", date, None),
        "from": field(message, "From", groups, []),
        "sender": field(message, "Sender", groups, []),
        "to": field(message, "To", groups, []),
        "cc": field(message, "Cc", groups, []),
        "reply-to": field(message, "Reply-To", groups, []),
        "message-id": field(message, "Message-ID", identifier, ""),
        "references": field(message, "References", identifiers, []),
        "leaves": leaves,
        "defects": defects,
    }


source = sys.stdin.buffer
while length := source.readline():
    print(json.dumps(read(email.message_from_bytes(source.read(int(length)), policy=Policy()))), flush=True)
