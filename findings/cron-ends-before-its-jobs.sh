#!/usr/bin/env bash
# SIGTERM to cron or busybox crond ends it at once; a job that runs gets no signal, and in a container it is killed in the middle.
#
# guess:  cron waits for its jobs, or passes the signal on to them; both would let a backup or an export end in order.
# seen:   cron 3.0pl1 and busybox 1.35.0 of Debian 12, Linux 6.18, 2026-11-30. A job that saves for 2 s after SIGTERM; the daemon is signalled
#         among others, or as the first process of a process namespace, as in a container, alone and below tini 0.19:
#           cron: ends within 2 s=yes, job signalled=no alive=yes
#           cron, container: ends within 2 s=no, job signalled=no alive=yes
#           cron, container with tini: ends within 2 s=yes, job signalled=no alive=no
#           busybox crond: ends within 2 s=yes, job signalled=no alive=yes
#           busybox crond, container: ends within 2 s=no, job signalled=no alive=yes
#           busybox crond, container with tini: ends within 2 s=yes, job signalled=no alive=no
#         Neither has a handler of SIGTERM, so as the first process they are not reached by it: the stop of the container takes its whole
#         limit and ends by SIGKILL. With an init it is quicker, and the job is killed at once.
# matters to: containers that run jobs by cron, and images with cron beside a service: signal the jobs and wait for them in an entry point
#         of your own, or let the platform start each job.
#
# needs: root on Linux with util-linux, and apt-get to fetch cron, busybox and tini; takes up to two minutes. Exits with 0 if that
# is still so, with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    cat "$work"/*/daemon 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true # with --kill-child, this ends the namespace
    pgrep -f "^bash $work/job " | xargs -r kill -KILL 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 .

unshare --mount --pid --fork --mount-proc true 2> log || { cat log; echo "needs root on Linux"; exit 2; }
{ apt-get download -qq cron=3.0pl1-162 busybox-static=1:1.35.0-4+deb12u1+b1 tini=0.19.0-1+b3 \
    && for package in *.deb; do dpkg -x "$package" root; done; } \
    > apt 2>&1 || { cat apt; echo "needs apt-get to fetch cron, busybox-static and tini of Debian 12"; exit 2; }

cat > job <<'JOB'
trap 'touch "$1/signalled"; sleep 2; exit 0' TERM
touch "$1/ready"
for _ in $(seq 600); do sleep 0.1; done
JOB
# Becomes the daemon, with folders of its own.
cat > start <<'START'
mount --make-rprivate /
mkdir -p "$2/run" "$2/spool/cron/crontabs" "$2/jobs"
mount --bind "$2/run" /run
mount --bind "$2/spool" /var/spool
chmod 1730 /var/spool/cron/crontabs
if [ "$1" = cron ]; then
    mkdir -p /etc/cron.d
    mount --bind "$2/jobs" /etc/cron.d
    echo "* * * * * root exec bash ${2%/*}/job $2" > /etc/cron.d/job
    exec "${@:3}" root/usr/sbin/cron -f
fi
echo "* * * * * exec bash ${2%/*}/job $2" > "$2/jobs/root"
exec "${@:3}" root/bin/busybox crond -f -L "$2/log" -c "$2/jobs"
START

ended() { ! kill -0 "$1" 2>/dev/null; }
within() { # up to $1 tenths of a second
    local tenths=$1
    shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}
none() { ! pgrep -f "^bash $1" > /dev/null; }

try() { # title, daemon, what starts it, options of unshare
    local folder ends=no signalled=no alive=no daemon title=$1 name=$2 init=$3
    shift 3
    folder=$(mktemp -d -p "$work")
    unshare --mount "$@" bash start "$name" "$folder" ${init:+"$init" --} > "$folder/out" 2>&1 &
    daemon=$!
    echo "$daemon" > "$folder/daemon"
    within 900 test -e "$folder/ready" || { cat "$folder/out"; echo "$title: no job was started"; return; }
    if [ $# -eq 0 ]; then kill -TERM "$daemon"; else pkill -TERM -P "$daemon"; fi
    ! within 20 ended "$daemon" || ends=yes
    within 30 none "$work/job $folder" || alive=yes
    [ ! -e "$folder/signalled" ] || signalled=yes
    echo "$title: ends within 2 s=$ends, job signalled=$signalled alive=$alive"
}
container=(--pid --fork --kill-child --mount-proc)
tini=root/usr/bin/tini
try 'cron' cron '' > seen.1 &
try 'cron, container' cron '' "${container[@]}" > seen.2 &
try 'cron, container with tini' cron "$tini" "${container[@]}" > seen.3 &
try 'busybox crond' busybox '' > seen.4 &
try 'busybox crond, container' busybox '' "${container[@]}" > seen.5 &
try 'busybox crond, container with tini' busybox "$tini" "${container[@]}" > seen.6 &
wait
cat seen.? > seen
expected='cron: ends within 2 s=yes, job signalled=no alive=yes
cron, container: ends within 2 s=no, job signalled=no alive=yes
cron, container with tini: ends within 2 s=yes, job signalled=no alive=no
busybox crond: ends within 2 s=yes, job signalled=no alive=yes
busybox crond, container: ends within 2 s=no, job signalled=no alive=yes
busybox crond, container with tini: ends within 2 s=yes, job signalled=no alive=no'

cat seen
[ "$(cat seen)" = "$expected" ] || { tail -n 5 tmp.*/log tmp.*/out; echo "changed; expected:"; echo "$expected"; exit 1; }
