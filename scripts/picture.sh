#!/bin/bash
# Makes docs/report.png, the picture of a report in README.md: made-up replies of
# the sim backend to the sample data set, looked at in headless Chromium.
#
# usage: scripts/picture.sh PROGRAM [PICTURE]
. "$(dirname "$0")/common.sh"
program=$(realpath "${1:?usage: scripts/picture.sh PROGRAM [PICTURE]}")
picture=$(realpath -m "${2:-$root/docs/report.png}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

model() { # model NAME ACCESS SEED
    printf '{ "name": "%s", "access": "%s", "backend": "sim:seed=%s" }' "$@"
}
cat >"$dir/job.json" <<JSON
{ "name": "picture", "dataset": "sample", "models": [
  $(model harbour-large proprietary 3), $(model harbour-small proprietary 12),
  $(model kestrel-7b open 5), $(model kestrel-70b open 8),
  $(model linden-13b open 21), $(model linden-34b open 34)
], "roles": { "judge": "sim:seed=7", "embedder": "sim", "toxicity": "sim" } }
JSON
quietly "$dir/run.log" "$program" run "$dir/job.json" --output "$dir/run" \
    --ranks 3 || true
cp "$dir/run/results.h5" "$dir/made-up.h5"
assets=$(sh "$root/scripts/assets.sh")
quietly "$dir/report.log" "$program" report "$dir/made-up.h5" \
    --assets "$assets" -o "$dir/page.html"
cd "$root/tests/cli"
python3 - "$dir/page.html" "$picture" <<'PY'
import sys

from browser import Browser

with Browser(1000, 980) as page:
    page.open(sys.argv[1])
    page.run("TS.drawAll()")
    page.run("location.hash = '#board'")
    page.run("new Promise((done) => setTimeout(done, 500))")
    page.screenshot(sys.argv[2])
PY
say "$picture"
