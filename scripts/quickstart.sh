#!/bin/bash
# From nothing to a results file: installs what is missing, gets and builds the
# pinned llama.cpp, a small chat model and the report's chart libraries (all
# cached), builds the program and runs jobs/quickstart.json over one coordinator
# and two workers.
#
# usage: scripts/quickstart.sh [options of `trustsweep run`]
. "$(dirname "$0")/common.sh"
cd "$root"
sh scripts/setup.sh
TRUSTSWEEP_LLAMA=$(sh scripts/llama.sh)
model=$(sh scripts/model.sh)
TRUSTSWEEP_MODELS=$(dirname "$model")
export TRUSTSWEEP_LLAMA TRUSTSWEEP_MODELS
sh scripts/assets.sh >/dev/null
say "building trustsweep (minutes)"
# shellcheck disable=SC2154 # jobs comes from common.sh
quietly build/log/release-configure.log cmake --preset release
built build/log/release-build.log \
    cmake --build --preset release --target trustsweep -j "$jobs"
say "running jobs/quickstart.json"
exec build/release/bin/trustsweep run jobs/quickstart.json --ranks 3 "$@"
