#!/bin/sh
# Gets the reader of Inspect's logs for the tests (inspect_ai from PyPI, in a
# folder of its own in the cache), once, and prints the Python that has it.
# With --path it gets nothing.
#
# usage: scripts/inspect.sh [--path]
. "$(dirname "$0")/common.sh"

version=0.3.285
place=$cache/inspect-$version
if [ "${1:-}" != --path ] && [ ! -x "$place/bin/python" ]; then
    say "getting inspect_ai $version"
    new=$place.tmp-$$
    trap 'rm -rf "$new"' EXIT
    quietly "$cache/log/inspect.log" python3 -m venv "$new"
    quietly "$cache/log/inspect.log" "$new/bin/python" -m pip install \
        --disable-pip-version-check "inspect-ai==$version"
    mv "$new" "$place"
fi
echo "$place/bin/python"
