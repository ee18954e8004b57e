#!/usr/bin/env bash
# Lets the kernel fail, or kill the process, at every system call of a save, and loads what is left.
# Usage: checkpoint-strace.sh        (Linux, strace; no root)
# Each case: a directory with a saved state, one more save under strace with one injection, a plain load.
set -euo pipefail
# shellcheck source=checkpoint-common.sh
. "$(dirname "$0")/checkpoint-common.sh"
need strace mvn
prepare

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cases=0
hits=0
failures=0
kills=0

# try SYSCALL INJECTION NUMBER: returns 1 if the process never made that many such calls.
try() {
    local directory=$work/case file said found hit
    rm -rf "$directory"
    mkdir "$directory"
    file=$directory/state.json
    child once "$file" 5000 >/dev/null
    child once "$file" 5000 >/dev/null
    wrapper=(strace -f -qq -o "$work/trace" -e "trace=$1" -e "inject=$1:$2:when=$3")
    said=$(child once "$file" 5000 || true)
    # shellcheck disable=SC2034 # used by the functions of checkpoint-common.sh
    wrapper=()
    hit=0
    if grep -q 'INJECTED\|SIGKILL' "$work/trace"; then hit=1; fi
    found=$(child load "$file" | head -n 1 || true)
    cases=$((cases + 1))
    hits=$((hits + hit))
    case $said in
        *"SAVED 3"*) [[ $found == "LOADED 3 Found "* ]] || fail "$*: said $said, found $found" ;;
        *"FAILED PERHAPS_NOT_DURABLE"*)
            failures=$((failures + 1))
            [[ $found == "LOADED 3 Found "* ]] || fail "$*: said $said, found $found" ;;
        *FAILED*)
            failures=$((failures + 1))
            [[ $found == "LOADED 2 Found "* ]] || fail "$*: said $said, found $found" ;;
        *)
            kills=$((kills + 1))
            [[ $found == "LOADED "[23]" Found "* ]] || fail "$*: said $said, found $found" ;;
    esac
    if compgen -G "$file.tmp-*" >/dev/null || compgen -G "$file.damaged-*" >/dev/null; then
        fail "$*: litter: $(ls "$directory")"
    fi
    echo "$* -> ${said//$'\n'/, } | $found"
    [ "$hit" = 1 ]
}

for injection in error=EIO error=ENOSPC signal=KILL; do
    for call in fsync fdatasync rename link write pwrite64 close openat; do
        for number in $(seq 1 "${CHECKPOINT_MOST:-40}"); do
            try "$call" "$injection" "$number" || break
        done
    done
done
echo "$cases cases, $hits injections, $failures saves reported as failed, $kills runs cut off; nothing lost"
