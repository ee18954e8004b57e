#!/usr/bin/env bash
# A shell script that SIGTERM ends runs its "trap .. EXIT" in bash, ksh93 and mksh only; the exit code is 15 in ksh93 and 0 in mksh.
#
# guess:  bash, ksh93, mksh, zsh and yash run the trap, dash and busybox do not; the exit code is 143 everywhere.
# seen:   dash 0.5.12, busybox 1.35.0, bash 5.2.15, ksh93u+m 1.0.4, mksh 59c, zsh 5.9, yash 2.52 of Debian 12, 2026-11-30. A script with such a
#         trap that waits for a command, SIGTERM to the shell alone, as from kill or the engine of a container, and to its group:
#           dash: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
#           busybox: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
#           bash: trap=ran exit=143, group: trap=ran exit=143, with a trap for TERM: trap=ran exit=143
#           ksh93: trap=ran exit=15, group: trap=ran exit=15, with a trap for TERM: trap=ran exit=143
#           mksh: trap=ran exit=0, group: trap=ran exit=0, with a trap for TERM: trap=ran exit=0
#           zsh: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
#           yash: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
#         The last column has "trap 'exit 143' TERM" beside it. mksh ends with the status of the last command of the EXIT trap.
# matters to: entry points and start scripts that remove a pid file, stop a helper or save something in their EXIT trap; images that change
#         from bash to another shell, such as Alpine's.
#
# needs: Debian 12, and apt-get to fetch the shells. Exits with 0 if that is still so, with 1 if it has changed, with 2 if they cannot be
# had.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

{ apt-get download -qq busybox-static=1:1.35.0-4+deb12u1+b1 dash=0.5.12-2 bash=5.2.15-2+b13 ksh93u+m=1.0.4-3 mksh=59c-28+deb12u1 zsh=5.9-4+b15 yash=2.52-2 \
    && for package in *.deb; do dpkg -x "$package" root; done; } > apt 2>&1 || { cat apt; echo "needs apt-get, and the shells of Debian 12"; exit 2; }

# shellcheck disable=SC2016 # for the shells
printf '%s\n' 'trap "echo ran > $0.trap" EXIT' 'echo > "$0.up"' 'sleep 3' 'sleep 1' > plain
printf '%s\n' 'trap "exit 143" TERM' "$(cat plain)" > both

try() { # the script, whom to signal, the shell and its options
    local script=$1 target=$2 code=0 pid
    shift 2
    cp "$script" run
    rm -f run.up run.trap
    setsid "$@" ./run &
    pid=$!
    for _ in $(seq 200); do [ ! -e run.up ] || break; sleep 0.05; done
    sleep 0.5
    if [ "$target" = group ]; then kill -- "-$pid"; else kill "$pid"; fi
    wait "$pid" || code=$?
    kill -KILL -- "-$pid" 2>/dev/null || true # the command that it has left behind
    echo "trap=$(cat run.trap 2>/dev/null || echo no) exit=$code"
}
all() {
    local name=$1
    shift
    "$@" -c : 2>/dev/null || { echo "$name does not run here" >&2; exit 2; }
    echo "$name: $(try plain shell "$@"), group: $(try plain group "$@"), with a trap for TERM: $(try both shell "$@")"
}
{
    all dash root/bin/dash
    all busybox root/bin/busybox sh
    all bash root/bin/bash
    all ksh93 root/bin/ksh93
    all mksh root/bin/mksh
    all zsh root/bin/zsh
    all yash root/usr/bin/yash
} > seen 2> errors || { cat seen errors; exit 2; }
expected='dash: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
busybox: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
bash: trap=ran exit=143, group: trap=ran exit=143, with a trap for TERM: trap=ran exit=143
ksh93: trap=ran exit=15, group: trap=ran exit=15, with a trap for TERM: trap=ran exit=143
mksh: trap=ran exit=0, group: trap=ran exit=0, with a trap for TERM: trap=ran exit=0
zsh: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143
yash: trap=no exit=143, group: trap=no exit=143, with a trap for TERM: trap=ran exit=143'

cat seen
[ "$(cat seen)" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
