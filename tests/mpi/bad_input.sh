# What a user can get wrong: the message, the exit status, and that it comes
# before any model is loaded.
. tests/mpi/lib.sh
bad=0

# expect STATUS 'PART OF THE MESSAGE' COMMAND...
expect() {
    local was=$bad status message got
    bad=0
    status=$1
    message=$2
    shift 2
    timeout 60 "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ $got != "$status" ]; then
        echo "FAILED: exit $got instead of $status: $*"
        cat "$work/err"
        bad=1
    elif ! grep -qF -- "$message" "$work/err"; then
        echo "FAILED: no '$message' in:"
        cat "$work/err"
        bad=1
    else
        tail -n 1 "$work/err"
    fi
    got=$bad
    [ $was = 0 ] || bad=1
    return $got
}
run="$trustsweep run"
job() { printf '%s\n' "$1" >"$work/$2.json"; }
model='"models": [ { "name": "a", "backend": "sim:" } ]'

job '{ "dataset": "sample",
  "modles": [] }' typo
expect 2 "typo.json:2:3: " $run "$work/typo.json"
expect 2 "'models'" $run "$work/typo.json"
job '{ "dataset": "sample", "models": "x" }' type
expect 2 "type.json:1:" $run "$work/type.json"
job "{ \"dataset\": \"sample\", \"limit\": \"ten\", $model }" limit
expect 2 "limit" $run "$work/limit.json"
job '{ "dataset": "sample", "models": [' torn
expect 3 "torn.json:" $run "$work/torn.json"
expect 3 "nothere.json" $run "$work/nothere.json"
job "{ \"dataset\": \"nothere.zip\", $model }" nodata
expect 3 "nothere.zip" $run "$work/nodata.json"
job '{ "dataset": "sample", "models": [
  { "name": "a", "backend": "sim:" }, { "name": "a", "backend": "sim:seed=2" } ] }' double
expect 2 "'a'" $run "$work/double.json"
job '{ "dataset": "sample", "models": [
  { "name": "a", "backend": "llama:nothere.gguf" } ] }' nomodel
expect 3 "nothere.gguf" $run "$work/nomodel.json"
if "$trustsweep" version | grep -q '^backends:.* llama'; then
    echo "not a model" >"$work/text.gguf"
    job '{ "dataset": "sample", "models": [
      { "name": "a", "backend": "llama:text.gguf" } ] }' nogguf
    expect 3 "text.gguf" $run "$work/nogguf.json"
    expect 3 "GGUF" $run "$work/nogguf.json"
fi
job '{ "dataset": "sample", "models": [ { "name": "a", "backend": "smi:" } ] }' kind
expect 2 "'sim'" $run "$work/kind.json"
mkdir -p "$work/data/ethics"
echo '[ { "prompt": "one", "label": 1, "dimension": "emotion" },
  { "label": "2" } ]' >"$work/data/ethics/awareness.json"
job "{ \"dataset\": \"data\", $model }" field
expect 3 "ethics/awareness" $run "$work/field.json"
job "{ \"name\": \"good\", \"dataset\": \"sample\", $model }" good
expect 2 "--ranks" $run "$work/good.json" --ranks 1 --output "$work/one"
expect 2 "--ranks: 'x' is not a whole number" $run "$work/good.json" --ranks x
expect 2 "--notice: -1 is not between" $run "$work/good.json" --notice -1
expect 2 "--ranks: 65536 is not between 0 and 65535" $run "$work/good.json" \
    --ranks 65536
expect 2 "JOB is missing" $run
expect 2 "'--output'" $run "$work/good.json" --ouput x
expect 2 "matches no" $run "$work/good.json" --only 'nosuch/*'
expect 0 "" $run "$work/good.json" --limit 1 --output "$work/mine"
job "{ \"name\": \"other\", \"dataset\": \"sample\", $model }" other
expect 2 "another --output" $run "$work/other.json" --output "$work/mine"

# inside MPI with one rank only
launcher=$("$trustsweep" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 1/; s/ --enable-recovery//')
expect 2 "one rank only" $launcher $run "$work/good.json" --output "$work/alone"
expect 0 "--ranks 5 is not heeded: this is one of 2 ranks" \
    ${launcher/-n 1/-n 2} $run "$work/good.json" --ranks 5 --limit 1 \
    --output "$work/two"

# an unwritable folder: root may write anywhere, so a file stands in its way
touch "$work/file"
expect 3 "$work/file" $run "$work/good.json" --output "$work/file/run"
expect 3 "choose another --output" $run "$work/good.json" \
    --output "$work/file/run"
# a living owner
mkdir -p "$work/held"
printf '{ "host": "%s", "pid": %s }' "$(uname -n)" $$ >"$work/held/owner.json"
expect 2 "in use" $run "$work/good.json" --output "$work/held"
# a full disk
if mkdir "$work/small" &&
    mount -t tmpfs -o size=64k tmpfs "$work/small" 2>/dev/null; then
    expect 3 "No space left" $run "$work/good.json" --output "$work/small/run"
    [ ! -e "$work/small/run/results.h5" ] || bad=1
    umount "$work/small"

    # one that fills up while the journal grows: run.json has the last word, and
    # the same command goes on once there is room
    mount -t tmpfs -o size=2m tmpfs "$work/small"
    slow='"models": [ { "name": "a", "backend": "sim:tokens_per_s=50,sleep=true" } ]'
    job "{ \"name\": \"slow\", \"dataset\": \"sample\", \"limit\": 4, $slow }" slow
    expect 3 "No space left" $run "$work/slow.json" --output "$work/small/run" &
    for _ in $(seq 200); do
        size=$(cat "$work"/small/run/journal/* 2>/dev/null | wc -c)
        [ "$size" -gt 2000 ] && break
        sleep 0.05
    done
    dd if=/dev/zero of="$work/small/fill" bs=4k 2>/dev/null
    wait $! || bad=1
    [ "$(field "$work/small/run" state)" = failed ] || bad=1
    [ "$(field "$work/small/run" exit_status)" = 3 ] || bad=1
    case $(field "$work/small/run" reason) in
    *"No space left"*) ;;
    *) bad=1 ;;
    esac
    [ $bad = 0 ] || cat "$work/small/run/run.json"
    rm "$work/small/fill"
    expect 0 "" $run "$work/slow.json" --output "$work/small/run"
    [ "$(field "$work/small/run" counts.from_earlier_runs)" -gt 0 ] || bad=1
    umount "$work/small"
else
    echo "no tmpfs here: the full disk is left to the unit tests of the journal"
fi
exit $bad
