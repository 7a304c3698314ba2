# `version --json` names the version, as CITATION.cff and CHANGELOG.md do, and every
# library that the program asks its
# loader for; but for the C and C++ run time, which came with the compiler.
set -o pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
command -v readelf >/dev/null || { echo "no readelf"; exit 77; }
said=$("$TRUSTSWEEP" version --json) || { echo "FAILED: version --json"; exit 1; }
words=$("$TRUSTSWEEP" version) || { echo "FAILED: version"; exit 1; }
needed=$(readelf -d "$TRUSTSWEEP" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
python3 - "$said" "$words" "$needed" <<'PY'
import json
import re
import sys

said, words, needed = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3].split()
with open("CMakeLists.txt", encoding="utf-8") as f:
    version = re.search(r"project\(\w+ VERSION (\S+)", f.read()).group(1)
assert said["version"] == version, (said["version"], version)
for page, pattern in (("CITATION.cff", r"^version: (\S+)$"),
                      ("CHANGELOG.md", r"^## (\S+),")):
    with open(page, encoding="utf-8") as f:
        said_there = re.search(pattern, f.read(), re.M).group(1)
    assert said_there == version, (page, said_there, version)
names = {"mpi": "mpi", "mpich": "mpi", "hdf5": "hdf5", "hdf5_serial": "hdf5",
         "hdf5_hl": "hdf5", "hdf5_serial_hl": "hdf5", "gsl": "gsl",
         "gslcblas": "gsl", "hwloc": "hwloc", "zip": "libzip", "curl": "http",
         "pcre2-8": "pcre2", "cjson": "cjson", "deflate": "libdeflate",
         "xxhash": "xxhash", "crypto": "openssl", "llama": "llama"}
runtime = {"c", "m", "stdc++", "gcc_s", "gomp", "omp", "pthread", "asan",
           "ubsan"}
for library in needed:
    name = re.match(r"(?:lib)?(.*?)\.so", library).group(1)
    if name in runtime or name.startswith("ld-linux") or name.startswith("ggml"):
        continue
    assert name in names, "version does not name " + library
    text = said["libraries"].get(names[name], "")
    assert re.search(r"\d", text), (library, text)
    assert text in words, text
print(len(needed), "libraries")
PY
