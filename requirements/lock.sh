#!/bin/sh
# Lock what pyproject.toml asks for, with hashes and for every platform. Pins that still fit stay as they are.
#   lock.sh [--upgrade]   write the locks
#   lock.sh --check       fail when a lock is not what would be written now
set -eu
cd "$(dirname "$0")/.."
compile() {
    "$uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header "$@"
}
uv=$PWD/.venv/bin/uv
mode=${1:-}
if [ "$mode" = --check ]; then
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT
    mkdir "$copy/requirements"
    cp pyproject.toml "$copy"
    cp requirements/*.in requirements/*.txt "$copy/requirements"
    home=$PWD
    cd "$copy"
    set --
fi
if ! {
    compile "$@" -o requirements/run.txt pyproject.toml &&
        compile "$@" --group dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml &&
        compile "$@" -c requirements/dev.txt -o requirements/build.txt requirements/build.in
}; then
    echo "The lock could not be worked out: see above. The package index has to be reachable for this." >&2
    exit 1
fi
if [ "$mode" = --check ]; then
    for lock in requirements/*.txt; do
        if ! cmp -s "$home/$lock" "$lock"; then
            echo "requirements/ is not what pyproject.toml asks for. Run: make lock" >&2
            exit 1
        fi
    done
fi
