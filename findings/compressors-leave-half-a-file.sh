#!/usr/bin/env bash
# SIGTERM to zstd, lz4, pigz and lzop leaves half an output file under its final name; gzip, bzip2 and xz delete it.
#
# guess:  each of the seven deletes its half output at SIGTERM and keeps the input.
# seen:   gzip 1.12, bzip2 1.0.8, xz 5.4.1, zstd 1.5.4, lz4 1.9.4, pigz 2.6, lzop 1.04, Debian 12, 2026-11-29. A file of 120 MB, a signal
#         in the middle; what is there of the output, and whether the tool that unpacks it finds it whole:
#                   SIGTERM    SIGINT
#           gzip    deleted    deleted
#           bzip2   deleted    deleted
#           xz      deleted    deleted
#           zstd    half       deleted
#           lz4     half       half
#           pigz    half       deleted
#           lzop    half       half
#         zstd and pigz clean up at Ctrl-C only, so a trial at the terminal does not show it. The input stays in all of them. The next
#         run finds the name taken, and a backup copies the half.
# matters to: logs, dumps and heap dumps that are compressed by a timer, a hook or logrotate while the machine or container stops:
#         write to a temporary name and rename it after a success.
#
# needs: gzip, bzip2, xz, and zstd, lz4, pigz and lzop or apt-get to fetch them. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if one cannot be had.
set -euo pipefail

work=$(mktemp -d)
running=
cleanup() {
    [ -z "$running" ] || kill -KILL "$running" 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

needed="gzip bzip2 xz zstd lz4 pigz lzop"
missing=
for tool in $needed; do
    command -v "$tool" > /dev/null && continue
    case $tool in
        zstd) missing="$missing zstd=1.5.4+dfsg2-5" ;;
        lz4) missing="$missing lz4=1.9.4-1" ;;
        pigz) missing="$missing pigz=2.6-1" ;;
        lzop) missing="$missing lzop=1.04-2 liblzo2-2=2.10-2" ;;
        *) echo "needs $tool"; exit 2 ;;
    esac
done
if [ -n "$missing" ]; then
    chmod 755 "$work"
    # shellcheck disable=SC2086 # one argument for each
    { apt-get download -qq $missing && for package in *.deb; do dpkg -x "$package" root; done; } > log 2>&1 \
        || { cat log; echo "needs$missing, or apt-get to fetch them"; exit 2; }
    PATH=$PATH:$work/root/usr/bin
    LD_LIBRARY_PATH=$(find "$work/root" -name 'liblzo2.so*' -printf '%h\n' | sed -n 1p)
    export LD_LIBRARY_PATH
fi

head -c 90000000 /dev/urandom | base64 > input

try() { # signal, tool, options
    local signal=$1 tool=$2 output
    shift 2
    rm -f big*
    cp input big
    case $tool in
        bzip2) output=big.bz2 ;;
        zstd) output=big.zst ;;
        lzop) output=big.lzo ;;
        gzip | pigz) output=big.gz ;;
        *) output=big.$tool ;;
    esac
    set -m # a job of its own, for which the shell does not ignore SIGINT
    if [ "$tool" = lz4 ]; then "$tool" "$@" big "$output" > log 2>&1 & else "$tool" "$@" big > log 2>&1 & fi
    running=$!
    set +m
    for _ in $(seq 1000); do [ -s "$output" ] && break; sleep 0.02; done
    sleep 0.1
    kill "-$signal" "$running" 2>/dev/null || { echo "too quick"; return; }
    { wait "$running" || true; } 2>/dev/null
    running=
    if [ ! -e "$output" ]; then
        echo deleted
    elif "$tool" -t "$output" > log 2>&1; then
        echo whole
    else
        echo half
    fi
    [ -s big ] || echo ", input gone"
}
row() {
    local tool=$1
    printf '%-7s %-10s %s\n' "$tool" "$(try TERM "$@")" "$(try INT "$@")"
}
seen=$(
    row gzip -9
    row bzip2 -9
    row xz -6
    row zstd -15
    row lz4 -12
    row pigz -9
    row lzop -9
) 2>/dev/null
expected='gzip    deleted    deleted
bzip2   deleted    deleted
xz      deleted    deleted
zstd    half       deleted
lz4     half       half
pigz    half       deleted
lzop    half       half'

echo "        SIGTERM    SIGINT"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
