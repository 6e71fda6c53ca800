#!/bin/bash
# bench/authority.sh [ROUNDS]: edgekmsd without and with the filter of ":authority", and with a client whose authority it rewrites in
# each call, in one run, as a Markdown table. Quote the ratios: the three and the client share the machine.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${EDGEKMS_BIN:-$root/artifacts/publish}
[ -x "$bin/edgekmsd" ] || { echo "bench: $bin/edgekmsd is missing: run ./build.sh first" >&2; exit 1; }
work=$(mktemp -d); chmod 700 "$work"
trap 'rm -rf "$work"' EXIT
umask 077
head -c 18 /dev/urandom | base64 >"$work/passphrase"
for name in off on; do
  "$bin/edgekmsd" init --state-directory "$work/state$name" --admin-socket "$work/$name/admin.sock" \
    --passphrase-file "$work/passphrase" --recovery-code-file "$work/code-$name" >/dev/null
done
dotnet build -c Release -v q --nologo "$root/bench/EdgeKms.Bench" >&2
echo "$(date -u +%F), $(nproc) cores, $(uname -sr), .NET $(dotnet --version); load before: $(cut -d' ' -f1-3 /proc/loadavg)"
echo
dotnet "$root/artifacts/bin/EdgeKms.Bench/release/EdgeKms.Bench.dll" authority "$bin/edgekmsd" "$work/state" "$work" "${1:-9}"
