# The MPI transport between real ranks, with the launcher of the build.
set -u
build=$1
program=$build/tests/unit_comm_test_transport_ranks
[ -x "$program" ] || { echo "skipped: $program is not built"; exit 77; }
launcher=$(sed -n 's/^MPIEXEC_EXECUTABLE:FILEPATH=//p' "$build/CMakeCache.txt")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

case $("$launcher" --version 2>&1) in
*"Open MPI"* | *OpenRTE*)
    flags="--oversubscribe --bind-to none"
    goes_on=1
    ;;
*)
    flags="-bind-to none"
    goes_on=0
    ;;
esac

failed=0
check() { # check NAME WANTED-LINES MESSAGES RANKS FLAGS MODE
    name=$1 wanted=$2 messages=$3 ranks=$4 extra=$5 mode=$6
    out=$(timeout 100 "$launcher" $flags $extra -n "$ranks" \
        "$program" $mode 2>&1)
    got=$(printf '%s\n' "$out" | grep -c "of $ranks: received $messages, good")
    if [ "$got" -eq "$wanted" ]; then
        echo "ok - $name"
    else
        echo "not ok - $name: $got of $wanted ranks were good"
        printf '%s\n' "$out"
        failed=1
    fi
}

check "one rank sends to itself" 1 10 1 "" ""
check "two ranks" 2 20 2 "" ""
check "four ranks" 4 40 4 "" ""
if [ $goes_on -eq 1 ]; then
    check "one of three dies, the others go on" 2 50 3 --enable-recovery kill
elif timeout 100 "$launcher" $flags -n 3 "$program" kill >/dev/null 2>&1; then
    echo "not ok - one of three dies, and the launcher reports success"
    failed=1
else
    echo "ok - one of three dies, the launcher ends all and says so"
fi
exit $failed
