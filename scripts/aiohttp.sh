#!/bin/sh
# Gets the Python client that tests/bench compares with (aiohttp from PyPI,
# pinned with checksums, in a folder of its own in the cache), once, and prints
# the Python that has it.
#
# usage: scripts/aiohttp.sh
. "$(dirname "$0")/common.sh"

list=$root/tests/bench/aiohttp.txt
place=$cache/aiohttp-$(sha256sum "$list" | cut -c1-8)
if [ ! -x "$place/bin/python" ]; then
    say "getting aiohttp"
    new=$place.tmp-$$
    trap 'rm -rf "$new"' EXIT
    quietly "$cache/log/aiohttp.log" python3 -m venv "$new"
    quietly "$cache/log/aiohttp.log" "$new/bin/python" -m pip install \
        --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: -r "$list"
    mv "$new" "$place"
fi
echo "$place/bin/python"
