#!/usr/bin/env bash
# SIGTERM to a tool that runs a command: make and script pass it on; time and dbus-run-session end without it; unshare and strace stay.
#
# guess:  unshare, strace, make and script pass the signal on and end with the command; time and dbus-run-session die of it.
# seen:   GNU time, dbus 1.14, GNU make 4.3, util-linux 2.38, strace 6.1, Debian 12, Linux 6.18, 2026-11-29:
#           nice: exit=0, command signalled=yes alive=no
#           make: exit=143, command signalled=yes alive=no
#           script: exit=0, command signalled=yes alive=no
#           time: exit=143, command signalled=no alive=yes
#           dbus-run-session: exit=143, command signalled=no alive=yes
#           unshare --fork: continues, command signalled=no alive=yes
#           unshare --fork --kill-child: continues, command signalled=no alive=yes
#           strace -o: continues, command signalled=no alive=yes
#         unshare --fork ignores SIGTERM while it waits; --kill-child is for the death of unshare itself, so even with it a
#         stop ends in the supervisor's SIGKILL. strace blocks SIGTERM when it writes to a file; with -I 2 it passes it on.
#         In a container or below a supervisor, exec the service, and attach strace to it (-p).
# matters to: anyone who starts a service through such a tool, to measure or to isolate it, and stops the process that was started.
#
# needs: util-linux, strace, make, GNU time, dbus-run-session, and the right to trace. Exits with 0 if that is still so, with 1
# if it has changed, with 2 if a tool or that right is missing.
set -euo pipefail

for tool in unshare strace make script dbus-run-session /usr/bin/time; do
    command -v "$tool" > /dev/null || { echo "needs $tool"; exit 2; }
done
strace -o /dev/null true 2>/dev/null || { echo "needs the right to trace"; exit 2; }

work=$(mktemp -d)
end_bus() { pgrep -f "^dbus-daemon .*$work/bus" | xargs -r kill 2>/dev/null || true; } # dbus-run-session leaves it as well
cleanup() {
    end_bus
    cat "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true # a command that an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/service" <<'SERVICE'
#!/usr/bin/env bash
trap 'echo told > "$1/told"; exit 0' TERM
echo $$ > "$1/pid"
while :; do sleep 0.1; done
SERVICE
chmod 755 "$work/service"
# shellcheck disable=SC2016 # for make
printf 'run:\n\t@%s/service $(FOLDER)\n' "$work" > "$work/Makefile"
# shellcheck disable=SC2016 # for the shell that is started
{
    printf '#!/bin/sh\nexec make -s -f "${0%%/*}/Makefile" run FOLDER="$2"\n' > "$work/by-make"
    printf '#!/bin/sh\nexec script -qec "exec $1 $2" /dev/null\n' > "$work/by-script"
}
chmod 755 "$work/by-make" "$work/by-script"

cat > "$work/bus" <<BUS
<busconfig>
  <type>session</type>
  <listen>unix:dir=$work</listen>
  <policy context="default"><allow send_destination="*"/><allow own="*"/></policy>
</busconfig>
BUS

ended() { ! kill -0 "$1" 2>/dev/null; }

within() { # up to $1 tenths of a second
    local tenths=$1
    shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}

stop() {
    local name=$1 folder tool child code=0 end alive=no
    shift
    folder=$(mktemp -d -p "$work")
    "$@" "$work/service" "$folder" < /dev/null > /dev/null 2>&1 &
    tool=$!
    within 100 test -s "$folder/pid"
    child=$(cat "$folder/pid")
    kill -TERM "$tool"
    if within 30 ended "$tool"; then
        wait "$tool" || code=$?
        end="exit=$code"
    else
        end="continues"
    fi
    within 20 ended "$child" || alive=yes
    echo "$name: $end, command signalled=$([ -e "$folder/told" ] && echo yes || echo no) alive=$alive"
    kill -KILL "$child" 2>/dev/null || true
    rm "$folder/pid"
    wait "$tool" 2>/dev/null || true
    end_bus
}

seen=$(
    stop nice nice
    stop make "$work/by-make"
    stop script "$work/by-script"
    stop time /usr/bin/time
    stop dbus-run-session dbus-run-session --config-file="$work/bus" --
    stop 'unshare --fork' unshare --fork
    stop 'unshare --fork --kill-child' unshare --fork --kill-child
    stop 'strace -o' strace -f -o /dev/null
)
expected='nice: exit=0, command signalled=yes alive=no
make: exit=143, command signalled=yes alive=no
script: exit=0, command signalled=yes alive=no
time: exit=143, command signalled=no alive=yes
dbus-run-session: exit=143, command signalled=no alive=yes
unshare --fork: continues, command signalled=no alive=yes
unshare --fork --kill-child: continues, command signalled=no alive=yes
strace -o: continues, command signalled=no alive=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
