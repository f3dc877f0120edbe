#!/bin/sh
# Make a release of what is committed: wheel, locked requirements, files for a server, SBOM, image and checksums in
# dist/, and the tag.
#   release.sh           needs docker or buildah for the image
#   IMAGE=no release.sh  leaves the image out
#   AUDIT=no release.sh  does not ask what is known of the locked libraries
#   BUILD_FLAGS=…        is handed on to the builder, such as --network=host
# The version is the one of pyproject.toml. Nothing is tagged unless all else went well. PYTHON names another Python.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-$PWD/.venv/bin/python}
say() { echo "$*" >&2; }
stop() {
    say "$*"
    exit 1
}

version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
tag=v$version
[ -z "$(git status --porcelain)" ] || stop "There are changes that are not committed. Commit them or put them aside."
if git rev-parse --quiet --verify "refs/tags/$tag" > /dev/null; then
    stop "$tag is there already. Give pyproject.toml the next version."
fi
head=$(sed -n 's/^## //p' CHANGELOG.md | head -n 1)
case $head in
    "$version ("????-??-??")") ;;
    *) stop "CHANGELOG.md begins with “$head”. It has to begin with “## $version (YYYY-MM-DD)”." ;;
esac
builder=
if [ "${IMAGE:-yes}" != no ]; then
    builder=$(command -v docker || command -v buildah) || stop "Neither docker nor buildah is here. IMAGE=no leaves the image out."
    sh deploy/digests.sh --check || stop "An image is built on what is named by digest alone. IMAGE=no leaves it out."
fi

if [ "${AUDIT:-yes}" != no ]; then
    say "Asking what is known of the locked libraries ..."
    "$python" requirements/audit.py >&2 || stop "Nothing is released so. AUDIT=no leaves the question out."
fi

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say "Building the wheel of $version twice ..."
for turn in first second; do
    mkdir -p "$work/$turn/source"
    git archive HEAD | tar -x -C "$work/$turn/source"
    (cd "$work/$turn/source" && "$python" -m hatchling build -t wheel -d "$work/$turn" > "$work/log" 2>&1) ||
        stop "The wheel could not be built: $(cat "$work/log")"
done
wheel=portal-$version-py3-none-any.whl
cmp "$work/first/$wheel" "$work/second/$wheel" || stop "Two builds of the wheel differ."

out=$work/out
mkdir "$out"
cp "$work/first/$wheel" "$out"
cp requirements/run.txt "$out/portal-$version-requirements.txt"
git archive --prefix="portal-$version/" HEAD deploy | gzip --no-name > "$out/portal-$version-deploy.tar.gz"
say "Listing what it is made of (CycloneDX) ..."
"$(dirname "$python")/cyclonedx-py" requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible \
    --of JSON -o "$out/portal-$version.cdx.json" > "$work/log" 2>&1 || stop "The SBOM could not be made: $(cat "$work/log")"

if [ -n "$builder" ]; then
    say "Building the image ..."
    archive=$out/portal-$version-image.tar
    # shellcheck disable=SC2086 # a list of words on purpose
    set -- ${BUILD_FLAGS:-} --tag "portal:$version" --label "org.opencontainers.image.version=$version" \
        --label "org.opencontainers.image.revision=$(git rev-parse HEAD)" "$work/first/source"
    case $builder in
        */buildah) # in docker's format, for the other one knows no health check
            buildah build --format docker "$@" >&2
            buildah push "portal:$version" "docker-archive:$archive:portal:$version" >&2
            ;;
        *)
            docker build "$@" >&2
            docker save --output "$archive" "portal:$version"
            ;;
    esac
fi

(cd "$out" && sha256sum -- * > "$work/SHA256SUMS")
mv "$work/SHA256SUMS" "$out"
rm -rf dist
cp -R "$out" dist
git tag --annotate "$tag" --message "portal $version"
say "dist/ has $version, and $tag is made. To publish it: git push origin $tag"
