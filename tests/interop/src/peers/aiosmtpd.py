"""An SMTP and LMTP server that delivers to one Maildir: aiosmtpd.py FOLDER SMTP SMTPS LMTP USER PASSWORD"""
import asyncio
import os
import ssl
import sys

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, user, password = sys.argv[1], sys.argv[5], sys.argv[6]
smtp_port, smtps_port, lmtp_port = map(int, sys.argv[2:5])


class Deliver:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address != user + "@interop.test":
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        Deliver.count += 1
        name = f"{os.getpid()}.{Deliver.count}"
        with open(f"{folder}/mail/{user}/tmp/{name}", "wb") as file:
            file.write(envelope.original_content)
        os.rename(f"{folder}/mail/{user}/tmp/{name}", f"{folder}/mail/{user}/new/{name}")
        return "250 2.0.0 delivered"


def check(server, session, envelope, mechanism, given):
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (user.encode(), password.encode())
    return AuthResult(success=right, handled=False)


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")

    def smtp(**more):
        return SMTP(Deliver(), hostname="mail.interop.test", authenticator=check, **more)

    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: smtp(tls_context=tls), "127.0.0.1", smtp_port)
    await loop.create_server(lambda: smtp(auth_require_tls=False), "127.0.0.1", smtps_port, ssl=tls)
    await loop.create_server(lambda: LMTP(Deliver(), hostname="mail.interop.test"), "127.0.0.1", lmtp_port)
    await asyncio.Event().wait()


asyncio.run(main())
