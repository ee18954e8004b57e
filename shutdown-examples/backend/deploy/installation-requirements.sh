#!/usr/bin/env bash
# What the installation needs, for install-systemd-service.sh, which sources this: each function ends the script with what is
# missing, or returns. None changes anything.
# shellcheck disable=SC2154 # the constants and the arguments of that script

require_root() {
    [[ $EUID -eq 0 || -n $dry_run ]] ||
        fail "$exit_not_root" "must be run as root, as in: sudo $0; --dry-run needs no root"
}

# Before anything is said or done, so that nothing ends half-way.
require_commands() {
    local command missing=''
    for command in awk basename chmod cmp cut find getent grep id install journalctl mktemp mv readlink sed sort stat sync tr useradd userdel; do
        command -v "$command" >/dev/null || missing="$missing $command"
    done
    [[ -z $missing ]] || fail "$exit_missing" "these commands are missing in the PATH:$missing"
}

require_systemd() {
    [[ $(uname -s) == Linux ]] || fail "$exit_missing" "needs Linux with systemd"
    command -v systemctl >/dev/null || fail "$exit_missing" "needs systemd: there is no systemctl"
    # Before systemd 253 the units reload with it.
    [[ -n $uninstall || -x /bin/kill || $(systemd_version) -ge $notify_reload_since ]] ||
        fail "$exit_missing" "needs /bin/kill, which the unit sends HUP with (package procps)"
    [[ -d /run/systemd/system ]] || fail "$exit_missing" "needs systemd as process 1: /run/systemd/system is missing"
}

# As on a machine whose /usr is an image: it ends before the service is stopped or anything else is half done.
require_writable() {
    [[ -z $dry_run ]] || return 0
    local folder
    for folder in "$library" "${control%/*}" "$settings" "$units"; do
        while [[ ! -e $folder ]]; do folder=${folder%/*}; done
        [[ -w ${folder:-/} ]] || fail 1 "${folder:-/} cannot be written, as on a read-only file system; nothing was changed"
    done
}

# A unit of this name that somebody else has written is not replaced.
require_own_units() {
    local unit file
    for unit in "$name.service" "$name.socket" "$name@.service"; do
        for file in {/etc,/run,/usr/local/lib,/usr/lib,/lib}/systemd/system/"$unit"; do
            [[ ! -f $file ]] || grep -q shutdown4j -- "$file" ||
                fail 1 "$file is there already and not of this kit; nothing was changed. Rename one of the two"
        done
    done
}

# Two at once, with two jars, would install half of each.
require_turn() {
    [[ -z $dry_run ]] || return 0
    command -v flock >/dev/null || return 0
    exec 8>"/run/$name.install"
    flock -n 8 || fail 1 "another installation is under way"
    # What one that was killed has left.
    rm -rf -- "/usr/local/lib/.$name".??????
}

systemd_version() {
    systemctl --version | sed -nE '1s/^systemd ([0-9]+).*/\1/p'
}

# The major version of a java, or nothing.
java_version() {
    "$1" -version 2>&1 | sed -nE 's/.*version "(1\.)?([0-9]+).*/\2/p' | head -n 1
}

# Sets $java.
find_java() {
    local candidate version
    if [[ -n $java ]]; then
        candidate=$java
    elif [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
        candidate=$JAVA_HOME/bin/java
    else
        candidate=$(command -v java || true)
    fi
    [[ -n $candidate ]] || fail "$exit_missing" "needs Java $oldest_java or newer: there is none in the PATH; name one with --java"
    [[ -x $candidate ]] || fail "$exit_missing" "$candidate cannot be run"
    version=$(java_version "$candidate")
    [[ -n $version && $version -ge $oldest_java ]] ||
        fail "$exit_missing" "needs Java $oldest_java or newer, but $candidate is ${version:-no Java}; name another with --java"
    # The service sees no home directories.
    case $(readlink -f -- "$candidate") in
        /home/* | /root/*) fail "$exit_missing" "$candidate is in a home directory, which the service cannot see" ;;
    esac
    java=$(cd -- "$(dirname -- "$candidate")" && pwd)/java
    [[ $java != *[^A-Za-z0-9/._+@-]* ]] ||
        fail "$exit_missing" "$java: the unit needs a path without blanks and the like; name another with --java, such as a link"
}

# Sets $new_jar.
find_jar() {
    local candidate
    if [[ -z $new_jar ]]; then
        for candidate in "$here/backend.jar" "$here/../target/backend.jar"; do
            [[ ! -f $candidate ]] || { new_jar=$candidate; break; }
        done
    fi
    [[ -n $new_jar ]] || fail "$exit_missing" "no backend.jar beside this script nor in ../target: build it with Maven, or name it with --jar"
    [[ -f $new_jar && -r $new_jar ]] || fail "$exit_missing" "$new_jar is no file that can be read"
}
