# Workers on cores near their GPUs.  The machine is only described to hwloc: each
# of two cores is a package with a GPU of its own.  What is looked at is what the
# kernel says of the ranks.
. tests/mpi/lib.sh

machine() { # machine CORE CORE: hwloc's XML
    python3 - "$@" <<'PYTHON'
import sys
def sets(cores, nodes):
    return "".join(f' {c}cpuset="{hex(cores)}" {c}nodeset="{hex(nodes)}"'
                   for c in ("", "complete_"))
cores = [int(core) for core in sys.argv[1:]]
whole = sum(1 << core for core in cores)
print('<?xml version="1.0"?><topology version="2.0">'
      f'<object type="Machine" os_index="0"{sets(whole, 1)}'
      f' allowed_cpuset="{hex(whole)}" allowed_nodeset="0x1">'
      f'<object type="NUMANode" os_index="0"{sets(whole, 1)}'
      ' local_memory="1073741824"/>')
for at, core in enumerate(cores):
    print(f'<object type="Package" os_index="{at}"{sets(1 << core, 1)}>'
          f'<object type="Core" os_index="0"{sets(1 << core, 1)}>'
          f'<object type="PU" os_index="{core}"{sets(1 << core, 1)}/></object>'
          f'<object type="Bridge" bridge_type="0-1" depth="0"'
          f' bridge_pci="0000:[{at + 1:02x}-{at + 1:02x}]">'
          f'<object type="PCIDev" pci_busid="0000:{at + 1:02x}:00.0"'
          ' pci_type="0302 [10de:2330] [10de:16c1] a1" pci_link_speed="0.0"/>'
          '</object></object>')
print('</object></topology>')
PYTHON
}

cores=$(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0))[:2])')
read -r first second <<<"$cores"
[ -n "$second" ] || { echo "one core: there is nothing to choose"; exit 77; }
machine "$first" "$second" >"$work/machine.xml"
sim_job "$work/job.json" sim:seed=1,tokens_per_s=60,sleep=true

near_run() { # near_run NAME [options]: begins, sets dir
    dir=$work/$1
    shift
    TRUSTSWEEP_GPU_BUS=0000:01:00.0,0000:02:00.0 \
        HWLOC_XMLFILE=$work/machine.xml HWLOC_THISSYSTEM=1 \
        run 3 "$dir" "$work/job.json" --limit 2 "$@" &
    begun=$!
    for _ in $(seq 200); do
        [ "$(ranks "$dir" | wc -l)" = 3 ] &&
            [ -s "$dir/journal/000001.tsj" ] && return
        sleep 0.1
    done
    fail "does not begin"
}
of_rank() { # of_rank RANK: the cores of the process
    taskset -pc "$(rank_pid "$dir" "$1")" | sed 's/.*: //'
}
ended() {
    wait $begun || fail "exit $?"
    [ "$(field "$dir" state)" = done ] || fail "$(field "$dir" state)"
}

export CUDA_VISIBLE_DEVICES=0,1
near_run near
[ "$(of_rank 1) $(of_rank 2)" = "$first $second" ] ||
    fail "near: cores $(of_rank 1) and $(of_rank 2)"
ended
grep -h "bound to cores" "$dir"/log/rank*.log
grep -q "bound to cores $second, near GPU 0000:02:00.0" "$dir/log/rank2.log" ||
    fail "near: not in the log"
want=$(digest "$dir")

# the order of the list is heeded
CUDA_VISIBLE_DEVICES=1,0 near_run turned
[ "$(of_rank 1) $(of_rank 2)" = "$second $first" ] ||
    fail "turned: cores $(of_rank 1) and $(of_rank 2)"
ended

whole=$(taskset -pc $$ | sed 's/.*: //')
near_run none --bind none
[ "$(of_rank 1) $(of_rank 2)" = "$whole $whole" ] ||
    fail "none: cores $(of_rank 1) and $(of_rank 2)"
ended
grep -q "not bound to cores: --bind none" "$dir/log/rank1.log" || fail "none: log"
[ "$(digest "$dir")" = "$want" ] || fail "none: another digest"

# a GPU of which nothing is known: as it was started, and the log says why
CUDA_VISIBLE_DEVICES=0,7 near_run unknown
[ "$(of_rank 1) $(of_rank 2)" = "$whole $whole" ] ||
    fail "unknown: cores $(of_rank 1) and $(of_rank 2)"
ended
grep -q "not bound to cores: .*names '7'" "$dir/log/rank1.log" ||
    fail "unknown: log: $(cat "$dir/log/rank1.log")"
