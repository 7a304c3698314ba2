#!/bin/sh
# Gets the two chart libraries that `trustsweep report` puts into its page, Vega
# and Vega-Lite, once, and prints their folder.  With npm the pinned releases;
# without it older ones, which the PyPI package altair-viewer carries.  A folder
# that holds both wins: TRUSTSWEEP_ASSETS=DIR.
#
# usage: scripts/assets.sh [--npm | --pip]
. "$(dirname "$0")/common.sh"

assets=$cache/assets
vega=6.4.0
vega_sum=3521fb6ff68a94a40323954f0ba4484ba4014b157bfd37f89a3b063082320c42
lite=6.4.3
lite_sum=24260f85e6f5bfe1069505f7c5c2b9863181ac413ef1030746f0a80c93991ce5
viewer=0.4.0
viewer_sum=5da49c52ad9fc56b823cc479b8e5332324d1544b3f7ae4939c25a8585eae5245

has_both() { # has_both DIR
    [ -f "$1/vega.min.js" ] && [ -f "$1/vega-lite.min.js" ]
}

fetch_npm() { # fetch_npm NAME VERSION SUM: build/NAME.min.js into $new
    file=$cache/dl/$1-$2.tgz
    mkdir -p "$cache/dl"
    if [ ! -f "$file" ]; then
        say "getting $1 $2"
        quietly "$cache/log/download.log" \
            npm pack "$1@$2" --pack-destination "$cache/dl"
    fi
    check_sha256 "$3" "$file"
    tar -xzf "$file" -C "$new" --strip-components=2 "package/build/$1.min.js"
}

fetch_pip() {
    # sets $file, the path of what it got
    fetch_package "altair_viewer-$viewer-py3-none-any.whl" "$viewer_sum" \
        "altair-viewer==$viewer"
    python3 - "$file" "$new" <<'PY'
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name, version in (("vega", "5.21.0"), ("vega-lite", "4.17.0")):
        with open(f"{sys.argv[2]}/{name}.min.js", "wb") as out:
            out.write(wheel.read(f"altair_viewer/scripts/{name}-{version}.js"))
PY
}

from=npm
command -v npm >/dev/null || from=pip
case ${1:-} in
--npm | --pip) from=${1#--} assets=$assets-$from ;;
'') ;;
*) die "usage: scripts/assets.sh [--npm | --pip]" ;;
esac
if [ $# = 0 ] && [ -n "${TRUSTSWEEP_ASSETS:-}" ]; then
    has_both "$TRUSTSWEEP_ASSETS" ||
        die "TRUSTSWEEP_ASSETS: no vega.min.js and vega-lite.min.js in" \
            "$TRUSTSWEEP_ASSETS"
    echo "$TRUSTSWEEP_ASSETS"
    exit 0
fi
if ! has_both "$assets"; then
    new=$assets.tmp-$$
    trap 'rm -rf "$new"' EXIT
    mkdir -p "$new"
    if [ "$from" = npm ]; then
        fetch_npm vega "$vega" "$vega_sum"
        fetch_npm vega-lite "$lite" "$lite_sum"
    else
        fetch_pip
    fi
    rm -rf "$assets"
    mv "$new" "$assets"
fi
echo "$assets"
