#!/bin/sh
# Write behind each image that Dockerfile and compose.yaml name the digest that its registry has for it now. What is
# built and started then is that image, whatever the name is given to later.
#   digests.sh           asks with skopeo or docker; writes all of them, or none
#   digests.sh --check   fails where an image has no digest; asks nobody
set -eu
cd "$(dirname "$0")/.."
say() { echo "$*" >&2; }
stop() {
    say "$*"
    exit 1
}
named() { # but not the portal's own, which has no tag
    sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p; s/^ *image: \([^ ]*:[^ ]*\).*/\1/p' Dockerfile compose.yaml | sort -u
}
ask() {
    if command -v skopeo > /dev/null; then
        skopeo inspect --format '{{.Digest}}' "docker://$1"
    else
        docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1"
    fi
}

if [ "${1:-}" = --check ]; then
    without=$(named | grep -v '@sha256:[0-9a-f]\{64\}$' || :)
    [ -z "$without" ] || stop "No digest stands behind" $without"." "make digests writes it, where the registry can be reached."
    exit
fi
command -v skopeo > /dev/null || command -v docker > /dev/null || stop "Neither skopeo nor docker is here to ask a registry."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for image in $(named); do
    name=${image%@*}
    digest=$(ask "$name") || stop "No registry told the digest of $name. Nothing was written."
    echo "$digest" | grep -q -x 'sha256:[0-9a-f]\{64\}' || stop "What was told of $name is no digest: $digest. Nothing was written."
    printf '%s\n' "s#^\(FROM \| *image: \)$image\( \|\$\)#\1$name@$digest\2#" >> "$work/changes"
    say "$name@$digest"
done
for file in Dockerfile compose.yaml; do
    sed -f "$work/changes" "$file" > "$work/file"
    cmp -s "$work/file" "$file" || cat "$work/file" > "$file"
done
