#!/usr/bin/env bash
# A stop that takes 15 s: runit's "sv stop" gives up after 7 s, its force-stop kills, and start-stop-daemon reports success at once.
#
# guess:  sv waits until the service is down, and kills after a limit; start-stop-daemon --stop waits as well.
# seen:   runit 2.1.2, dpkg's start-stop-daemon 1.21.22, Debian 12, 2026-11-30. A service that saves for 15 s after SIGTERM; when the command
#         returns:
#           sv stop: exit=1, after 7 s or more, service=saving
#           sv restart: exit=1, after 7 s or more, service=saving
#           sv force-stop: exit=1, after 7 s or more, service=killed
#           sv -w 30 stop: exit=0, after 7 s or more, service=saved
#           start-stop-daemon --stop: exit=0, after less than 7 s, service=saving
#           start-stop-daemon --stop --retry 30: exit=0, after 7 s or more, service=saved
#         A script that goes on after "sv stop" or start-stop-daemon, to copy the state or to start the next version, finds the service at
#         work. force-stop, force-restart and force-shutdown send SIGKILL after the same 7 s.
# matters to: images and machines that use runit, and init scripts: sv -w, or SVWAIT in the environment, and --retry, both above the longest
#         stop; and look at the exit code.
#
# needs: Debian 12 with start-stop-daemon of dpkg, and apt-get to fetch runit. Exits with 0 if that is still so, with 1 if it has changed,
# with 2 if they cannot be had.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    cat "$work"/*/supervisor "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

command -v start-stop-daemon > /dev/null || { echo "needs start-stop-daemon"; exit 2; }
{ apt-get download -qq runit=2.1.2-54 && dpkg -x runit_*.deb root; } > apt 2>&1 || { cat apt; echo "needs apt-get to fetch runit of Debian 12"; exit 2; }
export PATH=$work/root/usr/bin:$PATH

cat > service <<'SERVICE'
#!/usr/bin/env bash
cd "$1"
trap 'for _ in $(seq 150); do sleep 0.1; done; touch saved; exit 0' TERM
echo $$ > pid
while :; do sleep 0.1; done
SERVICE
chmod 755 service

try() { # what starts it, the command that stops it
    local folder began code=0 spent state
    folder=$(mktemp -d -p "$work")
    if [ "$1" = runsv ]; then
        printf '#!/bin/sh\nexec %s/service %s\n' "$work" "$folder" > "$folder/run"
        chmod 755 "$folder/run"
        runsv "$folder" 2> "$folder/log" &
        echo $! > "$folder/supervisor"
    else
        "$work/service" "$folder" &
    fi
    shift
    for _ in $(seq 100); do [ ! -s "$folder/pid" ] || break; sleep 0.1; done
    sleep 2 # for runsv, which does not restart more often than once a second
    began=$(date +%s%N)
    case $1 in
        sv) "$@" "$folder" > "$folder/out" 2>&1 || code=$? ;;
        *) "$@" --pidfile "$folder/pid" > "$folder/out" 2>&1 || code=$? ;;
    esac
    spent=$((($(date +%s%N) - began) / 1000000))
    if [ -e "$folder/saved" ]; then
        state=saved
    elif kill -0 "$(cat "$folder/pid")" 2>/dev/null; then
        state=saving
    else
        state=killed
    fi
    echo "$spent ms" > "$folder/spent"
    echo "$*: exit=$code, after $([ "$spent" -ge 7000 ] && echo 7 s or more || echo less than 7 s), service=$state"
}
try runsv sv stop > seen.1 &
try runsv sv restart > seen.2 &
try runsv sv force-stop > seen.3 &
try runsv sv -w 30 stop > seen.4 &
try bash start-stop-daemon --stop > seen.5 &
try bash start-stop-daemon --stop --retry 30 > seen.6 &
for file in 1 2 3 4 5 6; do
    for _ in $(seq 600); do [ ! -s "seen.$file" ] || break; sleep 0.1; done
done
cat seen.? > seen
expected='sv stop: exit=1, after 7 s or more, service=saving
sv restart: exit=1, after 7 s or more, service=saving
sv force-stop: exit=1, after 7 s or more, service=killed
sv -w 30 stop: exit=0, after 7 s or more, service=saved
start-stop-daemon --stop: exit=0, after less than 7 s, service=saving
start-stop-daemon --stop --retry 30: exit=0, after 7 s or more, service=saved'

cat seen
[ "$(cat seen)" = "$expected" ] || { tail -n 5 tmp.*/out tmp.*/spent; echo "changed; expected:"; echo "$expected"; exit 1; }
