# Answers of roles are kept for other runs: the same content with and without a
# cache, nothing asked twice, broken entries made again, runs that share one.
. tests/mpi/lib.sh
roles=', "roles": {
    "judge": { "backend": "sim:answer=YES,tokens_per_s=20000", "price_in": 9 },
    "refusal": "sim:seed=5,tokens_per_s=20000",
    "embedder": "sim:seed=6,tokens_per_s=20000" }'
cached=", \"role_cache\": \"$work/cache\""
sim_job "$work/bare.json" "sim:tokens_per_s=20000" "$roles"
sim_job "$work/job.json" "sim:tokens_per_s=20000" "$roles$cached"
run 3 "$work/bare" "$work/bare.json" || fail "without a cache: exit $?"
run 3 "$work/first" "$work/job.json" || fail "first: exit $?"
run 2 "$work/second" "$work/job.json" || fail "second: exit $?"
digest "$work/bare" >"$work/d0"
for dir in first second; do
    digest "$work/$dir" >"$work/d"
    cmp "$work/d0" "$work/d" || fail "$dir differs from a run without a cache"
done
[ "$(field "$work/first" role_cache.hits)" = 0 ] || fail "hits of nothing"
num=$(field "$work/first" role_cache.added)
[ "$num" -gt 100 ] || fail "$num were kept"
[ "$(field "$work/second" role_cache.misses)" = 0 ] || fail "asked twice"
[ "$(field "$work/second" role_cache.added)" = 0 ] || fail "kept twice"
[ "$(field "$work/second" role_cache.hits)" -ge "$num" ] || fail "few hits"
# Who was not asked is not paid, now or when the run is opened again.
field "$work/first" counts.cost >/dev/null || fail "no cost where one was asked"
field "$work/second" counts.cost 2>/dev/null && fail "paid for the cache"
run 2 "$work/second" "$work/job.json" || fail "opened again: exit $?"
field "$work/second" counts.cost 2>/dev/null && fail "paid when opened again"
digest "$work/second" >"$work/d"
cmp "$work/d0" "$work/d" || fail "opened again it differs"
nothing_lost "$work/first" || fail "first: lost"
# What the cache knew is counted like what was asked.
nothing_lost "$work/second" || fail "second: lost"
[ "$(field "$work/second" counts.units)" = "$(field "$work/first" counts.units)" ] ||
    fail "first and second count differently"

# Broken bytes: noticed, asked again, and the same comes out.
python3 - "$work"/cache/*.tsc <<'PY'
import sys
for path in sys.argv[1:]:
    data = bytearray(open(path, "rb").read())
    for at in range(len(data) // 3, len(data), len(data) // 40):
        data[at] ^= 0x5a
    open(path, "wb").write(data)
PY
run 3 "$work/third" "$work/job.json" || fail "third: exit $?"
digest "$work/third" >"$work/d"
cmp "$work/d0" "$work/d" || fail "broken entries change what comes out"
[ "$(field "$work/third" role_cache.damaged)" -gt 0 ] || fail "not noticed"
[ "$(field "$work/third" role_cache.added)" -gt 0 ] || fail "not made again"

# Two runs fill one folder at the same time; a third finds all of it.
rm -r "$work/cache"
begin 3 "$work/a" "$work/job.json"
one=$pid
begin 2 "$work/b" "$work/job.json"
wait "$one" || fail "a: exit $?"
wait "$pid" || fail "b: exit $?"
run 2 "$work/c" "$work/job.json" || fail "c: exit $?"
for dir in a b c; do
    digest "$work/$dir" >"$work/d"
    cmp "$work/d0" "$work/d" || fail "$dir of those that share differs"
    [ "$(field "$work/$dir" role_cache.damaged)" = 0 ] || fail "$dir: damaged"
done
[ "$(field "$work/c" role_cache.misses)" = 0 ] || fail "c asked again"

# A folder that cannot be made is said before anything is asked.
sim_job "$work/job.json" "sim:tokens_per_s=20000" \
    "$roles, \"role_cache\": \"$work/bare.json/x\""
run 2 "$work/no" "$work/job.json" && fail "a cache below a file"
grep -q "role_cache" "$work/no.err" || fail "who cannot be made is not named"
