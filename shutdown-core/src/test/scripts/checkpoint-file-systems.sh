#!/usr/bin/env bash
# Saves, loads and disputes a checkpoint on real file systems that are not like ext4.
# Usage: checkpoint-file-systems.sh [TYPE...]        (Linux, as root; default: vfat exfat ntfs-3g bindfs)
# Each type: three runs that save, one that loads; a second owner, who comes by another way where there is one, must either
# be refused or be noticed by the first before that replaces anything. A type that the machine lacks is skipped.
set -euo pipefail
# shellcheck source=checkpoint-common.sh
. "$(dirname "$0")/checkpoint-common.sh"
[ "$(id -u)" = 0 ] || { echo "This needs root, to mount." >&2; exit 2; }
if [ "${CHECKPOINT_UNSHARED:-}" != 1 ]; then
    CHECKPOINT_UNSHARED=1 exec unshare -m --propagation private "$0" "$@"
fi
prepare

work=$(mktemp -d)
pid=
tidy() {
    if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
    umount "$work/mnt" 2>/dev/null || true
    rm -rf "$work"
}
trap tidy EXIT
mkdir "$work/mnt" "$work/below"

# open_type TYPE: mounts it at $work/mnt, or says what it needs and returns 1. Sets $other, another way to the same files.
open_type() {
    other=$work/mnt
    case $1 in
        bindfs)
            command -v bindfs >/dev/null || { echo "$1: skipped, needs bindfs"; return 1; }
            bindfs "$work/below" "$work/mnt" || { echo "$1: skipped, needs /dev/fuse"; return 1; }
            other=$work/below
            ;;
        ntfs-3g)
            command -v ntfs-3g >/dev/null || { echo "$1: skipped, needs ntfs-3g"; return 1; }
            truncate -s 64M "$work/image"
            mkfs.ntfs -q -F "$work/image" >/dev/null 2>&1
            ntfs-3g "$work/image" "$work/mnt" || { echo "$1: skipped, needs /dev/fuse"; return 1; }
            ;;
        *)
            command -v "mkfs.$1" >/dev/null || { echo "$1: skipped, needs mkfs.$1"; return 1; }
            truncate -s 64M "$work/image"
            "mkfs.$1" "$work/image" >/dev/null
            if ! mount -o loop "$work/image" "$work/mnt" 2>/dev/null && ! open_by_fuse "$1"; then
                echo "$1: skipped, needs a kernel that knows $1, or a FUSE driver"
                return 1
            fi
            ;;
    esac
}

# open_by_fuse TYPE: the same with a driver for FUSE, if there is one that works.
open_by_fuse() {
    local device
    [ "$1" = exfat ] && command -v mount.exfat-fuse >/dev/null || return 1
    device=$(losetup --find --show "$work/image")
    mount.exfat-fuse "$device" "$work/mnt" >/dev/null
    losetup -d "$device" # takes effect when it is unmounted
}

for type in "${@:-vfat exfat ntfs-3g bindfs}"; do
    for name in $type; do
        rm -f "$work/image"
        open_type "$name" || continue
        file=$work/mnt/state.json
        for number in 1 2 3; do
            said=$(child once "$file" 5000)
            [[ $said == *"SAVED $number"* ]] || fail "$name: save $number said $said"
        done
        found=$(child load "$file" | head -n 1)
        [[ $found == "LOADED 3 Found "* ]] || fail "$name: found $found"
        : >"$work/first"
        become_child loop "$file" 5000 >"$work/first" &
        pid=$!
        until grep -q ACK "$work/first"; do sleep 0.05; done
        second=$(child once "$other/state.json" 5000 || true)
        for _ in $(seq 1 100); do
            kill -0 "$pid" 2>/dev/null || break
            if [ -z "$second" ]; then break; fi
            sleep 0.05
        done
        if [ -z "$second" ]; then
            outcome="the second owner was refused"
        elif kill -0 "$pid" 2>/dev/null; then
            fail "$name: two owners at once, the second said $second"
        else
            outcome="the first owner noticed the second"
        fi
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        pid=
        # What the one that was killed has left goes with the next start.
        child load "$file" >/dev/null
        rights=$(stat -c %a "$file")
        if compgen -G "$file.tmp-*" >/dev/null; then fail "$name: litter"; fi
        umount "$work/mnt"
        echo "$name: three saves, loaded; $outcome; permissions $rights"
    done
done
