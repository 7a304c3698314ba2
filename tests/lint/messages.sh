# Fails when an error or warning is not in the voice of CONTRIBUTING.md, and when
# this check would not notice it.
set -e
python3 tests/lint/messages.py .
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
bad='error_set_errno(err, errno, "%s", path); error_set(err, 1, "Failed to read.");
    error_set(err, 1, "no `x` here!"); error_set(err, 1, "invalid value");'
echo "void f(void) { $bad }" >"$work/src/bad.c"
found=$(python3 tests/lint/messages.py "$work" | grep -c 'src/bad.c:') || true
[ "$found" = 7 ] || { echo "finds $found faults of 7"; exit 1; }
