# For the tests on a real Slurm.  Sourced: build folder in $1.  A lab is started
# and ended with the test; where it cannot start the test is skipped, with why.
set -u
build=$1
trustsweep=${TRUSTSWEEP:?the program was not built}
work=$(mktemp -d /tmp/trustsweep-slurm.XXXXXX)
lab=$work/lab
. tests/run_folder.sh

on_exit() {
    status=$?
    # shellcheck disable=SC2046 # numbers; who still waits would keep us waiting
    kill $(builtin jobs -p) 2>/dev/null
    if [ $status != 0 ] && [ $status != 77 ] && [ -d "$lab/log" ]; then
        tail -n 5 "$lab"/log/slurmctld
    fi
    bash tests/slurm/lab.sh down "$lab"
    rm -rf "$work" # what was started lived in the lab's namespaces
    exit $status
}
trap on_exit EXIT

fail() {
    echo "FAILED: $*"
    for log in "$work"/*/log/batch*.log; do
        [ -s "$log" ] && { echo "-- $log"; tail -n 6 "$log"; }
    done
    exit 1
}

start_lab() { # start_lab [NAME=VALUE...]: for lab.sh
    env "$@" bash tests/slurm/lab.sh up "$lab"
    status=$?
    [ $status = 77 ] && exit 77
    [ $status = 0 ] || fail "the lab does not start: $status"
}

login() { # what a user would type, on the login node
    bash tests/slurm/lab.sh login "$lab" "$@"
}

on() { # on NODE COMMAND...
    bash tests/slurm/lab.sh on "$lab" "$@"
}

pull() { # the plug of a node
    bash tests/slurm/lab.sh pull "$lab" "$1"
}

boot() {
    bash tests/slurm/lab.sh boot "$lab" "$1"
}

node_is() { # node_is NODE STATE; a star behind it says: it does not answer
    [ "$(login sinfo -h -N -n "$1" -o %t | tr -d '*' | sort -u)" = "$2" ]
}

job_state() { # job_state ID
    login scontrol -o show job "$1" 2>/dev/null |
        sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p'
}

job_is() { # job_is ID STATE
    [ "$(job_state "$1")" = "$2" ]
}

job_ends() { # job_ends ID: it is over, whatever came of it
    case $(job_state "$1") in
    PENDING | RUNNING | COMPLETING | CONFIGURING | SUSPENDED) return 1 ;;
    "") return 1 ;; # nobody answered
    esac
}

# wait_until SECONDS COMMAND...
wait_until() {
    tries=$(($1 * 10))
    shift
    while [ $tries -gt 0 ]; do
        "$@" 2>/dev/null && return 0
        sleep 0.1
        tries=$((tries - 1))
    done
    return 1
}
