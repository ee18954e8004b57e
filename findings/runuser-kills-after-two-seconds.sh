#!/usr/bin/env bash
# A service that is started by runuser has two seconds after SIGTERM, whatever its supervisor grants.
#
# guess:  runuser either becomes the command (exec), or passes SIGTERM on and waits for the command.
# seen:   runuser and setpriv of util-linux 2.38.1, Debian 12, Linux 6.18, 2026-11-29:
#           runuser: exit=143 took less than 4 s=yes, child signalled=yes saved=no
#           setpriv: exit=0 took less than 4 s=no, child signalled=yes saved=yes
#         runuser stays as the parent. At SIGTERM it sends SIGTERM to the command, waits for two seconds, sends SIGKILL, says
#         "Session terminated, killing shell... ...killed." and ends. There is no option for the two seconds (2,003 ms were
#         measured). setpriv becomes the command.
# matters to: anyone who changes the user in a start script or an entry point, and needs more than two seconds to end.
#
# needs: root, a user named nobody, util-linux. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it
# cannot be tried here.
set -euo pipefail

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
{ command -v runuser && command -v setpriv; } > /dev/null || { echo "needs runuser and setpriv of util-linux"; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"
cleanup() {
    cat "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true # a child that an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/service" <<'SERVICE'
#!/usr/bin/env bash
trap 'echo told > "$1/told"; sleep 4; echo saved > "$1/saved"; exit 0' TERM
echo $$ > "$1/pid"
while :; do sleep 0.1; done
SERVICE
chmod 755 "$work/service"

stop() {
    local name=$1 folder code begin took parent child
    shift
    folder=$work/$name
    mkdir -m 777 "$folder"
    "$@" "$work/service" "$folder" 2>> "$work/messages" &
    parent=$!
    for _ in $(seq 100); do [ -s "$folder/pid" ] && break; sleep 0.1; done
    child=$(cat "$folder/pid")
    begin=$(date +%s%N)
    kill -TERM "$parent"
    code=0
    wait "$parent" || code=$?
    took=$((($(date +%s%N) - begin) / 1000000))
    echo "$name took $took ms" >> "$work/messages"
    for _ in $(seq 30); do [ -e "$folder/saved" ] && break; sleep 0.1; done # the child may still be saving
    kill -KILL "$child" 2>/dev/null || true
    rm "$folder/pid"
    echo "$name: exit=$code took less than 4 s=$([ "$took" -lt 4000 ] && echo yes || echo no)," \
        "child signalled=$([ -e "$folder/told" ] && echo yes || echo no)" \
        "saved=$([ -e "$folder/saved" ] && echo yes || echo no)"
}

runuser --version
seen=$(
    stop runuser runuser -u nobody --
    stop setpriv setpriv --reuid=nobody --regid=nogroup --clear-groups
)
expected='runuser: exit=143 took less than 4 s=yes, child signalled=yes saved=no
setpriv: exit=0 took less than 4 s=no, child signalled=yes saved=yes'

echo "$seen"
grep -v '^$' "$work/messages" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
