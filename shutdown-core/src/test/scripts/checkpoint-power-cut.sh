#!/usr/bin/env bash
# Cuts the power under a process that saves, on a real file system, and loads what is left.
# Usage: checkpoint-power-cut.sh ext4|xfs|vfat|exfat [CUTS]        (Linux, as root; default 50 cuts)
# A file system in a file is mounted, a process saves on it as fast as it can, the file system is shut down without
# flushing its log (ioctl FS_IOC_SHUTDOWN, NOLOGFLUSH), which drops everything that was not forced; then it is mounted
# again and the checkpoint loaded. What was acknowledged before the cut must be there.
# vfat and exfat have no such call: there the process is stopped, and what has reached the device by then is copied.
set -euo pipefail
# shellcheck source=checkpoint-common.sh
. "$(dirname "$0")/checkpoint-common.sh"
type=${1:?ext4, xfs, vfat or exfat}
cuts=${2:-50}
need python3 unshare mount umount "mkfs.$type" mvn
[ "$(id -u)" = 0 ] || { echo "This needs root, to mount." >&2; exit 2; }
if [ "${CHECKPOINT_UNSHARED:-}" != 1 ]; then
    # Otherwise a container started meanwhile may inherit the mount and keep the dead file system alive.
    CHECKPOINT_UNSHARED=1 exec unshare -m --propagation private "$0" "$@"
fi
prepare

work=$(mktemp -d)
mount_point=$work/mnt
pid=
tidy() {
    if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
    umount "$mount_point" 2>/dev/null || true
    rm -rf "$work"
}
trap tidy EXIT
mkdir "$mount_point"
truncate -s 400M "$work/image"
case $type in
    vfat) mkfs.vfat "$work/image" >/dev/null ;;
    exfat) mkfs.exfat "$work/image" >/dev/null ;;
    *) "mkfs.$type" -q "$work/image" ;;
esac
if ! mount -o loop "$work/image" "$mount_point"; then
    echo "This needs a kernel that knows $type." >&2
    exit 2
fi
umount "$mount_point"

# acknowledged FILE: the generation acknowledged last.
acknowledged() {
    sed -n 's/^\(ACK\|LOADED\) \([0-9]*\).*/\2/p' "$1" | tail -n 1
}

# Prints the generation acknowledged last before the cut.
cut_power() {
    if [ "$type" = vfat ] || [ "$type" = exfat ]; then
        kill -STOP "$pid"
        cp "$work/said" "$work/before"
        cp --sparse=always "$work/image" "$work/cut"
        acknowledged "$work/before"
        return
    fi
    python3 - "$mount_point" "$work/said" <<'PYTHON'
import fcntl, os, struct, sys
folder = os.open(sys.argv[1], os.O_RDONLY)
said = [line for line in open(sys.argv[2]).read().split("\n")[:-1]]
fcntl.ioctl(folder, 0x8004587D, struct.pack("I", 2))
print(max([0] + [int(line.split()[1]) for line in said if line.startswith(("ACK", "LOADED"))]))
PYTHON
}

newest=0
least=0
for cut in $(seq 1 "$cuts"); do
    mount -o loop "$work/image" "$mount_point"
    : >"$work/said"
    become_child loop "$mount_point/state.json" 60000 >"$work/said" &
    pid=$!
    until grep -q ACK "$work/said"; do sleep 0.02; done
    sleep "0.0$((RANDOM % 100))"
    least=$(cut_power)
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    pid=
    newest=$(sed -n 's/^ACK //p' "$work/said" | tail -n 1)
    umount "$mount_point"
    if [ -e "$work/cut" ]; then mv "$work/cut" "$work/image"; fi
    mount -o loop "$work/image" "$mount_point"
    found=$(child load "$mount_point/state.json" | head -n 1 || true)
    read -r _ value kind ending <<<"$found"
    if [ "$kind" != Found ] || [ "$value" -lt "$least" ] || [ "$value" -gt "$((newest + 1))" ]; then
        fail "cut $cut on $type: at least $least acknowledged, $newest at most, found $found"
    fi
    if compgen -G "$mount_point/*.tmp-*" >/dev/null; then fail "cut $cut on $type: litter"; fi
    echo "cut $cut: $least acknowledged, $value loaded, last run $ending"
    umount "$mount_point"
done
echo "$cuts cuts on $type, $newest saves, no acknowledged save lost, nothing damaged"
