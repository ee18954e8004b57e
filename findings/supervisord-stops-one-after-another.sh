#!/usr/bin/env bash
# SIGTERM to supervisord stops its programs one after another, even those of equal priority; their times add up.
#
# guess:  programs with the same priority (all have 999 by default) get SIGTERM together, as with "supervisorctl stop all".
# seen:   supervisor 4.2.5, Debian 12, 2026-11-29. Three programs without dependencies that need 3 s each to end:
#           supervisorctl stop all: signalled together=yes
#           SIGTERM to supervisord: signalled together=no, least time until all have ended=9 s
#         Each program is a group of its own, and the end of supervisord stops group after group: the next one is signalled when
#         the last has ended, or been killed after its stopwaitsecs (10 s). Four services can so take 40 s, while a container
#         engine waits 10 s and an orchestrator 30 s, and the last ones are then killed without ever having been signalled.
#         With all programs in one [group:..] they are signalled together.
# matters to: containers with several services below supervisord.
#
# needs: Python 3 with pkg_resources, and supervisor or apt-get to fetch it. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if supervisor cannot be had.
set -euo pipefail

work=$(mktemp -d)
daemon=
cleanup() {
    [ -z "$daemon" ] || kill -KILL "$daemon" 2>/dev/null || true # what an interrupt has left
    cat "$work"/*/*.pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

python=/usr/bin/python3
if ! "$python" -c 'import supervisor' 2>/dev/null; then
    chmod 755 "$work"
    (cd "$work" && apt-get download -qq supervisor=4.2.5-1 && dpkg -x supervisor_*.deb .) > "$work/apt" 2>&1 \
        || { cat "$work/apt"; echo "needs supervisor, or apt-get to fetch 4.2.5-1"; exit 2; }
    export PYTHONPATH=$work/usr/lib/python3/dist-packages
fi
"$python" -W ignore -c 'import supervisor.supervisord' || { echo "needs Python 3 with pkg_resources"; exit 2; }

cat > "$work/service" <<'SERVICE'
#!/usr/bin/env bash
trap 'date +%s%N > "$1.signalled"; sleep 3; date +%s%N > "$1.ended"; exit 0' TERM
echo $$ > "$1.pid"
while :; do sleep 0.1; done
SERVICE
chmod 755 "$work/service"

within() { # up to $1 tenths of a second
    local tenths=$1
    shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}

all() { # files with this ending
    [ -s "$folder/one.$1" ] && [ -s "$folder/two.$1" ] && [ -s "$folder/three.$1" ]
}

start() {
    folder=$work/$1
    mkdir "$folder"
    {
        printf '[supervisord]\nnodaemon=true\nuser=%s\nlogfile=%s/log\npidfile=%s/pid\nchildlogdir=%s\n' "$(id -un)" \
            "$folder" "$folder" "$folder"
        printf '[unix_http_server]\nfile=%s/socket\n[supervisorctl]\nserverurl=unix://%s/socket\n' "$folder" "$folder"
        printf '[rpcinterface:supervisor]\n'
        printf 'supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n'
        for name in one two three; do
            printf '[program:%s]\ncommand=%s/service %s/%s\nstopwaitsecs=60\n' "$name" "$work" "$folder" "$name"
        done
    } > "$folder/conf"
    "$python" -W ignore -m supervisor.supervisord -c "$folder/conf" > "$folder/out" 2>&1 &
    daemon=$!
    within 300 all pid || { cat "$folder/out"; echo "did not start"; exit 2; }
    sleep 1.5 # until startsecs is over
}

together() { # the last one is signalled before the first one has ended
    local first last
    first=$(sort -n "$folder"/*.ended | sed -n 1p)
    last=$(sort -n "$folder"/*.signalled | tail -n 1)
    [ "$last" -lt "$first" ] && echo yes || echo no
}

end() {
    kill -TERM "$daemon"
    wait "$daemon" || true
    daemon=
}

start ctl
"$python" -W ignore -m supervisor.supervisorctl -c "$folder/conf" stop all > "$folder/ctl" 2>&1 || true
all ended || { cat "$folder/ctl"; echo "not stopped"; exit 1; }
by_ctl=$(together)
end

start term
end
all ended || { echo "not all were stopped"; exit 1; }
by_term=$(together)
spent=$(($(sort -n "$folder"/*.ended | tail -n 1) - $(sort -n "$folder"/*.signalled | sed -n 1p)))

seen="supervisorctl stop all: signalled together=$by_ctl
SIGTERM to supervisord: signalled together=$by_term, least time until all have ended=$([ "$spent" -ge 9000000000 ] && echo 9 || echo less than 9) s"
expected='supervisorctl stop all: signalled together=yes
SIGTERM to supervisord: signalled together=no, least time until all have ended=9 s'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work"/*/out; echo "changed; expected:"; echo "$expected"; exit 1; }
