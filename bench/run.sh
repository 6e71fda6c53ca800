#!/bin/bash
# bench/run.sh [ROUNDS]: edgekmsd against the Go plugin of the test bed, in one run, as a Markdown table.
# Quote ratios, not absolute values: both sides and the client share the machine.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
peer=${EDGEKMS_K8S_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed/bin}/kmsv2-testplugin
[ -x "$peer" ] || { echo "bench: the Go plugin is missing: run tests/testbed/prepare.sh first" >&2; exit 1; }
bin=${EDGEKMS_BIN:-$root/artifacts/publish}
[ -x "$bin/edgekmsd" ] || { echo "bench: $bin/edgekmsd is missing: run ./build.sh first" >&2; exit 1; }
work=$(mktemp -d); chmod 700 "$work"
trap 'rm -rf "$work"' EXIT
umask 077
head -c 18 /dev/urandom | base64 >"$work/passphrase"
"$bin/edgekmsd" init --state-directory "$work/state" --admin-socket "$work/e/admin.sock" \
  --passphrase-file "$work/passphrase" --recovery-code-file "$work/code" >/dev/null
dotnet build -c Release -v q --nologo "$root/bench/EdgeKms.Bench" >&2
echo "$(date -u +%F), $(nproc) cores, $(uname -sr), .NET $(dotnet --version); load before: $(cut -d' ' -f1-3 /proc/loadavg)"
echo
dotnet "$root/artifacts/bin/EdgeKms.Bench/release/EdgeKms.Bench.dll" "$bin/edgekmsd" "$work/state" "$peer" "$work" "${1:-5}"
echo
dotnet "$root/artifacts/bin/EdgeKms.Bench/release/EdgeKms.Bench.dll" ring "$bin/edgekmsd" "$work"
