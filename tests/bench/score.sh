#!/bin/bash
# score.sh PROGRAM [OTHER] - seconds that `trustsweep score` takes over the
# recorded answers of $TRUSTSWEEP_DATA, best of three; with a second program
# (another build of this one) the ratio as well.
set -eu
: "${TRUSTSWEEP_DATA:?is not set: a folder with recorded/ and the release}"
[ $# -ge 1 ] || { echo "usage: $0 PROGRAM [OTHER]" >&2; exit 2; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

once() {
    start=$(date +%s%N)
    # 1: replies that are missing are no failure of the program
    "$1" score "$TRUSTSWEEP_DATA/recorded" -o "$out/results.h5" \
        --dataset "$TRUSTSWEEP_DATA/trustllm-dataset.zip" \
        > "$out/stdout" 2> "$out/stderr" || [ $? -eq 1 ] \
        || { cat "$out/stderr" >&2; exit 3; }
    echo $(($(date +%s%N) - start))
}

best_a=
best_b=
for _ in 1 2 3; do # in turn: what slows the machine slows both
    ns=$(once "$1")
    [ "${best_a:-$ns}" -lt "$ns" ] || best_a=$ns
    if [ $# -ge 2 ]; then
        ns=$(once "$2")
        [ "${best_b:-$ns}" -lt "$ns" ] || best_b=$ns
    fi
done
awk -v a="$best_a" -v b="${best_b:-0}" -v one="$1" -v two="${2:-}" 'BEGIN {
    printf "%8.2f s  %s\n", a / 1e9, one
    if (b > 0)
        printf "%8.2f s  %s\n%8.2f    second by first\n", b / 1e9, two, b / a
}'
