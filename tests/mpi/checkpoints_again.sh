# The content of a run of checkpoints is the same whatever rounds and starts they came
# in, and the same command again asks nothing and changes nothing.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"

job() { # job ORDER
    cat >"$work/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1,
  "models": [ { "name": "zero", "backend": "sim:tokens_per_s=20000" } ],
  "checkpoints": { "files": "$folder/step-*", "order": "$1", "settle_s": 0,
                   "backend": "sim:answer={},tokens_per_s=20000" } }
JSON
}

names() { # names DIR: models in the order of the results file
    "$trustsweep" analyze "$1/results.h5" --json |
        python3 -c 'import json, sys
print(*(m["name"] for m in json.load(sys.stdin)["models"]))'
}

num_asked() { # num_asked DIR: of its last start, "ALL DONE" before it
    grep -h 'begin: ' "$1/log/rank0.log" | tail -1 |
        sed 's/.* items=\([0-9]*\).* done=\([0-9]*\).*/\1 \2/'
}

# both: of two rounds in either order, and of one
for order in newest oldest; do
    [ $order = newest ] && want='zero step-1000 step-100' ||
        want='zero step-100 step-1000'
    job $order
    for rounds in '100 1000' '1000 100' both; do
        dir=$work/$order-$(echo "$rounds" | tr ' ' -)
        rm -f "$folder"/*
        for step in $(echo "$rounds" | sed 's/both/100/'); do
            echo one >"$folder/step-$step.bin"
            [ "$rounds" = both ] && echo one >"$folder/step-1000.bin"
            run 2 "$dir" "$work/night.json" || fail "$dir: exit $?"
        done
        [ "$(names "$dir")" = "$want" ] || fail "$dir: $(names "$dir")"
        digest=$("$trustsweep" digest "$dir/results.h5")
        [ "$digest" = "${first:=$digest}" ] || fail "$dir: another digest"
        # other times of the same files are no other order
        touch -d '1 hour ago' "$folder/step-1000.bin"
        run 2 "$dir" "$work/night.json" || fail "$dir again: exit $?"
        [ "$("$trustsweep" digest "$dir/results.h5")" = "$digest" ] ||
            fail "$dir again: $(names "$dir")"
        units=$(field "$dir" counts.units)
        [ "$(num_asked "$dir")" = "$units $units" ] ||
            fail "$dir again: asked, of $units: $(num_asked "$dir")"
    done
    first=
done
exit 0
