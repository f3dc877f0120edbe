#!/bin/sh
# Install into .venv what a lock names, every file by its hash, and nothing besides: what a package wants by its own
# account, and we do not load, is not in the lock.
#   install.sh requirements/run.txt [--compile-bytecode]
# By uv, in a fifth of the time that pip takes; by pip where uv cannot do with what is set up here for pip.
set -eu
cd "$(dirname "$0")/.."
lock=$1
shift
python=.venv/bin/python
set_for_pip() { "$python" -m pip config get "$1" 2> /dev/null || true; }
by_pip() { "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$lock" "$@"; }

# Files may be missing in a package that was being installed when it was cut off, and neither takes notice.
anew=""
if [ -e .venv/.installing ]; then anew=yes; fi
touch .venv/.installing

index=${PIP_INDEX_URL:-$(set_for_pip install.index-url)}
index=${index:-$(set_for_pip global.index-url)}
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
unset UV_LINK_MODE  # else what is installed may be links into a cache that somebody empties
export UV_NO_CONFIG=1  # of a folder above this one

if [ -n "${PIP_NO_INDEX:-$(set_for_pip global.no-index)}" ]; then
    by_pip ${anew:+--force-reinstall}
elif ! .venv/bin/uv pip install --quiet --python "$python" --no-deps --require-hashes ${anew:+--reinstall} -r "$lock" "$@"; then
    echo "uv could not install $lock, as it says above. Now pip does, which takes longer ..." >&2
    by_pip ${anew:+--force-reinstall}
fi
rm .venv/.installing
