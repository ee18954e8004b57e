#!/usr/bin/env bash
# Mosquitto with persistence: a kill loses acknowledged QoS 1 messages, retained messages and subscriptions of up to half an hour.
#
# guess:  with "persistence true", a message whose publication was acknowledged is on the disk, as QoS 1 says at least once.
# seen:   Mosquitto 2.0.11, Debian 12, 2026-11-29. A durable subscriber is away; an order and a retained value are published with QoS 1,
#         both acknowledged; the broker is ended by a signal and started again:
#           SIGTERM: order=delivered, retained value=there
#           SIGKILL: order=lost, retained value=lost
#           SIGKILL, autosave_interval 1, after the next save: order=delivered, retained value=there
#         The broker writes its file at SIGTERM, at SIGUSR1, and every autosave_interval, 1,800 s by default. The subscription
#         itself is lost as well. An OOM kill, a power cut, and a stop that takes too long are such an end.
# matters to: publishers that delete their copy at the acknowledgement, and drains that publish the last state retained.
#
# needs: apt-get for mosquitto and its clients. Exits with 0 if that is still so, with 1 if it has changed, with 2 if they cannot be
# had.
set -euo pipefail

work=$(mktemp -d)
broker=
cleanup() {
    [ -z "$broker" ] || kill -KILL "$broker" 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 "$work"

packages="mosquitto mosquitto-clients libmosquitto1 libcjson1 libdlt2 libwebsockets17 libwrap0"
# shellcheck disable=SC2086 # one argument for each
{ apt-get download -qq $packages && for package in *.deb; do dpkg -x "$package" root; done; } > fetched 2>&1 \
    || { cat fetched; echo "needs apt-get, and what it fetches"; exit 2; }
PATH=$PATH:$work/root/usr/sbin:$work/root/usr/bin
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH

start() { # lines for the configuration
    printf '%s\n' "listener $port 127.0.0.1" 'allow_anonymous true' 'persistence true' "persistence_location $PWD/" \
        "user $(id -un)" "$@" > conf
    mosquitto -c conf > log 2>&1 &
    broker=$!
    for _ in $(seq 100); do
        grep -q ' running$' log && return 0
        kill -0 "$broker" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

try() { # signal, lines for the configuration
    local signal=$1 order retained
    shift
    rm -f mosquitto.db
    start "$@" || { cat log; echo "needs mosquitto"; exit 2; }
    mosquitto_sub -h 127.0.0.1 -p "$port" -i subscriber -c -q 1 -t orders -E
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t orders -m order # ends with 0 when it is acknowledged
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -r -t state -m value
    touch published
    for _ in $(seq 300); do # until it is saved
        [ $# = 0 ] || [ mosquitto.db -nt published ] || { sleep 0.1; continue; }
        break
    done
    kill "-$signal" "$broker"
    { wait "$broker" || true; } 2>/dev/null
    start "$@" || { cat log; echo "does not start again"; exit 1; }
    order=$(mosquitto_sub -h 127.0.0.1 -p "$port" -i subscriber -c -q 1 -t orders -C 1 -W 4 2> log || true)
    retained=$(mosquitto_sub -h 127.0.0.1 -p "$port" -t state -C 1 -W 4 2> log || true)
    kill "$broker"
    wait "$broker" || true
    broker=
    echo "order=$([ "$order" = order ] && echo delivered || echo lost)," \
        "retained value=$([ "$retained" = value ] && echo there || echo lost)"
}

for port in 21883 22883 23883; do
    start && break # the port is free
done
kill "$broker" && wait "$broker"

seen="SIGTERM: $(try TERM)
SIGKILL: $(try KILL)
SIGKILL, autosave_interval 1, after the next save: $(try KILL 'autosave_interval 1')"
expected='SIGTERM: order=delivered, retained value=there
SIGKILL: order=lost, retained value=lost
SIGKILL, autosave_interval 1, after the next save: order=delivered, retained value=there'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
