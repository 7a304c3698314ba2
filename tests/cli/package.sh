# What is installed works from another folder, and the Debian package holds it
# and names the libraries it needs.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
for tool in cpack dpkg-deb; do
    command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
build=$1
(cd "$dir" && cpack -G DEB --config "$build/CPackConfig.cmake" -B "$dir" \
    >"$dir/cpack.out" 2>&1) || { cat "$dir/cpack.out"; exit 1; }
package=$(ls "$dir"/*.deb)
dpkg-deb -f "$package" Depends >"$dir/depends"
for wanted in libc6 libhdf5 libgsl openmpi-bin; do
    grep -q "$wanted" "$dir/depends" ||
        { echo "no $wanted in: $(cat "$dir/depends")"; exit 1; }
done
dpkg-deb -x "$package" "$dir/root"
share=$dir/root/usr/share/trustsweep
for wanted in datasets/trustllm.json slurm/sweep.sbatch jobs/quickstart.json \
    report; do
    [ -e "$share/$wanted" ] || { echo "$wanted is not in it"; exit 1; }
done
for wanted in man/man1/trustsweep.1 bash-completion/completions/trustsweep \
    doc/trustsweep/CHANGELOG.md doc/trustsweep/docs/report.png \
    doc/trustsweep/docs/COMMANDS.md; do
    [ -s "$dir/root/usr/share/$wanted" ] || { echo "$wanted is not in it"; exit 1; }
done
unset TRUSTSWEEP_SHARE
"$dir/root/usr/bin/trustsweep" version >/dev/null
printf '{"models": [{"name": "a", "backend": "sim:"}]}' >"$dir/job.json"
cd "$dir"
root/usr/bin/trustsweep plan job.json >/dev/null
# the template is found beside it; Slurm need not be there
PATH=/nowhere root/usr/bin/trustsweep submit job.json --dry-run \
    >script 2>/dev/null
grep -q "^exec $dir/root/usr/bin/trustsweep batch" script ||
    { cat script; exit 1; }
