# For the tests that read results.h5 with Python.  Sourced.

# find_python MODULE...: sets python to one that has them, or skips the test.
# The system's packages go to the system's Python, and another python3 may stand
# before it in PATH, so each one is tried.  TRUSTSWEEP_PYTHON names the only one.
find_python()
{
    local modules candidates
    modules=$(IFS=, && echo "$*")
    candidates=${TRUSTSWEEP_PYTHON:-$(type -ap python3 || true)}
    while read -r python; do
        [ -n "$python" ] || continue
        if "$python" -c "import $modules" </dev/null 2>/dev/null; then
            return 0
        fi
    done <<<"$candidates"
    echo "no python3 in PATH has all of $*: ${candidates//$'\n'/ }"
    exit 77
}
