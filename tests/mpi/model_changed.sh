# A model file that is another one at the second start in a run directory: said
# before anything is asked, with the file and the way out.
. tests/mpi/lib.sh
[ -n "${TRUSTSWEEP_MODELS:-}" ] ||
    { echo "TRUSTSWEEP_MODELS was not set"; exit 77; }
chat=$(ls "$TRUSTSWEEP_MODELS"/SmolLM2*.gguf) || exit 77
file=$work/model.gguf

job() { # job NAME [ROLES]
    cat >"$work/job.json" <<JSON
{ "dataset": "sample", "limit": 1, "only": ["safety/jailbreak"],
  "name": "changed", "generation": { "max_tokens": 2 }, $2
  "models": [ { "name": "$1", "backend": "llama:$file" },
              { "name": "other", "backend": "sim:" } ] }
JSON
}

refused() { # refused WHO
    run 2 "$work/run" "$work/job.json"
    [ $? = 2 ] || fail "another file of $1 was taken"
    grep -q "'$1': .*model.gguf is another file than the one whose answers" \
        "$work/run.err" || fail "the file is not named"
    grep -q "put that one back, or run this one in another" "$work/run.err" ||
        fail "no way out"
}

# one that never answered may be mended: this one is cut off
head -c 1000000 "$chat" >"$file"
job m ""
run 2 "$work/run" "$work/job.json" && fail "a torn file was taken"
cp "$chat" "$file"
run 2 "$work/run" "$work/job.json" || fail "first start: exit $?"

printf x >>"$file"
refused m
cp "$chat" "$file"
run 2 "$work/run" "$work/job.json" || fail "with the old file: exit $?"
[ "$(field "$work/run" counts.from_earlier_runs)" = 2 ] ||
    fail "the old file was asked again"

# another name, or another directory
printf x >>"$file"
run 2 "$work/other" "$work/job.json" || fail "another directory: exit $?"
job n ""
run 2 "$work/run" "$work/job.json" || fail "another name: exit $?"

# who plays a role
cp "$chat" "$file"
job m '"roles": { "refusal": { "backend": "llama:'"$file"'" } },'
run 2 "$work/role" "$work/job.json" || fail "with a role: exit $?"
sed -i 's/"llama:[^"]*model.gguf" },$/"sim:seed=3" },/' "$work/job.json"
run 2 "$work/role" "$work/job.json" || fail "another model, same role: exit $?"
printf x >>"$file"
cp -r "$work/role" "$work/run.role"
rm -r "$work/run"
mv "$work/run.role" "$work/run"
refused "role refusal"
