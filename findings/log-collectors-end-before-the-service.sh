#!/usr/bin/env bash
# SIGTERM to a whole group of processes ends the log collector at once, and the lines of the service's shutdown are lost.
#
# guess:  tee dies of the signal; svlogd, multilog, s6-log and rotatelogs, which are made for services, read until the service has closed
#         the pipe.
# seen:   coreutils 9.1, runit 2.1.2, daemontools 0.76, s6 2.11.3, apache2-utils 2.4, Debian 12, 2026-11-29. A service in a pipe that
#         writes for a second after SIGTERM, which its group gets; whether its last line is in the log:
#           tee: lost
#           svlogd: lost
#           multilog: lost
#           s6-log: lost
#           rotatelogs: lost
#           s6-log -p: logged
#           trap '' TERM; exec tee: logged
#         All but the last two end within some 50 ms of the signal; a program that does not ignore SIGPIPE, as a JVM does, dies of its
#         next line. The supervisors of these collectors signal the service alone. A group is signalled by systemd
#         (KillMode=control-group, the default), by dumb-init, and by tini -g.
# matters to: services that are started as "service | collector" by a unit or in a container, and logs that end where the shutdown begins.
#
# needs: tee; svlogd, multilog, s6-log and rotatelogs are fetched by apt-get. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if they cannot be had.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    for group in "$work"/*/group; do
        [ ! -s "$group" ] || kill -KILL -- "-$(cat "$group")" 2>/dev/null || true # what an interrupt has left
    done
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 "$work"

packages="runit=2.1.2-54 daemontools=1:0.76-8.1 s6=2.11.3.2-1 libskarnet2.13 libs6-2.11 libexecline2.9 apache2-utils libapr1 libaprutil1"
# shellcheck disable=SC2086 # one argument for each
{ apt-get download -qq $packages && for package in *.deb; do dpkg -x "$package" root; done; } > fetched 2>&1 \
    || { cat fetched; echo "needs apt-get, and what it fetches"; exit 2; }
PATH=$PATH:$work/root/usr/bin
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH

cat > service <<'SERVICE'
#!/usr/bin/env bash
trap '' PIPE # as a JVM does
trap 'ending=1' TERM
ending=
left=10
echo $$ > pid
for _ in $(seq 300); do
    [ "$left" -gt 0 ] || break
    echo "line" 2>/dev/null || true
    sleep 0.1
    [ -z "$ending" ] || left=$((left - 1))
done
echo "the last line" 2>/dev/null || true
touch ended
SERVICE
chmod 755 service

try() { # name, collector
    local name=$1 pipeline group
    shift
    rm -rf "$name"
    mkdir -p "$name/log"
    cd "$name"
    mkfifo pipe
    setsid bash -c 'echo $$ > group; trap : TERM; "$@" < pipe > out 2>&1 & ../service > pipe' try "$@" > shell 2>&1 &
    pipeline=$!
    for _ in $(seq 200); do [ -s pid ] && break; sleep 0.1; done
    sleep 1
    group=$(cat group)
    kill -TERM -- "-$group"
    for _ in $(seq 200); do [ -e ended ] && break; sleep 0.1; done
    wait "$pipeline" 2>/dev/null || true
    sleep 0.5 # until the collector has read it
    kill -KILL -- "-$group" 2>/dev/null || true
    rm group
    if [ ! -e ended ] || ! grep -rqs '^line' log; then
        echo "not tried: $(cat out shell)"
    elif grep -rq 'the last line' log; then
        echo logged
    else
        echo lost
    fi
    cd ..
}
seen="tee: $(try tee tee log/current)
svlogd: $(try svlogd svlogd log)
multilog: $(try multilog multilog ./log)
s6-log: $(try s6-log s6-log ./log)
rotatelogs: $(try rotatelogs rotatelogs -l log/current 86400)
s6-log -p: $(try s6-log-p s6-log -p ./log)
trap '' TERM; exec tee: $(try tee-ignores sh -c "trap '' TERM; exec tee log/current")"
expected="tee: lost
svlogd: lost
multilog: lost
s6-log: lost
rotatelogs: lost
s6-log -p: logged
trap '' TERM; exec tee: logged"

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
