# What a terminal, a pipe and a log file see, and Ctrl-C at several moments.
. tests/mpi/lib.sh
models=$(for i in 1 2 3 4 5 6 7 8; do
    printf '%s{ "name": "m%s", "backend": "sim:seed=%s,tokens_per_s=90000" }' \
        "${comma:-}" $i $i
    comma=,
done)
echo "{ \"name\": \"large\", \"dataset\": \"sample\", \"models\": [ $models ] }" \
    >"$work/large.json"
run 3 "$work/large" "$work/large.json" || fail "exit $?"
python3 tests/cli/terminal.py "$trustsweep" "$work"
