#!/bin/bash
# test.sh [--no-prepare]         every test, on the published programs; as root it installs first what the tests need (tests/prepare.sh)
# test.sh [--no-prepare] unit    the in-process tests: nothing is published, analysed or installed
# test.sh NAME...                the tests with NAME in their full name, such as KekTests or KekTests.Wrap: EdgeKms.KeyRing.Tests.….Class.Method
# A test that lacks something on this machine is skipped, with its reason, and counted. EDGEKMS_BIN names the folder of programs
# that are tested instead of artifacts/publish. The output of each test program stays in artifacts/tests.
# The last line is "N passed, N failed, N skipped"; exit code 0 means that none failed.
set -uo pipefail
cd "$(dirname "$0")" || exit
usage() { sed -n '2,7s/^# \{0,1\}//p' test.sh; }
fail() { echo "test: error: $1" >&2; echo "test: hint: $2" >&2; exit 2; }

in_process=(KeyRing Daemon Conformance Cluster Cli Contract) # the slow ones first
published=(EndToEnd PowerShell Browser)
prepare=1 names=()
for argument in "$@"; do
  case $argument in
    -h | --help) usage; exit 0 ;;
    --no-prepare) prepare= ;;
    -*) fail "unknown option $argument" "run ./test.sh --help" ;;
    '') fail "a name is empty" "run ./test.sh --help" ;;
    *) names+=("$argument") ;;
  esac
done
mode=all
if [ "${names[*]}" = unit ]; then mode=unit; elif [ ${#names[@]} -gt 0 ]; then mode=named; fi
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: dotnet is not on PATH" "install it from https://dotnet.microsoft.com/download"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# A key ring in memory is another case than one on a disk: the tests' folders lie on a disk where there is one.
in_memory() { [[ $(stat -f -c %T "$1") =~ ^(tmpfs|ramfs)$ ]]; }
if [ -z "${TMPDIR:-}" ] && in_memory /tmp && [ -w /var/tmp ] && ! in_memory /var/tmp; then export TMPDIR=/var/tmp; fi

# Full names as they stand in the sources of a test project: what matches decides which projects are built, and whether the
# programs are published.
names_in() { # PROJECT
  find "tests/EdgeKms.$1.Tests" -name '*.cs' -exec awk '
    FNR == 1 { space = ""; class = ""; test = 0 }
    /^namespace / { space = $2; sub(/[;{].*/, "", space) }
    /^[a-z].* class / { match($0, / class [A-Za-z0-9_]+/); class = substr($0, RSTART + 7, RLENGTH - 7) }
    /\[(Fact|Theory)[],(]/ { test = 1 }
    test && /^ +(public|internal) .*\(/ { match($0, /[A-Za-z0-9_]+\(/); print space "." class "." substr($0, RSTART, RLENGTH - 1); test = 0 }
  ' {} +
}

filters=() projects=()
case $mode in
  all) projects=("${in_process[@]}" "${published[@]}") ;;
  unit)
    projects=("${in_process[@]}")
    # Without the Go plugin, which is a process of the test bed, and with fewer random inputs: the answer comes while one waits for it.
    filters=(-class- "*.GoPluginTests")
    export EDGEKMS_FUZZ=${EDGEKMS_FUZZ:-50000} EDGEKMS_SIMULATION_SEEDS=${EDGEKMS_SIMULATION_SEEDS:-50} ;;
  named)
    patterns=()
    for name in "${names[@]}"; do patterns+=(-e "$name") filters+=(-method "*$name*"); done
    for project in "${in_process[@]}" "${published[@]}"; do
      ! names_in "$project" | grep -iF "${patterns[@]}" >/dev/null || projects+=("$project")
    done
    [ ${#projects[@]} -gt 0 ] || fail "no test has ${names[*]} in its name" \
      "a name is a part of namespace, class and method, such as KekTests or KekTests.Wrap; \"unit\" alone is all in-process tests" ;;
esac
is_published() { [[ " ${published[*]} " == *" $1 "* ]]; }
programs=
for project in "${projects[@]}"; do ! is_published "$project" || programs=1; done

start=$SECONDS passed=0 failed=0 skipped=0
results=artifacts/tests
rm -rf $results && mkdir -p $results
finish() {
  if ls $results/*.log >/dev/null 2>&1; then
    # Each reason with the number of its tests.
    sed -n '/\[SKIP\]$/{n;s/^ *//p}' $results/*.log | sort | uniq -c | sort -rn >$results/skipped.txt
    [ ! -s $results/skipped.txt ] || { printf '\nSkipped:\n'; cat $results/skipped.txt; }
    cat $results/*.failures >$results/failed.txt 2>/dev/null
    [ ! -s $results/failed.txt ] || { printf '\nFailed:\n'; grep -hE '\[FAIL\]$|^!!!' $results/failed.txt; }
  fi
  printf '\n%s s\n%s passed, %s failed, %s skipped\n' $((SECONDS - start)) "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]; exit
}
give_up() { echo "!!! $1" | tee $results/build.failures; failed=1; finish; }

if [ $mode = all ] && [ -n "$prepare" ]; then tests/prepare.sh || true; fi

# ---- build -----------------------------------------------------------------------------------------------------------------
# What is built without analysers goes to folders of its own: a build that leaves them out would leave nothing to a later one that
# has them.
output=unit
case $mode in
  all) output=release ;;
  unit)
    dotnet build EdgeKms.Unit.slnf -c Release -p:ArtifactsPivots=unit -p:RunAnalyzers=false --nologo -v q ||
      give_up "the build failed" ;;
  named)
    for project in "${projects[@]}"; do
      dotnet build "tests/EdgeKms.$project.Tests" -c Release -p:ArtifactsPivots=unit -p:RunAnalyzers=false --nologo -v q ||
        give_up "the build failed"
    done ;;
esac
if [ -n "$programs" ] && [ -z "${EDGEKMS_BIN:-}" ]; then
  if command -v gcc >/dev/null || command -v clang >/dev/null; then
    ./build.sh || give_up "publishing failed"
    export EDGEKMS_BIN=$PWD/artifacts/publish
  else
    programs=
  fi
fi
if [ $mode = all ]; then
  # Every project, and the analysers: a warning is an error.
  dotnet build EdgeKms.slnx -c Release --nologo -v q || give_up "the build failed"
fi

# ---- run -------------------------------------------------------------------------------------------------------------------
run() { # PROJECT: its output and exit code go to files, since several run at once
  local project=$1 program=artifacts/bin/EdgeKms.$1.Tests/$output/EdgeKms.$1.Tests
  if is_published "$project" && [ -z "$programs" ]; then
    "$program" -list tests "${filters[@]}" | grep -c . >$results/"$project".unpublished
    return
  fi
  # A shell that runs this script in the background has it ignore SIGINT; the tests of Ctrl-C need it as a terminal has it.
  env --default-signal=INT,QUIT "$program" -noLogo -noColor -longRunning 300 "${filters[@]}" \
    >$results/"$project".log 2>&1 </dev/null
  echo $? >$results/"$project".exit
}
tell() { # PROJECT: counts and prints it
  local project=$1 total errors wrong left not summary log=$results/$1.log
  if [ -e $results/"$project".unpublished ]; then
    left=$(cat $results/"$project".unpublished)
    printf '    EdgeKms.%s.Tests [SKIP]\n      needs gcc or clang, to publish the programs: %s tests\n' "$project" "$left" >"$log"
    skipped=$((skipped + left))
    return
  fi
  summary=$(sed -nE 's/^ +EdgeKms\.[A-Za-z]+\.Tests +Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$log" | tail -n 1)
  read -r total errors wrong left not <<<"${summary:-0 1 0 0 0}"
  passed=$((passed + total - wrong - left - not)) skipped=$((skipped + left))
  wrong=$((wrong + errors))
  # An exit code without a failed test is one all the same: a crash, or nothing that came to a summary.
  [ "$(cat $results/"$project".exit)" -eq 0 ] || [ "$wrong" -gt 0 ] || wrong=1
  failed=$((failed + wrong))
  printf '%-28s %5s passed, %s failed, %s skipped\n' "EdgeKms.$project.Tests" $((total - wrong + errors - left - not)) "$wrong" "$left"
  [ "$wrong" -gt 0 ] || return 0
  # Each failed test up to the next line of its depth; else the end of what was said.
  awk '/^    [^ ]/ { on = /\[FAIL\]$/; n = 0 } /^ ? ?[^ ]/ { on = 0 } on && n++ < 60' "$log" >$results/"$project".failures
  if [ -z "$summary" ] || ! grep -q '\[FAIL\]$' "$log"; then
    echo "!!! EdgeKms.$project.Tests ended with $(cat $results/"$project".exit):" >>$results/"$project".failures
    tail -n 30 "$log" >>$results/"$project".failures
  fi
  cat $results/"$project".failures
}
has() { [[ " ${projects[*]} " == *" $1 "* ]]; }
echo "Running $(printf '%s ' "${projects[@]}")(their output: $results)"
# The in-process tests at once, beside those on real processes, which wait for most of their time. A browser comes at the end.
running=()
! has EndToEnd || run EndToEnd &
for project in "${in_process[@]}"; do
  if has "$project"; then run "$project" & running+=($!); fi
done
for process in "${running[@]}"; do wait "$process"; done
for project in "${in_process[@]}"; do ! has "$project" || tell "$project"; done
for project in PowerShell Browser; do
  if has "$project"; then run "$project"; tell "$project"; fi
done
wait
! has EndToEnd || tell EndToEnd
if [ $((passed + failed + skipped)) -eq 0 ]; then
  fail "no test has ${names[*]} in its name" "a name is a part of namespace, class and method, such as KekTests or KekTests.Wrap"
fi
finish
