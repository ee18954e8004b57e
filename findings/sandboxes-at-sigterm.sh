#!/usr/bin/env bash
# SIGTERM to bwrap, proot and fakeroot does not reach the command in them: it is left running, or killed without having been signalled.
#
# guess:  each passes SIGTERM on and ends with the command, as it passes on the exit code; with --as-pid-1 or --die-with-parent at least.
# seen:   bubblewrap 0.8.0, proot 5.1.0, fakeroot 1.31, Debian 12, Linux 6.18, 2026-11-29. A command that saves for 2 s after SIGTERM:
#           bwrap: exit=143, command signalled=no alive=yes
#           bwrap --die-with-parent: exit=143, command signalled=no alive=no
#           bwrap --unshare-pid: exit=143, command signalled=no alive=yes
#           bwrap --unshare-pid --as-pid-1: exit=143, command signalled=no alive=yes
#           bwrap --unshare-pid --die-with-parent: exit=143, command signalled=no alive=no
#           proot: continues, command signalled=no alive=yes
#           fakeroot: exit=143, command signalled=no alive=yes
#         There is no option of bwrap that passes a signal on: --die-with-parent sends SIGKILL. systemd signals all processes of a unit
#         (KillMode=control-group), so the command is signalled there; in a container, and with a pid file, it is not.
# matters to: services and tools in a sandbox that end in order: signal the command itself, such as by the pid that it writes.
#
# needs: Linux, user namespaces or root, and apt-get to fetch the tools. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if they cannot be had.
set -euo pipefail

work=$(mktemp -d)
starter=
commands() { pgrep -f "^bash $work/service " || true; }
cleanup() {
    for pid in $starter $(commands) $(pgrep -f "^$work/root/usr/bin/faked-sysv" || true); do
        kill -KILL "$pid" 2>/dev/null || true # what is left
    done
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 "$work"

{ apt-get download -qq bubblewrap=0.8.0-2+deb12u1 proot=5.1.0-1.3 fakeroot=1.31-1.2 libfakeroot=1.31-1.2 libtalloc2=2.4.0-f2 \
    && for package in *.deb; do dpkg -x "$package" root; done; } > apt 2>&1 || { cat apt; echo "needs apt-get to fetch the tools"; exit 2; }
libraries=$(find "$work/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)

cat > service <<'SERVICE'
#!/usr/bin/env bash
trap 'touch "$1.signalled"; sleep 2; touch "$1.saved"; exit 0' TERM
touch "$1.ready"
while :; do sleep 0.1; done
SERVICE
chmod 755 service

within() { # up to $1 tenths of a second
    local tenths=$1
    shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}
gone() { ! kill -0 "$starter" 2>/dev/null; }
none() { [ -z "$(commands)" ]; }

try() { # title, command
    local title=$1 ends signalled=no alive=no
    shift
    rm -f run.*
    LD_LIBRARY_PATH=$libraries "$@" "$work/service" "$work/run" > out 2>&1 &
    starter=$!
    within 300 test -e run.ready || { cat out; echo "$title: did not start"; return; }
    kill -TERM "$starter"
    if within 50 gone; then
        ends=0
        wait "$starter" 2>/dev/null || ends=$?
        ends=exit=$ends
    else
        ends=continues
    fi
    within 30 none || alive=yes # time for the signal, and for the save
    [ ! -e run.signalled ] || signalled=yes
    echo "$title: $ends, command signalled=$signalled alive=$alive"
    for pid in $starter $(commands); do kill -KILL "$pid" 2>/dev/null || true; done
    wait "$starter" 2>/dev/null || true
    rm -rf /tmp/prooted-"$starter"-* # proot, when it is killed
    within 100 none
}
bwrap=("root/usr/bin/bwrap" --dev-bind / /)
fakeroot=(root/usr/bin/fakeroot-sysv --lib "$(find "$work/root" -name 'libfakeroot-sysv.so')" --faked "$work/root/usr/bin/faked-sysv")
{
    try 'bwrap' "${bwrap[@]}"
    try 'bwrap --die-with-parent' "${bwrap[@]}" --die-with-parent
    try 'bwrap --unshare-pid' "${bwrap[@]}" --unshare-pid
    try 'bwrap --unshare-pid --as-pid-1' "${bwrap[@]}" --unshare-pid --as-pid-1
    try 'bwrap --unshare-pid --die-with-parent' "${bwrap[@]}" --unshare-pid --die-with-parent
    try 'proot' root/usr/bin/proot
    try 'fakeroot' "${fakeroot[@]}"
} > seen 2> log
expected='bwrap: exit=143, command signalled=no alive=yes
bwrap --die-with-parent: exit=143, command signalled=no alive=no
bwrap --unshare-pid: exit=143, command signalled=no alive=yes
bwrap --unshare-pid --as-pid-1: exit=143, command signalled=no alive=yes
bwrap --unshare-pid --die-with-parent: exit=143, command signalled=no alive=no
proot: continues, command signalled=no alive=yes
fakeroot: exit=143, command signalled=no alive=yes'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
