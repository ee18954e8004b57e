#!/usr/bin/env bash
# bindfs, mergerfs, unionfs-fuse: who keeps a file open never sees what is written to it below, although its time shows the change.
#
# guess:  the kernel keeps the attributes of a file for a second; when it sees a new time of the last change, it drops the content
#         that it keeps, too, so an open descriptor shows the new content after a second at most.
# seen:   bindfs 1.14.7, mergerfs 2.33.5, unionfs-fuse 1.0, Linux 6.18, 2026-11-29. A file is opened through the mount and read; in
#         the folder below, as many other bytes are written over its content:
#           bindfs: new time seen=yes, new content seen=no, after another open of the file=yes
#           mergerfs: new time seen=yes, new content seen=no, after another open of the file=yes
#           unionfs: new time seen=yes, new content seen=no, after another open of the file=yes
#           mergerfs with cache.files=off: new time seen=yes, new content seen=yes, after another open of the file=yes
#         Opening the file once more makes the kernel read it again, for all descriptors.
# matters to: markers of an owner, heartbeats and leases in a file that is kept open and read again.
#
# needs: Linux, root, /dev/fuse, Python 3, and Debian's or Ubuntu's packages. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if the file systems cannot be had here.
set -euo pipefail

work=$(mktemp -d)
trap 'umount -l "$work/mnt" 2>/dev/null || true; rm -rf "$work"' EXIT

if [ "$(id -u)" != 0 ] || [ ! -e /dev/fuse ] || ! command -v python3 >/dev/null; then
    echo "needs root, /dev/fuse and python3"
    exit 2
fi
for package in bindfs=1.14.7-1 mergerfs=2.33.5-1 unionfs-fuse=1.0-1+b1; do
    dpkg -s "${package%=*}" >/dev/null 2>&1 || apt-get install -y -qq "$package" >/dev/null 2>&1 \
        || { echo "needs the package $package"; exit 2; }
done

cat > "$work/look.py" <<'PYTHON'
import os, sys, time

name, mounted, below = sys.argv[1], sys.argv[2] + "/file", sys.argv[3] + "/file"
descriptor = os.open(mounted, os.O_RDWR | os.O_CREAT, 0o600)
os.pwrite(descriptor, b"A" * 256, 0)
os.pread(descriptor, 256, 0)
os.stat(mounted)
time.sleep(0.1)
with open(below, "r+b", buffering=0) as other:
    other.write(b"B" * 256)
changed = os.stat(below).st_mtime_ns
end = time.monotonic() + 5
new_time = new_content = False
while time.monotonic() < end and not (new_time and new_content):
    new_time = os.stat(mounted).st_mtime_ns == changed
    new_content = os.pread(descriptor, 1, 0) == b"B"
    time.sleep(0.01)
os.open(mounted, os.O_RDONLY)
again = os.pread(descriptor, 1, 0) == b"B"
word = {True: "yes", False: "no"}
print(f"{name}: new time seen={word[new_time]}, new content seen={word[new_content]},"
      f" after another open of the file={word[again]}")
PYTHON

look() { # name, command that mounts the folder below
    rm -rf "${work:?}/below" "${work:?}/mnt"
    mkdir "$work/below" "$work/mnt"
    "${@:2}" || { echo "needs a kernel that lets $2 mount"; exit 2; }
    python3 "$work/look.py" "$1" "$work/mnt" "$work/below"
    umount -l "$work/mnt"
}
look bindfs bindfs "$work/below" "$work/mnt" | tee "$work/seen"
look mergerfs mergerfs "$work/below" "$work/mnt" | tee -a "$work/seen"
look unionfs unionfs "$work/below=RW" "$work/mnt" | tee -a "$work/seen"
look "mergerfs with cache.files=off" mergerfs -o cache.files=off "$work/below" "$work/mnt" | tee -a "$work/seen"

stale="new time seen=yes, new content seen=no, after another open of the file=yes"
if [ "$(grep -c "$stale" "$work/seen")" = 3 ] && grep -q "cache.files=off: new time seen=yes, new content seen=yes" "$work/seen"; then
    echo "as stated"
else
    echo "changed"
    exit 1
fi
