# The program's file is replaced during a run, as an update does: the models that
# load afterwards are answered by the program that runs, which is the old one.
. tests/mpi/lib.sh
mkdir -p "$work/bin"
cp "$trustsweep" "$work/bin/trustsweep"
ln -s "${trustsweep%/bin/*}/share" "$work/share"
trustsweep=$work/bin/trustsweep
cat >"$work/job.json" <<'JSON'
{ "name": "replaced", "dataset": "sample", "limit": 2, "only": ["ethics/*"],
  "models": [
    { "name": "first", "access": "open",
      "backend": "isolated:sim:tokens_per_s=1000,sleep=true" },
    { "name": "second", "access": "open",
      "backend": "isolated:sim:seed=2,tokens_per_s=20000" },
    { "name": "third", "access": "open",
      "backend": "isolated:sim:seed=3,tokens_per_s=20000" } ] }
JSON
begin 2 "$work/run" "$work/job.json"
wait_until 60 grep -q "first reply" "$work/run/log/rank1.log" ||
    fail "nothing is answered"
printf '#!/bin/sh\necho "another program" >&2\nexit 3\n' >"$work/new"
chmod +x "$work/new"
loaded=$(grep -c "first reply" "$work/run/log/rank1.log")
mv "$work/new" "$trustsweep"
wait $pid
status=$?
trustsweep=$TRUSTSWEEP
[ $status = 0 ] || fail "exit $status: $(field "$work/run" reason)"
[ "$(field "$work/run" counts.failed)" = 0 ] || fail "some failed"
[ "$loaded" -lt 3 ] || fail "every model had begun"
echo "replaced after $loaded of 3 models had begun"
nothing_lost "$work/run" || fail "the journal"
