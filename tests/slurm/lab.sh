#!/bin/bash
# A real Slurm on this machine: a controller and some nodes, each in namespaces
# of its own (host name, processes, network, /dev/shm), with fake GPUs.
# Everything lies in one folder; the machine's own configuration is not touched.
#
#   lab.sh up LAB          start it; waits until every node is idle.  Exit 77
#                          with the reason where it cannot be started
#   lab.sh down LAB        end all of it and delete LAB
#   lab.sh login LAB CMD   run CMD where a user would, in the current folder
#   lab.sh on LAB NODE CMD run CMD on a node
#   lab.sh pull LAB NODE   the node's plug: every process on it is killed
#   lab.sh boot LAB NODE   switch it on (again)
#
# LAB_NODES (2), LAB_GPUS (4), LAB_CPUS (16), LAB_MEMORY (16000, MiB) and
# LAB_TYPES (of the GPUs; none) say what there is; a node may claim more than
# the machine has.  The last two may have a word for each node, the last of
# which is for all others.  LAB_LOST (10): seconds until a silent node counts
# as down.
#
# Ports are the same in every lab: the network is the lab's own.  Processes are
# ended by the numbers that were noted, never by name.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
self=$here/lab.sh

say() {
    echo "slurm lab: $*" >&2
}

cannot() {
    say "cannot start here: $*"
    exit 77
}

# child_of PID: its only child; the holder of a namespace is that of `unshare`
child_of() {
    for _ in $(seq 200); do
        child=$(cat "/proc/$1/task/$1/children" 2>/dev/null || true)
        [ -n "$child" ] && { echo "${child%% *}"; return; }
        sleep 0.02
    done
    return 1
}

# until_true TENTHS COMMAND...
until_true() {
    left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.1
    done
}

# enter PLACE COMMAND...: in the namespaces of node1, node2, ... or login
enter() {
    place=$1
    shift
    SLURM_CONF=$lab/etc/slurm.conf exec nsenter -t "$(cat "$lab/run/$place")" \
        --uts --mount --net $([ "$place" = login ] || echo --pid) \
        --wd="$PWD" -- "$@"
}

word() { # word NUMBER WORDS...: that one of them, or the last one
    number=$1
    shift
    [ "$number" -le $# ] || number=$#
    [ $# = 0 ] || eval "echo \${$number}"
}

write_config() {
    nodes=${LAB_NODES:-2}
    gpus=${LAB_GPUS:-4}
    {
        echo "127.0.0.1 localhost"
        echo "10.9.0.1 login"
        for i in $(seq "$nodes"); do echo "10.9.0.$((10 + i)) node$i"; done
    } >"$lab/etc/hosts"
    # Open MPI's and PMIx's session folders are named by job only: a TmpFS each.
    # No cgroups: processes are followed through /proc.
    # cred_expire also is how long a requeued job is held back.
    cat >"$lab/etc/slurm.conf" <<CONF
ClusterName=lab
SlurmctldHost=login(10.9.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$lab/run/munge,cred_expire=5
CredType=cred/munge
StateSaveLocation=$lab/state
SlurmdSpoolDir=$lab/spool/%n
TmpFS=$lab/tmp/%n
SlurmctldPidFile=$lab/run/slurmctld
SlurmdPidFile=$lab/run/slurmd.%n
SlurmctldLogFile=$lab/log/slurmctld
SlurmdLogFile=$lab/log/slurmd.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
MpiDefault=pmix
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=${LAB_LOST:-10}
MessageTimeout=10
KillWait=5
InactiveLimit=0
MinJobAge=3600
JobRequeue=1
DefMemPerCPU=64
CompleteWait=0
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$lab/log/jobcomp
CONF
    for i in $(seq "$nodes"); do
        type=$(word "$i" ${LAB_TYPES:-})
        cat <<CONF
NodeName=node$i NodeAddr=10.9.0.$((10 + i)) Boards=1 SocketsPerBoard=1 \
CoresPerSocket=${LAB_CPUS:-16} ThreadsPerCore=1 CPUs=${LAB_CPUS:-16} \
RealMemory=$(word "$i" ${LAB_MEMORY:-16000}) Gres=gpu:${type:+$type:}$gpus \
Feature=fake State=UNKNOWN
CONF
    done >>"$lab/etc/slurm.conf"
    cat >>"$lab/etc/slurm.conf" <<CONF
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=ALL MaxTime=5 State=UP
PartitionName=closed Nodes=ALL MaxTime=INFINITE State=DOWN
PartitionName=single Nodes=ALL MaxTime=INFINITE MaxNodes=1 State=UP
CONF
    # A GPU is a file; that of a fake one is another /dev/null.
    for i in $(seq "$nodes"); do
        type=$(word "$i" ${LAB_TYPES:-})
        echo "NodeName=node$i Name=gpu ${type:+Type=$type}" \
            "File=$lab/dev/gpu[0-$((gpus - 1))]"
    done >"$lab/etc/gres.conf"
    for i in $(seq 0 $((gpus - 1))); do
        mknod -m 666 "$lab/dev/gpu$i" c 1 3
    done
    for i in $(seq "$nodes"); do
        mkdir -p "$lab/spool/node$i" "$lab/tmp/node$i"
        chmod 1777 "$lab/tmp/node$i"
    done
}

# The first process of a node, `hold NODE`: sets it up, starts slurmd, reaps.
hold() {
    mount --bind "$lab/etc/hosts" /etc/hosts
    hostname "$1"
    ip link set lo up
    if [ "$1" = login ]; then
        ip link add net0 type bridge
        ip addr add 10.9.0.1/24 dev net0
        ip link set net0 up
        touch "$lab/run/login.up"
        exec sleep infinity
    fi
    mount -t tmpfs -o mode=1777 tmpfs /dev/shm
    until [ -e "$lab/run/$1.wired" ]; do sleep 0.02; done
    trap : TERM INT HUP
    slurmd >>"$lab/log/start.$1" 2>&1
    while :; do wait; sleep 0.5; done
}

boot() { # boot NODE
    number=${1#node}
    rm -f "$lab/run/$1" "$lab/run/$1.wired"
    SLURM_CONF=$lab/etc/slurm.conf setsid unshare --uts --mount --net --pid \
        --fork --mount-proc "$self" hold "$lab" "$1" \
        </dev/null >>"$lab/log/start.$1" 2>&1 &
    first=$(child_of $!)
    login=$(cat "$lab/run/login")
    nsenter -t "$login" --net ip link del "port$number" 2>/dev/null || true
    nsenter -t "$login" --net ip link add "port$number" type veth \
        peer name eth0 netns "$first"
    nsenter -t "$login" --net ip link set "port$number" master net0 up
    nsenter -t "$first" --net ip addr add "10.9.0.$((10 + number))/24" dev eth0
    nsenter -t "$first" --net ip link set eth0 up
    echo "$first" >"$lab/run/$1"
    touch "$lab/run/$1.wired"
}

pull() { # pull NODE: the kernel ends what lives below its first process
    kill -KILL "$(cat "$lab/run/$1")" 2>/dev/null || true
    until_true 50 eval "! kill -0 '$(cat "$lab/run/$1")'"
    rm -f "$lab/run/$1"
}

num_idle() {
    (enter login sinfo -h -N -t idle -o %N) 2>/dev/null | sort -u | wc -l
}

up() {
    [ "$(id -u)" = 0 ] || cannot "not root"
    for tool in munged slurmctld slurmd sbatch unshare nsenter ip; do
        command -v "$tool" >/dev/null ||
            cannot "$tool is missing; scripts/setup.sh --test installs it"
    done
    unshare --uts --mount --net --pid --fork --mount-proc true 2>/dev/null ||
        cannot "no namespaces may be made (a container without privileges?)"
    mkdir -p "$lab"/{etc,run,log,state,spool,dev,tmp}
    chmod 755 "$lab" "$lab"/*
    trap 'down; exit 1' ERR
    write_config
    head -c 1024 /dev/urandom >"$lab/etc/munge.key"
    chmod 400 "$lab/etc/munge.key"
    munged --force --socket="$lab/run/munge" --key-file="$lab/etc/munge.key" \
        --pid-file="$lab/run/munged" --log-file="$lab/log/munged" \
        --seed-file="$lab/run/munged.seed" </dev/null
    setsid unshare --uts --mount --net "$self" hold "$lab" login \
        </dev/null >"$lab/log/start.login" 2>&1 &
    echo $! >"$lab/run/login"
    until_true 50 test -e "$lab/run/login.up"
    (enter login slurmctld -c </dev/null >>"$lab/log/start.ctl" 2>&1)
    for i in $(seq "${LAB_NODES:-2}"); do boot "node$i"; done
    for _ in $(seq 300); do
        [ "$(num_idle)" = "${LAB_NODES:-2}" ] && { trap - ERR; return; }
        sleep 0.1
    done
    tail -n 5 "$lab"/log/* >&2
    trap - ERR
    down
    cannot "its nodes do not become idle"
}

end() { # end NAME OF A PID FILE
    number=$(cat "$lab/run/$1" 2>/dev/null) || return 0
    kill -KILL "$number" 2>/dev/null || true
}

down() {
    [ -d "$lab/run" ] || return 0
    end slurmctld
    for file in "$lab"/run/node*[0-9]; do
        [ -e "$file" ] && pull "$(basename "$file")"
    done
    end login
    end munged
    rm -rf "$lab"
}

action=${1:?up, down, login, on, pull or boot}
lab=$(realpath -m "${2:?the folder of the lab}")
shift 2
case $action in
up | down | hold | pull | boot) "$action" "$@" ;;
login) enter login "$@" ;;
on) enter "$@" ;;
*) say "no such action: $action" && exit 2 ;;
esac
