# A round of checkpoints knows how fast those before it were: while the new one is
# still being loaded it says when all of it is done.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"
cat >"$work/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1,
  "checkpoints": { "files": "$folder/step-*", "settle_s": 0,
                   "backend": "sim:answer={},tokens_per_s=2000,load_s=8,sleep" } }
JSON
echo one >"$folder/step-1.bin"
run 2 "$work/night" "$work/night.json" --quiet || fail "first: exit $?"
echo two >"$folder/step-2.bin"
begin 2 "$work/night" "$work/night.json" --quiet
said() { # of the second round, before it has any answer
    "$trustsweep" status "$work/night" >"$work/status.out" 2>/dev/null
    "$trustsweep" watch "$work/night" --once >"$work/watch.out" 2>/dev/null
    grep -q 'loading step-2' "$work/status.out"
}
wait_until 60 said || fail "step-2 is not loaded: $(cat "$work/status.out")"
grep -q ', ETA [0-9]' "$work/status.out" || fail "$(cat "$work/status.out")"
grep -q '; about .* left' "$work/watch.out" || fail "$(cat "$work/watch.out")"
grep -q 'from guesses' "$work/status.out" && fail "it was measured"
wait $pid || fail "second: exit $?"
# and the same again asks nothing
run 2 "$work/night" "$work/night.json" --quiet || fail "again: exit $?"
[ "$(field "$work/night" counts.from_earlier_runs)" = \
    "$(field "$work/night" counts.units)" ] || fail "asked again"
exit 0
