#!/bin/sh
# Bring what builds and runs the image: with apt when root, else say what is missing. Silent when all is there.
set -eu
missing=""
for pair in buildah:buildah podman:podman runc:runc debootstrap:debootstrap ip:iproute2 caddy:caddy; do
    if ! PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%:*}" > /dev/null; then missing="$missing ${pair#*:}"; fi
done
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # Without netavark buildah makes no container, even where the container has no network of its own.
    # shellcheck disable=SC2086 # a list of words on purpose
    if apt-get -qq update && apt-get -qq install --yes --no-install-recommends netavark $missing > /dev/null; then
        missing=""
    fi
fi
if [ -n "$missing" ]; then
    echo "To build and run the image these packages are missing:$missing." >&2
    exit 1
fi
