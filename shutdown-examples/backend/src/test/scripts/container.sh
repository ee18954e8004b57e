#!/usr/bin/env bash
# Builds the image as the Dockerfile says, with buildah, in a storage of its own; the tests run it with podman.
#
# usage: container.sh check            exit status 3, and the reason, if that cannot be done here
#        container.sh build JAR JDK NAME    JDK is what the base image gets as /opt/java/openjdk; NAME becomes the image's
#        container.sh podman ARGUMENT...
# The base is the Debian that systemd-box.sh has built (suite trixie), tagged as the base that the Dockerfile names; the jar
# of Maven stands for the first stage. Everything is in /var/cache/shutdown4j-systemd-box, or $SYSTEMD_BOX_CACHE.
set -euo pipefail

caches=${SYSTEMD_BOX_CACHE:-/var/cache/shutdown4j-systemd-box}
readonly root=$caches/trixie storage=$caches/containers
here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
readonly here project=$here/../../.. base=docker.io/library/eclipse-temurin:25-jre
readonly store=(--log-level error --root "$storage/root" --runroot "$storage/run")

check() {
    [[ $(uname -s) == Linux && $EUID -eq 0 ]] || { echo "Linux and root"; exit 3; }
    local tool
    for tool in buildah podman; do
        command -v "$tool" >/dev/null || { echo "$tool (apt-get install --no-install-recommends $tool)"; exit 3; }
    done
    [[ -x $root/usr/bin/env ]] || { echo "a Debian in $root: systemd-box.sh suite trixie"; exit 3; }
}

# The base is made anew for another JDK only.
build_base() {
    local jdk=$1 container mount
    [[ $(buildah "${store[@]}" inspect --type image --format '{{index .OCIv1.Config.Labels "jdk"}}' "$base" 2>/dev/null) != "$jdk" ]] ||
        return 0
    container=$(buildah "${store[@]}" from scratch)
    mount=$(buildah "${store[@]}" mount "$container")
    tar -C "$root" --one-file-system --exclude=./proc --exclude=./sys --exclude=./dev --exclude=./var/cache -c . | tar -C "$mount" -x
    mkdir -p "$mount"/{proc,sys,dev,var/cache,opt/java/openjdk}
    tar -C "$jdk" --exclude=./jmods --exclude=./lib/src.zip -c . | tar -C "$mount/opt/java/openjdk" -x
    buildah "${store[@]}" umount "$container" >/dev/null
    buildah "${store[@]}" config --env PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        --env JAVA_HOME=/opt/java/openjdk --label "jdk=$jdk" "$container"
    buildah "${store[@]}" commit --quiet "$container" "$base" >/dev/null
    buildah "${store[@]}" rm "$container" >/dev/null
}

build() {
    local jar=$1 jdk=$2 name=$3 work
    # One run at a time makes the base; the image is each run's own.
    exec 8>"$caches/containers.lock"
    flock 8
    build_base "$jdk"
    flock -u 8
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the value of now
    trap "rm -rf -- '$work'" EXIT
    install -D -m 0644 "$jar" "$work/first/source/shutdown-examples/backend/target/backend.jar"
    install -D -m 0644 "$project/deploy/container.toml" "$work/context/shutdown-examples/backend/deploy/container.toml"
    buildah "${store[@]}" build --quiet --format docker --isolation chroot --network host --build-context "build=$work/first" \
        --file "$project/deploy/Dockerfile" --tag "$name" "$work/context"
}

case ${1:-} in
    check) check ;;
    build) build "$2" "$3" "$4" ;;
    podman) shift; exec podman "${store[@]}" "$@" ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
