# The limit of an account holds over all workers, and over models that share it:
# 96 requests at 20 a second, or at 240 tokens a second where each takes 12, need as
# long for 3 workers as for one.
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
sed 's/requests_per_minute=1200/tokens_per_minute=14400/' "$work/job.json" \
    >"$work/tokens.json"
for case in job tokens free; do
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
for pair in "$job1 $job3 requests" "$tokens1 $tokens3 tokens"; do
    read -r one three what <<<"$pair"
    [ "$one" -gt "$least" ] && [ "$three" -gt "$least" ] ||
        fail "$what: too fast: $one and $three ms, at least $least"
    [ $((three * 10)) -gt $((one * 8)) ] ||
        fail "$what: 3 workers are faster: $three and $one ms"
    # shellcheck disable=SC2154
    [ "$three" -gt $((free3 + least / 2)) ] ||
        fail "$what: no faster without a limit"
done
