#!/bin/sh
# Bring what the tests need beside Python: Chromium, fonts for the languages of our families, a virus scanner, a proxy,
# LibreOffice, a mail system and mail programs, and a strict OpenID provider where node is.
# Silent when they are there; with apt when root; else it says what to run.
set -eu
# The strict OpenID provider: into the environment of the tests, from the lock beside it. Without node that is said, and
# the tests that need it say so again; every other part is a must.
folder=.venv/strict-oidc
if command -v npm > /dev/null; then
    if ! cmp -s tests/parts/strict_oidc/package-lock.json "$folder/package-lock.json" || [ ! -d "$folder/node_modules" ]; then
        mkdir -p "$folder"
        cp tests/parts/strict_oidc/package.json "$folder"
        (cp tests/parts/strict_oidc/package-lock.json "$folder" && cd "$folder" &&
            npm ci --ignore-scripts --no-audit --no-fund --silent) || { rm -f "$folder/package-lock.json"; exit 1; }
    fi
else
    echo "There is no node here, so nobody signs in at the strict OpenID provider. Install node and npm to try it." >&2
fi
# A mail program of node's, likewise.
folder=.venv/mail-clients
if command -v npm > /dev/null; then
    if ! cmp -s tests/parts/mail_clients/package-lock.json "$folder/package-lock.json"; then
        mkdir -p "$folder"
        cp tests/parts/mail_clients/package.json "$folder"
        (cp tests/parts/mail_clients/package-lock.json "$folder" && cd "$folder" &&
            npm ci --ignore-scripts --no-audit --no-fund --silent) || { rm -f "$folder/package-lock.json"; exit 1; }
    fi
else
    echo "There is no node here, so nodemailer hands nothing in. Install node and npm to try it." >&2
fi
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
if command -v javac > /dev/null && [ ! -e /usr/share/java/jakarta-mail.jar ]; then
    packages="$packages libjakarta-mail-java"
fi
if [ -z "$packages" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # shellcheck disable=SC2086 # a list of words on purpose
    apt-get -qq install --yes --no-install-recommends fontconfig $packages > /dev/null
    exit 0
fi
echo "The tests need these system packages:$packages. Run as root: apt-get install$packages" >&2
echo "On other systems install Chromium, ClamAV, nginx, LibreOffice, Postfix, swaks, msmtp and fonts for Arabic and Chinese under whatever name they have there." >&2
exit 1
