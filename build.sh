#!/bin/bash
# build.sh: publishes both programs as Native AOT into artifacts/publish; does nothing when they are up to date.
set -euo pipefail
cd "$(dirname "$0")"
out=artifacts/publish
stamp=$out/.built
if [ -x $out/edgekmsd ] && [ -x $out/edgekms ] && [ -e $stamp ] &&
  [ -z "$(find src spec/proto Directory.*.props global.json -newer $stamp -type f -print -quit)" ]; then
  echo "build: $out is up to date"
  exit 0
fi
rid=linux-$(case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac)
mkdir -p $out
dotnet restore EdgeKms.slnx -v q # for every runtime, so that the lock files stay as they are
# The analysers run in the build that test.sh makes; the AOT compiler says what it finds itself.
for project in Daemon Cli; do
  dotnet publish "src/EdgeKms.$project" -c Release -r "$rid" -o $out --no-restore --nologo -v q -p:RunAnalyzers=false
done
touch $stamp
echo "build: $(cd $out && du -h edgekmsd edgekms | tr '\n\t' '  ')in $out"
