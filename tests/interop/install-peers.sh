#!/usr/bin/env bash
# Installs the mail software that the interop suite talks to, on Debian as root. Starts nothing: the suite starts its
# peers itself, on loopback, with configurations of its own.
#
# Packages that exclude one another (each wants to be *the* mail server) are unpacked beside the system, into
# $INTEROP_PEERS, by default /var/tmp/mail-interop.
set -euo pipefail
peers=${INTEROP_PEERS:-/var/tmp/mail-interop}
export DEBIAN_FRONTEND=noninteractive
mkdir -p "$peers/packages"

# Keeps the packages from starting their services while they are installed.
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$guard"
  chmod 755 "$guard"
  trap 'rm -f "$guard"' EXIT
fi

packages=(
  postfix dovecot-core dovecot-pop3d dovecot-lmtpd dovecot-submissiond libsasl2-modules sasl2-bin openssl
  curl swaks libnet-ssleay-perl libauthen-sasl-perl libdigest-hmac-perl
  python3-spf python3-dkim python3-nacl libmail-dkim-perl opendkim
  msmtp mpop fetchmail python3 python3-aiosmtpd procps adduser
  # What Exim and OpenSMTPD are linked with.
  libgnutls-dane0 libevent-2.1-7 libfile-fcntllock-perl libdb5.3 libpcre2-8-0
)
unpacked=(exim4-daemon-light opensmtpd)

if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  apt-get update -q
  echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
  for attempt in 1 2 3; do
    apt-get install -yq --no-install-recommends -o Dpkg::Options::=--force-confold "${packages[@]}" && break
    [ "$attempt" -lt 3 ] || exit 1
    sleep 5
  done
fi

for package in "${unpacked[@]}"; do
  [ -e "$peers/$package" ] && continue
  (cd "$peers/packages" && apt-get download -q "$package")
  dpkg -x "$peers/packages/${package}"_*.deb "$peers/$package"
done

# Users that Exim and OpenSMTPD were compiled to run as.
for user in Debian-exim opensmtpd opensmtpq; do
  id "$user" >/dev/null 2>&1 ||
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --user-group "$user"
done
echo "the peers are installed; Exim and OpenSMTPD lie in $peers"
