#!/bin/bash
# test.sh: every test. Publishes the programs first, since the end-to-end tests run what is shipped.
# Tests that need the test bed (tests/testbed/prepare.sh) say why they are skipped where it is missing.
# The last line is "N passed, N failed" (", N skipped").
set -uo pipefail
cd "$(dirname "$0")"
log=$(mktemp); trap 'rm -f "$log"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
./build.sh || { echo "0 passed, 1 failed"; exit 1; }
dotnet build EdgeKms.slnx -c Release --nologo -v q || { echo "0 passed, 1 failed"; exit 1; }
# A shell that runs this script in the background has it ignore SIGINT; the tests of Ctrl-C need it as a terminal has it.
EDGEKMS_BIN=${EDGEKMS_BIN:-$PWD/artifacts/publish} \
  env --default-signal=INT,QUIT dotnet test --solution EdgeKms.slnx -c Release --no-build --max-parallel-test-modules 1 "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
[ "$status" -eq 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
echo
echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
exit "$status"
