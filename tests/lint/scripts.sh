# Fails when a shell script does not parse, names an absolute home path, or a
# generated page is not what the program prints.
bad=0
for script in $(git ls-files '*.sh' .ci/run); do
    bash -n "$script" || bad=1
done
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
for page in job:JOB commands:COMMANDS; do
    if ! "$TRUSTSWEEP" docs "${page%%:*}" | diff -u "docs/${page##*:}.md" - >&2
    then
        echo "docs/${page##*:}.md: run 'trustsweep docs ${page%%:*}' again"
        bad=1
    fi
done
exit $bad
