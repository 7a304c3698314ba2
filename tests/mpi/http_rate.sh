# The limit of an account holds over all workers, and over models that share it:
# 96 requests at 20 a second take as long for 3 workers as for one.
. tests/mpi/lib.sh
mkfifo "$work/input"
"${FAULT_SERVER:?}" 1 <"$work/input" >"$work/port" &
exec 9>"$work/input"
wait_until 10 test -s "$work/port" || fail "the server does not start"
limits=requests_per_minute=1200,account=mine
url=url=http://127.0.0.1:$(cat "$work/port")/v1
cat >"$work/job.json" <<JSON
{ "name": "test", "dataset": "sample", "limit": 2,
  "models": [ { "name": "a", "backend": "http:a,$url,$limits" },
              { "name": "b", "backend": "http:b,$url,account=mine" } ] }
JSON
sed 's/requests_per_minute=1200,//' "$work/job.json" >"$work/free.json"
for case in job free; do
    for workers in 1 3; do
        began=$(date +%s%N)
        run $((workers + 1)) "$work/$case$workers" "$work/$case.json" ||
            fail "$case, $workers workers: exit $?"
        took=$((($(date +%s%N) - began) / 1000000))
        echo "$case, $workers workers: $took ms for" \
            "$(field "$work/$case$workers" counts.done) requests"
        eval "$case$workers=$took"
        num=$(field "$work/$case$workers" counts.done)
    done
done
[ "$num" -gt 60 ] || fail "too few requests to tell: $num"
least=$((num * 1000 / 20 * 8 / 10))
# shellcheck disable=SC2154 # set by eval
[ "$job1" -gt "$least" ] && [ "$job3" -gt "$least" ] ||
    fail "too fast: $job1 and $job3 ms, at least $least"
[ $((job3 * 10)) -gt $((job1 * 8)) ] ||
    fail "3 workers are faster: $job3 and $job1 ms"
# shellcheck disable=SC2154
[ "$job3" -gt $((free3 + least / 2)) ] || fail "no faster without a limit"
