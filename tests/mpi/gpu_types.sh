# Workers whose GPUs are of two types: each loads only what may be there, and
# where types must not mix all workers on a model are of one group.  The content
# is that of a run that knows no types.
. tests/mpi/lib.sh
launcher=$("$trustsweep" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 5/')

model() { # model NAME SEED TOKENS/S MORE
    echo "{ \"name\": \"$1\", \"backend\": \"sim:seed=$2,load_s=0.3,sleep=true,tokens_per_s=$3,parallel=2\"${4:-} }"
}
# heavy is most of the work, which any worker would help with
jobs() { # jobs TYPES WHERE
    cat <<JSON
{ "name": "test", "dataset": "sample"$1,
  "models": [ $(model alpha 1 800), $(model heavy 2 80 "$2"),
              $(model beta 3 800), $(model gamma 4 800) ] }
JSON
}
types=', "gpu_types": [ { "type": "big" }, { "type": "small", "speed": 0.5 } ]'
jobs "$types" ', "on": "big"' >"$work/job.json"
jobs "$types, \"mix\": \"group\"" ', "on": "big"' >"$work/group.json"
jobs "" "" >"$work/plain.json"

typed() { # typed OUTPUT JOB: ranks 1 and 2 have big GPUs, 3 and 4 small ones
    # shellcheck disable=SC2016,SC2086
    timeout 100 $launcher bash -c '
        rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}
        case $rank in
        0 | 1 | 2) export TRUSTSWEEP_GPU_TYPE=big ;;
        *) export TRUSTSWEEP_GPU_TYPE=small ;;
        esac
        exec "$@"' - "$trustsweep" run "$2" --output "$1" --limit 4 \
        >"$1.out" 2>"$1.err"
}
# the first loads may come before a rank has its log
loaders() { # loaders DIR MODEL: ranks
    grep -l "first reply: model=$2 " "$1"/log/rank*.log | sed 's/.*rank\(.\).log/\1/'
}

typed "$work/typed" "$work/job.json" || fail "exit $?"
[ "$(field "$work/typed" state)" = done ] || fail "not done"
grep -h 'first reply: model=' "$work"/typed/log/rank*.log | sort | uniq -c
for rank in $(loaders "$work/typed" heavy); do
    [ "$rank" -le 2 ] || fail "rank $rank has a small GPU and loads heavy"
done
grep -qh 'first reply: model=' "$work"/typed/log/rank[34].log ||
    fail "small GPUs have nothing to do"

typed "$work/group" "$work/group.json" || fail "groups: exit $?"
for name in alpha beta gamma heavy; do
    groups=$(for rank in $(loaders "$work/group" $name); do
        echo $(((rank - 1) / 2))
    done | sort -u | wc -l)
    [ "$groups" -le 1 ] || fail "$name is on GPUs of two groups"
done

# of several GPUs: all of a model at once are of one group, or it is refused
wide() { # wide GPUS
    sed "s/\"name\": \"alpha\",/& \"gpus\": $1,/" "$work/group.json"
}
wide 2 >"$work/pair.json"
wide 4 >"$work/four.json"
export CUDA_VISIBLE_DEVICES=0,1,2,3
typed "$work/pair" "$work/pair.json" || fail "two of a group: exit $?"
[ "$(loaders "$work/pair" alpha | wc -l)" -ge 1 ] || fail "alpha is nowhere"
typed "$work/four" "$work/four.json" # the launcher's status says nothing of it
grep -q "model 'alpha' needs 4 GPUs.*of one group.*'big' (2 on a node), 'small' (2" \
    "$work/four.err" || fail "not said: $(cat "$work/four.err")"
unset CUDA_VISIBLE_DEVICES

run 5 "$work/plain" "$work/plain.json" --limit 4 || fail "without types: exit $?"
[ "$(digest "$work/plain")" = "$(digest "$work/typed")" ] ||
    fail "types change the content"

run 3 "$work/none" "$work/job.json" && fail "a node of no type"
grep -q "node .*: it matches none of the job's gpu_types" "$work/none.err" ||
    fail "not said: $(cat "$work/none.err")"
TRUSTSWEEP_GPU_TYPE=small run 3 "$work/small" "$work/job.json" &&
    fail "heavy on small ones"
grep -q "model 'heavy'.*may be on no GPU of the workers.*not in its .on." \
    "$work/small.err" || fail "not said: $(cat "$work/small.err")"

# A run that goes on keeps each model to the group that it was begun on.
three() { # three MORE
    echo "{ \"name\": \"test\", \"dataset\": \"sample\"$types$1,
        \"models\": [ $(model alpha 1 800), $(model beta 3 800),
                      $(model gamma 4 800) ] }"
}
three ', "mix": "group"' >"$work/three.json"
three '' >"$work/any.json"
answered_by() { # answered_by DIR TYPE: models that it answered, in run.json
    grep -c "^ *\"$2\":" "$1/run.json"
}
on() { # on TYPE JOB LIMIT: two workers, both of that type
    TRUSTSWEEP_GPU_TYPE=$1 run 3 "$work/stay" "$2" --limit "$3"
}
on big "$work/three.json" 1 || fail "on big ones: exit $?"
on small "$work/three.json" 4
[ $? -eq 1 ] || fail "on small ones: not told that something is missing"
[ "$(field "$work/stay" state)" = unfinished ] || fail "does not wait"
[ "$(grep -c "was begun on GPUs of group 'big'; no worker of that group" \
    "$work/stay.err")" -eq 3 ] || fail "no warning: $(cat "$work/stay.err")"
"$trustsweep" explain "$work/stay" >"$work/explain.out" || fail "explain"
[ "$(grep -c "begun on GPUs of group 'big', .mix. keeps it to that" \
    "$work/explain.out")" -eq 4 ] || fail "not told: $(cat "$work/explain.out")"
[ "$(answered_by "$work/stay" small)" -eq 0 ] || fail "small ones answered"
[ "$(answered_by "$work/stay" big)" -eq 3 ] || fail "not noted who answered"

rm -r "$work/stay/log"
typed "$work/stay" "$work/three.json" || fail "on both: exit $?"
[ "$(field "$work/stay" state)" = done ] || fail "not done on both"
grep -l 'first reply: model=' "$work"/stay/log/rank[34].log &&
    fail "small GPUs answer what was begun on big ones"
TRUSTSWEEP_GPU_TYPE=small run 3 "$work/whole" "$work/any.json" --limit 4 ||
    fail "in one go: exit $?"
[ "$(digest "$work/whole")" = "$(digest "$work/stay")" ] ||
    fail "what waited has another content"

on small "$work/any.json" 5 || fail "any: exit $?"
[ "$(answered_by "$work/stay" small)" -eq 3 ] || fail "any keeps them apart"
on small "$work/three.json" 5 || fail "with nothing left: exit $?"
[ "$(grep -c "has answers of GPUs of more than one group" \
    "$work/stay.err")" -eq 3 ] || fail "a mixture is not told"
exit 0
