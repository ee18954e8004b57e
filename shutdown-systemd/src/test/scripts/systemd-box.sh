#!/usr/bin/env bash
# Boots a real systemd as process 1 of private namespaces, over a throw-away layer on this machine's own files (or on
# those of another Debian), for tests of units. The machine itself is not changed. See the end of usage() for the rest.
set -euo pipefail

readonly caches=${SYSTEMD_BOX_CACHE:-/var/cache/shutdown4j-systemd-box}
readonly state=/run/shutdown4j-systemd-box
# Not namespaced, so a unit must not have them: clock, modules, raw devices, kernel log, audit.
readonly withheld=-sys_time,-sys_module,-sys_rawio,-syslog,-wake_alarm,-block_suspend,-audit_control,-audit_read
readonly quiet_generators=(usr/lib lib usr/local/lib etc)
self=$(readlink -f -- "${BASH_SOURCE[0]}")
readonly self

usage() {
    cat <<'TEXT'
usage: systemd-box.sh check [--suite SUITE]
           Exit status 0 if a box can run here; else 3, and the reason on standard output.
       systemd-box.sh hold [--suite SUITE] [--own-network] [--bind PATH]...
           Boots a box, prints "ready PID", and keeps it until standard input ends; then nothing is left of it. PID is
           the box's process 1 as seen from here. Each PATH is the same inside as outside, and writable. With --own-network
           the box has its own loopback and no other network, and may configure both.
       systemd-box.sh enter PID COMMAND [ARGUMENT]...
           Runs a command as root in the box.
       systemd-box.sh suite SUITE
           Builds the root of another Debian release with debootstrap, once, under /var/cache or $SYSTEMD_BOX_CACHE, as
           in "suite trixie", or with more packages, "suite trixie+podman+runc". "hold --suite" needs it.
Needs: Linux, root, systemd (any since 249), util-linux, a mounted cgroup2 hierarchy; "suite" also debootstrap.
If the holder is killed, even by SIGKILL, the kernel ends the box with it.
TEXT
}

fail() {
    printf 'systemd-box: %s\n' "$*" >&2
    exit 1
}

# --- what is needed -----------------------------------------------------------------------------------------

cgroup2() {
    findmnt -rn -t cgroup2 -o TARGET 2>/dev/null | head -n 1
}

# Prints why no box can run over this root, or nothing.
obstacle() {
    local root=$1 tool
    [[ $(uname -s) == Linux ]] || { echo "not Linux"; return; }
    [[ $EUID -eq 0 ]] || { echo "not root"; return; }
    for tool in unshare nsenter setpriv findmnt mount pivot_root; do
        command -v "$tool" >/dev/null || { echo "no command $tool (util-linux)"; return; }
    done
    [[ -n $(cgroup2) ]] || { echo "no cgroup2 hierarchy is mounted"; return; }
    [[ -w $(cgroup2) ]] || { echo "the cgroup2 hierarchy is read-only"; return; }
    [[ -x ${root%/}/lib/systemd/systemd ]] || { echo "no systemd in $root"; return; }
    unshare --mount --pid --fork --uts --ipc --cgroup true 2>/dev/null || echo "namespaces cannot be made"
}

root_of() { # SUITE, or nothing for this machine
    if [[ -z $1 ]]; then echo /; else echo "$caches/$1"; fi
}

# --- another release ----------------------------------------------------------------------------------------

mirror_of_apt() {
    # shellcheck disable=SC2016 # apt's own variable
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1
}

build_suite() {
    local suite=$1 target part mirror more=''
    [[ $suite =~ ^[a-z][a-z0-9-]*(\+[a-z0-9][a-z0-9.-]*)*$ ]] || fail "bad suite '$suite'"
    [[ $suite != *+* ]] || more=,${suite#*+}
    target=$caches/$suite
    [[ ! -x $target/lib/systemd/systemd ]] || return 0
    [[ $EUID -eq 0 ]] || fail "suite: not root"
    command -v debootstrap >/dev/null || fail "suite: no debootstrap (apt-get install debootstrap)"
    mirror=${SYSTEMD_BOX_MIRROR:-$(mirror_of_apt)}
    [[ -n $mirror ]] || fail "suite: apt has no Debian mirror configured; name one in SYSTEMD_BOX_MIRROR"
    mkdir -p "$caches"
    part=$(mktemp -d "$caches/.$suite.XXXXXX")
    # shellcheck disable=SC2064 # the value of now
    trap "rm -rf --one-file-system -- '$part'" EXIT
    debootstrap --variant=minbase "--include=systemd,systemd-sysv${more//+/,}" "${suite%%+*}" "$part" "$mirror" >"$part.log" 2>&1 </dev/null ||
        { tail -n 15 "$part.log" >&2; fail "suite: debootstrap failed, see $part.log"; }
    rm -f -- "$part.log" "$part"/var/cache/apt/archives/*.deb
    chmod 755 "$part"
    mv -T -- "$part" "$target"
    trap - EXIT
}

# --- the holder: outside ------------------------------------------------------------------------------------

remove_cgroup() {
    local tries=100
    while [[ -d $1 ]] && ((tries-- > 0)); do
        find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
        [[ ! -d $1 ]] || sleep 0.05
    done
}

# Whoever was killed before it could tidy up left an empty cgroup and an empty folder.
sweep() {
    local folder
    for folder in "$state"/*/; do
        [[ -d $folder ]] || continue
        # A process that nobody has waited for has no executable any more.
        [[ ! -e /proc/$(basename "$folder")/exe ]] || continue
        remove_cgroup "$(cgroup2)/shutdown4j-box-$(basename "$folder")"
        rm -rf --one-file-system -- "$folder"
    done
}

hold() {
    local suite="" network=() binds=() lower reason base group parent first="" state_text tries
    while (($#)); do
        case $1 in
            --suite) suite=$2; shift ;;
            --bind) binds+=("$(readlink -f -- "$2")"); shift ;;
            --own-network) network=(--net) ;;
            *) fail "hold: unknown argument $1" ;;
        esac
        shift
    done
    lower=$(root_of "$suite")
    reason=$(obstacle "$lower")
    [[ -z $reason ]] || fail "$reason"
    sweep
    base=$state/$$
    group=$(cgroup2)/shutdown4j-box-$$
    mkdir -p "$base"
    # shellcheck disable=SC2064 # the values of now
    trap "tidy '$base' '$group' none" EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
    mkdir "$group" "$group/box" "$group/holder"
    # For MemoryMax=, where this machine has the controller in cgroup2.
    [[ " $(<"$group/cgroup.controllers") " != *' memory '* ]] || echo +memory >"$group/cgroup.subtree_control"
    mkfifo "$base/go"

    # unshare dies with this shell, and the box with unshare.
    # shellcheck disable=SC2016 # for the inner shell
    setpriv --pdeathsig KILL -- bash -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' bash "$group/box" \
        unshare --mount --pid --fork --kill-child=KILL --uts --ipc --cgroup ${network[@]+"${network[@]}"} --propagation private -- \
        "$self" inside "$base" "$lower" "${#network[@]}" ${binds[@]+"${binds[@]}"} </dev/null >"$base/console" 2>&1 &
    parent=$!
    # shellcheck disable=SC2064 # the values of now
    trap "tidy '$base' '$group' '$parent'" EXIT
    for ((tries = 200; tries > 0; tries--)); do
        # Only once it is unshare is its child process 1.
        if [[ $(readlink "/proc/$parent/exe") == */unshare ]]; then
            first=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null || true)
            first=${first// /}
            [[ -z $first ]] || break
        fi
        sleep 0.02
    done
    [[ -n $first ]] || { cat "$base/console" >&2; fail "no process 1"; }
    # Process 1 takes the cgroup for its root, where there may be no other process.
    echo "$parent" >"$group/holder/cgroup.procs"
    echo go >"$base/go"

    for ((tries = 600; tries > 0; tries--)); do
        kill -0 "$first" 2>/dev/null || break
        state_text=$(enter "$first" systemctl is-system-running 2>/dev/null || true)
        if [[ $state_text == running || $state_text == degraded ]]; then
            echo "ready $first"
            while read -r _; do :; done
            return 0
        fi
        sleep 0.1
    done
    tail -n 40 "$base/console" >&2
    fail "systemd does not come up"
}

# Ends unshare, which is our child, so that its id is nobody else's; with it the kernel ends the whole box.
tidy() {
    local base=$1 group=$2 parent=$3
    trap - EXIT
    if [[ $parent != none ]]; then
        kill -KILL "$parent" 2>/dev/null || true
        wait "$parent" 2>/dev/null || true
    fi
    remove_cgroup "$group"
    rm -rf --one-file-system -- "$base"
    rmdir "$state" 2>/dev/null || true
}

enter() {
    local first=$1
    shift
    nsenter --target "$first" --mount --pid --uts --ipc --cgroup --net -- \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root "$@"
}

# --- process 1: inside the new namespaces -------------------------------------------------------------------

inside() {
    local base=$1 lower=$2 own_network=$3 root entry
    shift 3
    read -r _ <"$base/go"
    mount -t tmpfs -o mode=755 box "$base"
    mkdir "$base/upper" "$base/work" "$base/root"
    root=$base/root
    mount -t overlay -o "lowerdir=$lower,upperdir=$base/upper,workdir=$base/work" overlay "$root"
    mount_kernel_files "$root" "$own_network"
    for entry in "$@"; do
        bind_live "$root" "$entry"
    done
    if [[ $lower != / ]]; then
        for entry in /usr/lib/jvm /opt /etc/java-*; do
            [[ ! -d $entry ]] || bind_live "$root" "$entry"
        done
    fi
    configure "$root"

    cd "$root"
    mkdir -p .outside
    pivot_root . .outside
    umount -l /.outside
    rmdir /.outside
    mount --make-rshared /
    exec env -i container=shutdown4j-box PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
        setpriv --bounding-set="$withheld" -- \
        /lib/systemd/systemd --system --unit=box.target --show-status=no
}

mount_kernel_files() {
    local root=$1 own_network=$2 entry
    mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
    for entry in sys sysrq-trigger irq bus; do
        [[ -e $root/proc/$entry ]] || continue
        mount --bind "$root/proc/$entry" "$root/proc/$entry"
        mount -o remount,bind,ro "$root/proc/$entry"
    done
    if ((own_network)); then
        mkdir -p "$root/run/proc"
        mount -t proc -o nosuid,nodev,noexec proc "$root/run/proc"
        mount --bind "$root/run/proc/sys/net" "$root/proc/sys/net"
        umount "$root/run/proc"
    fi
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755,nosuid devices "$root/dev"
    for entry in null zero full random urandom tty; do
        : >"$root/dev/$entry"
        mount --bind "/dev/$entry" "$root/dev/$entry"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,nosuid,noexec devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777,nosuid,nodev memory "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s fd/0 "$root/dev/stdin"
    ln -s fd/1 "$root/dev/stdout"
    ln -s fd/2 "$root/dev/stderr"
    mount -t tmpfs -o mode=755,nosuid,nodev run "$root/run"
    mount -t tmpfs -o mode=1777,nosuid,nodev tmp "$root/tmp"
    mkdir -p "$root/run/lock" "$root/run/log/journal"
}

bind_live() {
    local root=$1 path=$2
    mkdir -p "$root$path"
    mount --rbind "$path" "$root$path"
    mount --make-rprivate "$root$path"
}

# Of what this installation would start, only the journal is left: the rest is for a machine, not for a test.
configure() {
    local root=$1 folder entry name
    local system=$root/etc/systemd/system
    hostname box
    rm -f "$root/etc/machine-id"
    tr -d - <"$root/proc/sys/kernel/random/uuid" >"$root/etc/machine-id"
    rm -rf "$root/var/log/journal"
    mkdir -p "$system" "$root/etc/systemd/system-generators" "$root/etc/systemd/journald.conf.d"
    printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\nRateLimitBurst=0\nSyncIntervalSec=1s\n' \
        >"$root/etc/systemd/journald.conf.d/box.conf"
    printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n' >"$system/box.target"
    for folder in "${quiet_generators[@]}"; do
        for entry in "$root/$folder"/systemd/system-generators/*; do
            [[ ! -e $entry ]] || ln -sf /dev/null "$root/etc/systemd/system-generators/${entry##*/}"
        done
    done
    for folder in usr/lib lib etc; do
        for entry in "$root/$folder"/systemd/system/*.{wants,requires,upholds}/*; do
            name=${entry##*/}
            case $name in
                '*' | *.target | systemd-journald.service | systemd-journald.socket | systemd-journald-dev-log.socket) ;;
                *) ln -sf /dev/null "$system/$name" ;;
            esac
        done
    done
    for name in systemd-journald-audit.socket tmp.mount swap.target remote-fs.target dbus.socket dbus.service; do
        ln -sf /dev/null "$system/$name"
    done
}

# ------------------------------------------------------------------------------------------------------------

verb=${1:-help}
(($# == 0)) || shift
case $verb in
    check)
        [[ ${1:-} != --suite ]] || shift
        reason=$(obstacle "$(root_of "${1:-}")")
        [[ -z $reason ]] || { printf '%s\n' "$reason"; exit 3; }
        ;;
    hold) hold "$@" ;;
    enter) enter "$@" ;;
    suite) build_suite "${1:?suite: which}" ;;
    inside) inside "$@" ;;
    help | --help | -h) usage ;;
    *) usage >&2; exit 2 ;;
esac
