#!/bin/sh
# Installs the system packages that building needs; with --test also those that
# testing needs.  Does nothing when all are there.  Safe to run again.
#
# usage: scripts/setup.sh [--test]
. "$(dirname "$0")/common.sh"

build="build-essential cmake pkg-config python3 python3-pip \
openmpi-bin libopenmpi-dev libhdf5-dev libcjson-dev libdeflate-dev libzip-dev \
libxxhash-dev uthash-dev libssl-dev libcurl4-openssl-dev libpcre2-dev \
libgsl-dev libhwloc-dev libcmocka-dev"
test="clang libclang-rt-dev clang-format clang-tidy mpich libmpich-dev \
hdf5-tools lcov python3-h5py python3-xarray python3-netcdf4 \
python3-jsonschema chromium slurm-wlm munge iproute2 python3-venv \
nghttp2-proxy openssl"

wanted=$build
[ "${1:-}" = --test ] && wanted="$build $test"

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

command -v apt-get >/dev/null ||
    die "no apt-get here; install what matches:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
        die "not root and no sudo; ask for these packages:$missing"
    as_root=sudo
fi
say "installing:$missing"
quietly "$cache/log/apt-update.log" $as_root apt-get update
# shellcheck disable=SC2086 # package names are meant to split
quietly "$cache/log/apt-install.log" \
    $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $missing
