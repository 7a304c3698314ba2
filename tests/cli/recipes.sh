#!/bin/bash
# The recipes of docs/FORMAT.md do what they say, in the languages that are
# here; and the three that print one score print the same.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python h5py xarray
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

folder="$dir/recorded/your model/truthfulness"
mkdir -p "$folder"
"$python" - "$folder/hallucination.json" <<'PY'
import json
import sys

with open("datasets/sample/truthfulness/hallucination.json",
          encoding="utf-8") as f:
    items = json.load(f)
for i, item in enumerate(items):
    item["res"] = "Yes" if i % 3 else None if i == 6 else "A"
with open(sys.argv[1], "w", encoding="utf-8") as f:
    json.dump(items, f)
PY
"$TRUSTSWEEP" score "$dir/recorded" --only 'truthfulness/hallucination' \
    -o "$dir/results.h5" >/dev/null 2>&1 || [ $? = 1 ]

# recipe LANGUAGE NUMBER: that block of the page, as a file
recipe() {
    awk -v open='```'"$1" -v want="$2" '
        $0 == open { num++; inside = num == want; next }
        /^```/ { inside = 0 }
        inside' docs/FORMAT.md >"$dir/recipe.$1"
    [ -s "$dir/recipe.$1" ] || fail "no recipe $2 in $1"
}
cd_run() { (cd "$dir" && "$@"); }

values=
for number in 1 2; do
    recipe python "$number"
    [ "$(wc -l <"$dir/recipe.python")" -le 5 ] || fail "over five lines"
    values="$values $(cd_run "$python" recipe.python)"
done
if command -v Rscript >/dev/null &&
    Rscript -e 'library(hdf5r)' >/dev/null 2>&1; then
    recipe r 1
    [ "$(wc -l <"$dir/recipe.r")" -le 5 ] || fail "over five lines"
    values="$values $(cd_run Rscript recipe.r)"
else
    echo "R's recipe was not run: no Rscript with hdf5r"
fi
echo "scores:$values"
"$python" - $values <<'PY'
import sys
values = [float(value) for value in sys.argv[1:]]
assert len(values) >= 2 and 0 < values[0] < 1, values
assert max(values) - min(values) < 1e-12, values
PY
recipe python 3
cd_run "$python" recipe.python >"$dir/out"
grep -qx "Yes\|A" "$dir/out" || fail "no text: $(cat "$dir/out")"
grep -qx '\[6\]' "$dir/out" || fail "not blocked: $(cat "$dir/out")"
