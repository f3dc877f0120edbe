#!/bin/sh
# Install into .venv what locks name, every file by its hash.
#   install.sh requirements/run.txt [--compile-bytecode]
# By uv, in a fifth of the time that pip takes; by pip where uv cannot do with what is set up here for pip.
set -eu
cd "$(dirname "$0")/.."
lock=$1
shift
python=.venv/bin/python
index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2> /dev/null || true)}
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
.venv/bin/uv pip install --quiet --python "$python" --require-hashes -r "$lock" "$@" || {
    echo "uv could not install $lock, as it says above. Now pip does, which takes longer ..." >&2
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock"
}
