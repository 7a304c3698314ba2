# A model file whose head is fine but that llama.cpp refuses: it is tried a few
# times, its units are recorded as failed with the library's own words, and the
# other model is finished; the same with no other model.
. tests/mpi/lib.sh
[ -n "${TRUSTSWEEP_MODELS:-}" ] || { echo "TRUSTSWEEP_MODELS was not set"; exit 77; }
model=$(ls "$TRUSTSWEEP_MODELS"/SmolLM2*.gguf) || exit 77
python3 - "$model" "$work/odd.gguf" <<'PY' || fail "no architecture in $model"
import sys
file = bytearray(open(sys.argv[1], "rb").read())
at = file.find(b"llama", file.find(b"general.architecture"))
assert 0 < at < 4096
file[at:at + 5] = b"mallo"
open(sys.argv[2], "wb").write(file)
PY
odd='{ "name": "odd", "backend": "llama:odd.gguf" }'
sim='{ "name": "alpha", "backend": "sim:tokens_per_s=20000" }'
for case in both alone; do
    models=$odd
    [ $case = both ] && models="$odd, $sim"
    echo "{ \"name\": \"$case\", \"dataset\": \"sample\", \"limit\": 1,
        \"models\": [ $models ] }" >"$work/$case.json"
    began=$(date +%s)
    run 2 "$work/$case" "$work/$case.json"
    status=$?
    [ $status = 1 ] || fail "$case: exit $status"
    echo "$case: $(($(date +%s) - began)) s"
    [ $(($(date +%s) - began)) -lt 60 ] || fail "$case: tried for too long"
    ends=done
    [ $case = both ] || ends=failed # nothing was answered
    [ "$(field "$work/$case" state)" = $ends ] || fail "$case: not $ends"
    [ "$(field "$work/$case" counts.failed)" = 24 ] || fail "$case: failed units"
    grep -q "cannot load: model=odd" "$work/$case/log/rank1.log" ||
        fail "$case: the worker's own log does not say so"
    "$trustsweep" version >"$work/version"
    library=$(sed -n 's/^llama  *\(llama\.cpp \)/\1/p' "$work/version")
    [ -n "$library" ] || fail "no version of it"
    echo "$library"
    grep -aqF "\"llama\": \"$library\"" "$work/$case/results.h5" ||
        fail "$case: the results do not say which llama.cpp"
    reason=$(field "$work/$case" reason)
    echo "$reason"
    for part in "model 'odd'" "odd.gguf" "unknown model architecture"; do
        case $reason in
        *"$part"*) ;;
        *) fail "$case: no '$part' in the reason" ;;
        esac
    done
done
