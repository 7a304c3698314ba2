#!/bin/bash
# A results file of somebody else: what its names, numbers and texts say is shown
# and exported as such, no file is written outside of DIR, and what cannot be is
# refused with the file's name and what helps.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
. "$(dirname "$0")/lib.sh"
find_python h5py numpy
dir=$(mktemp -d /tmp/trustsweep-test.XXXXXX)
trap 'rm -rf "$dir"' EXIT
"$python" tests/cli/report_answers.py "$dir/recorded"
"$TRUSTSWEEP" score "$dir/recorded" --dataset datasets/sample \
    -o "$dir/whole.h5" >/dev/null 2>&1 || true
[ -s "$dir/whole.h5" ] || { echo "FAILED: nothing was scored"; exit 1; }
"$python" tests/cli/hostile.py "$TRUSTSWEEP" "$dir"
