#!/bin/sh
# Bring what the tests need beside Python: Chromium, fonts for the languages of our families, a virus scanner, two proxies, a pooler,
# LibreOffice, a mail system and mail programs, and a strict OpenID provider, for which node and Java are brought too.
# Silent when they are there; with apt when root; else it says what to run.
set -eu
# What comes from npm: into the environment of the tests, from the lock beside it.
install_from_npm() { # the folder below tests/parts, and the one below .venv
    if cmp -s "tests/parts/$1/package-lock.json" ".venv/$2/package-lock.json" && [ -d ".venv/$2/node_modules" ]; then
        return 0
    fi
    mkdir -p ".venv/$2"
    cp "tests/parts/$1/package.json" "tests/parts/$1/package-lock.json" ".venv/$2"
    (cd ".venv/$2" && npm ci --ignore-scripts --no-audit --no-fund --silent) || {
        rm -f ".venv/$2/package-lock.json"
        exit 1
    }
}
from_npm() {
    install_from_npm strict_oidc strict-oidc
    install_from_npm mail_clients mail-clients
}
packages=""
found=""
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" > /dev/null; then found=$name; fi
done
if [ -z "$found" ]; then packages=" chromium"; fi
for pair in ar:fonts-noto-core zh:fonts-noto-cjk; do
    if ! command -v fc-list > /dev/null || [ -z "$(fc-list ":lang=${pair%%:*}")" ]; then
        packages="$packages ${pair#*:}"
    fi
done
# Not all of us have /usr/sbin in the path. No signatures are fetched: the tests bring their own.
if ! PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v clamd > /dev/null; then packages="$packages clamav-daemon"; fi
# The tests start their own; what the package would start is left alone.
if ! PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nginx > /dev/null; then packages="$packages nginx-light"; fi
if ! PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v pgbouncer > /dev/null; then packages="$packages pgbouncer"; fi
for pair in caddy:caddy curl:curl systemd-analyze:systemd; do
    if ! command -v "${pair%%:*}" > /dev/null; then packages="$packages ${pair#*:}"; fi
done
# Word and OpenDocument letters: 81 MB to fetch, 262 MB on disk.
if ! command -v soffice > /dev/null && ! command -v libreoffice > /dev/null; then
    packages="$packages libreoffice-writer-nogui"
fi
# Mail programs and a mail system in front of the gate: the tests start their own; none of the machine's is touched.
if [ ! -x /usr/lib/postfix/sbin/master ]; then packages="$packages postfix"; fi
for name in swaks msmtp; do
    if ! command -v "$name" > /dev/null; then packages="$packages $name"; fi
done
if ! perl -MNet::SSLeay -e 1 2> /dev/null; then packages="$packages libnet-ssleay-perl"; fi
if ! command -v npm > /dev/null; then packages="$packages npm"; fi
if ! command -v javac > /dev/null; then packages="$packages default-jdk-headless"; fi
if [ ! -e /usr/share/java/jakarta-mail.jar ]; then packages="$packages libjakarta-mail-java"; fi
if [ -z "$packages" ]; then
    from_npm
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # shellcheck disable=SC2086 # a list of words on purpose
    apt-get -qq install --yes --no-install-recommends fontconfig $packages > /dev/null
    from_npm
    exit 0
fi
echo "The tests need these system packages:$packages. Run as root: apt-get install$packages" >&2
echo "On other systems install Chromium, ClamAV, nginx, PgBouncer, Caddy, curl, systemd, LibreOffice, Postfix, swaks, msmtp, node with npm, a JDK, Jakarta Mail and fonts for Arabic and Chinese under whatever name they have there." >&2
exit 1
