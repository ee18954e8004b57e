#!/usr/bin/env bash
# Runs what a Dockerfile says without an engine, for tests: a root file system over that of another Debian, and in it
# the entry point as process 1 of a new pid namespace.
#
# usage: image.sh BASE JDK RECIPE
# BASE is the root to build upon, which is not changed; JDK is what it gets as /opt/java/openjdk, as the images of
# Eclipse Temurin have it; RECIPE is a folder with
#   build        a script of the steps that make the image; $ROOT is its root
#   user         UID:GID
#   directory    where the process starts
#   environment  one NAME=value in a line
#   command      one word in a line
# Prints "process N", the number of process 1 as seen from here, and ends with its exit status: 128 and the signal, if
# there was one. Nothing is left then. Needs Linux, root, util-linux.
set -euo pipefail

if [[ ${1:-} != --inside ]]; then
    (($# == 3)) || { sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
    exec unshare --mount --propagation private -- "$0" --inside "$@"
fi
readonly base=$2 jdk=$3 recipe=$4

# --- the root; all of it is gone with the mount namespace

readonly work=/run
mount -t tmpfs -o mode=755 image "$work"
readonly root=$work/root
mkdir "$work/upper" "$work/layer" "$root"
mount -t overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/layer" overlay "$root"
mkdir -p "$root/opt/java/openjdk" "$root/dev/shm"
mount --bind "$jdk" "$root/opt/java/openjdk"
for settings in /etc/java-*; do # to which Debian's JDKs have links
    [[ ! -d $settings ]] || { mkdir -p "$root$settings"; mount --bind "$settings" "$root$settings"; }
done

# What every engine adds.
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
mount -t tmpfs -o mode=755 devices "$root/dev"
for device in null zero full random urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777,nosuid,nodev memory "$root/dev/shm"

ROOT=$root bash -euo pipefail "$recipe/build" >&2

# --- the process

mapfile -t environment <"$recipe/environment"
mapfile -t command <"$recipe/command"
user=$(cat "$recipe/user")
directory=$(cat "$recipe/directory")

# Nothing but exec from unshare to the command, so that the command is process 1, as in a container; and INT, which is
# ignored in the background, is as it would be there.
# shellcheck disable=SC2016 # for the inner shell
unshare --pid --fork --kill-child=KILL --mount --propagation private -- \
    bash -c 'mount -t proc proc "$1/proc"; shift; exec "$@"' bash "$root" \
    chroot --userspec="$user" --groups= "$root" \
    /usr/bin/env -i --default-signal=INT,QUIT --chdir="$directory" "${environment[@]}" "${command[@]}" &
parent=$!
first=
for ((tries = 250; tries > 0 && ${#first} == 0; tries--)); do
    first=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null || true)
    first=${first// /}
    sleep 0.02
done
echo "process $first"
wait "$parent"
