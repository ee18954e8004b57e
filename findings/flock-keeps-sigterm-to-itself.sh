#!/usr/bin/env bash
# SIGTERM to "flock FILE command" ends flock only: the command continues, and with -o a second one may start beside it.
#
# guess:  flock becomes the command, or passes SIGTERM on, so that the command and the lock end together.
# seen:   flock of util-linux 2.38.1, Debian 12, Linux 6.18, 2026-11-29:
#           flock: exit=143, command signalled=no alive=yes, lock=held
#           flock -o: exit=143, command signalled=no alive=yes, lock=free
#           flock --no-fork: exit=0, command signalled=yes alive=no, lock=free
#         flock runs the command as a child and dies of the signal. The child has the lock's descriptor, so the next start is
#         refused while an unknown process continues; with -o (--close) it has not, and the next start succeeds: two
#         at once, which the lock was there to prevent. --no-fork (-F) becomes the command.
# matters to: anyone who guards a service or a cron job with flock and stops it by the process id that was started.
#
# needs: util-linux. Exits with 0 if that is still so, with 1 if it has changed, with 2 without flock.
set -euo pipefail

command -v flock > /dev/null || { echo "needs flock of util-linux"; exit 2; }
work=$(mktemp -d)
cleanup() {
    cat "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true # a child that an interrupt has left
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

stop() {
    local folder code parent child alive lock
    folder=$(mktemp -d -p "$work")
    flock "$@" "$folder/lock" "$work/service" "$folder" &
    parent=$!
    for _ in $(seq 100); do [ -s "$folder/pid" ] && break; sleep 0.1; done
    child=$(cat "$folder/pid")
    kill -TERM "$parent"
    code=0
    wait "$parent" || code=$?
    for _ in $(seq 10); do [ -e "$folder/told" ] && break; sleep 0.1; done # the child has a second to react
    alive=no
    kill -0 "$child" 2>/dev/null && alive=yes
    lock=held
    flock -n "$folder/lock" true && lock=free
    kill -KILL "$child" 2>/dev/null || true
    rm "$folder/pid"
    echo "flock${1:+ $1}: exit=$code," \
        "command signalled=$([ -e "$folder/told" ] && echo yes || echo no) alive=$alive, lock=$lock"
}

flock --version
seen=$(
    stop
    stop -o
    stop --no-fork
)
expected='flock: exit=143, command signalled=no alive=yes, lock=held
flock -o: exit=143, command signalled=no alive=yes, lock=free
flock --no-fork: exit=0, command signalled=yes alive=no, lock=free'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
