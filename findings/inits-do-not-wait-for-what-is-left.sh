#!/usr/bin/env bash
# tini, dumb-init and catatonit end with their main process: whatever else still saves in the container is killed, signalled or not.
#
# guess:  dumb-init and tini -g signal the whole group and then wait until all of it has ended; tini and catatonit signal the main process
#         only, and wait for nothing else.
# seen:   tini 0.19.0, dumb-init 1.2.5, catatonit 0.1.7, Debian 12, Linux 6.18, 2026-11-30. A process namespace, as of a container; the main
#         process ends half a second after SIGTERM, a worker that it has started saves for 3 s:
#           no init: worker signalled=no saved=no
#           tini: worker signalled=no saved=no
#           tini -g: worker signalled=yes saved=no
#           dumb-init: worker signalled=yes saved=no
#           dumb-init --single-child: worker signalled=no saved=no
#           catatonit: worker signalled=no saved=no
#           tini -g, the main process waits: worker signalled=yes saved=yes
#         The end of the first process of the namespace kills all others. An init reaps processes that have lost their parent while the main
#         process runs, which looks as if it took care of them; none waits for them at the end.
# matters to: containers with helpers beside the service, and services that start tools: the main process must wait for them, with the
#         stop limit of the container in mind.
#
# needs: Linux, util-linux, the right to make a process namespace (root), and apt-get to fetch the three. Exits with 0 if that is still so,
# with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

work=$(mktemp -d)
space=
cleanup() {
    [ -z "$space" ] || kill -KILL "$space" 2>/dev/null || true # with --kill-child, this ends the namespace
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

unshare --pid --fork --mount-proc true 2> log || { cat log; echo "needs the right to make a process namespace"; exit 2; }
{ apt-get download -qq tini=0.19.0-1+b3 dumb-init=1.2.5-2 catatonit=0.1.7-1+b2 && for package in *.deb; do dpkg -x "$package" root; done; } \
    > apt 2>&1 || { cat apt; echo "needs apt-get to fetch tini, dumb-init and catatonit of Debian 12"; exit 2; }
bin=root/usr/bin

cat > worker <<'WORKER'
trap 'touch run.signalled; sleep 3; touch run.saved; exit 0' TERM
touch run.ready
while :; do sleep 0.1; done
WORKER
cat > main <<'MAIN'
trap "$1; exit 0" TERM
bash worker &
while :; do sleep 0.1; done
MAIN

is() { [ -e "run.$1" ] && echo yes || echo no; }

try() { # title, what the main process does before it ends, init
    local title=$1 last=$2
    shift 2
    rm -f run.*
    unshare --pid --fork --kill-child --mount-proc "$@" bash main "$last" >> log 2>&1 &
    space=$!
    for _ in $(seq 300); do [ ! -e run.ready ] || break; sleep 0.1; done
    pkill -TERM -P "$space"
    wait "$space" || true
    space=
    echo "$title: worker signalled=$(is signalled) saved=$(is saved)"
}
{
    try 'no init' 'sleep 0.5'
    try 'tini' 'sleep 0.5' "$bin/tini" --
    try 'tini -g' 'sleep 0.5' "$bin/tini" -g --
    try 'dumb-init' 'sleep 0.5' "$bin/dumb-init"
    try 'dumb-init --single-child' 'sleep 0.5' "$bin/dumb-init" --single-child
    try 'catatonit' 'sleep 0.5' "$bin/catatonit" --
    try 'tini -g, the main process waits' 'wait' "$bin/tini" -g --
} > seen
expected='no init: worker signalled=no saved=no
tini: worker signalled=no saved=no
tini -g: worker signalled=yes saved=no
dumb-init: worker signalled=yes saved=no
dumb-init --single-child: worker signalled=no saved=no
catatonit: worker signalled=no saved=no
tini -g, the main process waits: worker signalled=yes saved=yes'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
