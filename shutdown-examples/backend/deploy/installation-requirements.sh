#!/usr/bin/env bash
# Functions of install-systemd-service.sh, which sources this: each checks a requirement and exits with a message if it is not
# met. None changes anything.
# shellcheck disable=SC2154 # the constants and the arguments of that script

require_root() {
    [[ $EUID -eq 0 || -n $dry_run ]] ||
        fail "$exit_not_root" "must be run as root: sudo $0; only --dry-run does not need root"
}

# Before the first change, so that no run ends in the middle.
require_commands() {
    local command missing=''
    for command in awk basename chmod cmp cut find getent grep id install journalctl mktemp mv readlink sed sort stat sync tr useradd userdel; do
        command -v "$command" >/dev/null || missing="$missing $command"
    done
    [[ -z $missing ]] || fail "$exit_missing" "these commands are missing in the PATH:$missing. Install them, or extend the PATH"
}

require_systemd() {
    [[ $(uname -s) == Linux ]] || fail "$exit_missing" "needs Linux with systemd"
    command -v systemctl >/dev/null || fail "$exit_missing" "needs systemd: there is no systemctl. Without systemd use: shutdown-backendctl --home DIR start"
    # Before systemd 253 the units reload with it.
    [[ -n $uninstall || -x /bin/kill || $(systemd_version) -ge $notify_reload_since ]] ||
        fail "$exit_missing" "needs /bin/kill, with which the unit sends HUP; install the package procps"
    [[ -d /run/systemd/system ]] || fail "$exit_missing" "needs systemd as process 1: /run/systemd/system is missing. Without systemd use: shutdown-backendctl --home DIR start"
}

# On a machine whose /usr is an image, this ends the script before the service is stopped.
require_writable() {
    [[ -z $dry_run ]] || return 0
    local folder
    for folder in "$library" "${control%/*}" "$settings" "$units"; do
        while [[ ! -e $folder ]]; do folder=${folder%/*}; done
        [[ -w ${folder:-/} ]] || fail 1 "${folder:-/} cannot be written, perhaps because the file system is read-only; nothing was changed"
    done
}

# A unit of this name from elsewhere is not replaced.
require_own_units() {
    local unit file
    for unit in "$name.service" "$name.socket" "$name@.service"; do
        for file in {/etc,/run,/usr/local/lib,/usr/lib,/lib}/systemd/system/"$unit"; do
            [[ ! -f $file ]] || grep -q shutdown4j -- "$file" ||
                fail 1 "$file exists and is not of this kit; nothing was changed. Rename that unit, or install this service under another name"
        done
    done
}

# Two concurrent runs with different jars could install parts of both.
require_turn() {
    [[ -z $dry_run ]] || return 0
    command -v flock >/dev/null || return 0
    exec 8>"/run/$name.install"
    flock -n 8 || fail 1 "another installation is running; try again when it has ended"
    # Files of a run that was killed.
    rm -rf -- "/usr/local/lib/.$name".??????
}

systemd_version() {
    systemctl --version | sed -nE '1s/^systemd ([0-9]+).*/\1/p'
}

# Prints the major version of a java, or nothing, also for a program that is none and fails.
java_version() {
    { "$1" -version 2>&1 || true; } | sed -nE 's/.*version "(1\.)?([0-9]+).*/\2/p' | head -n 1
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
    [[ -n $candidate ]] || fail "$exit_missing" "needs Java $oldest_java or newer: there is none in the PATH; install one, or name it with --java"
    [[ -x $candidate ]] || fail "$exit_missing" "$candidate cannot be executed; name another with --java"
    version=$(java_version "$candidate")
    [[ -n $version && $version -ge $oldest_java ]] ||
        fail "$exit_missing" "needs Java $oldest_java or newer, but $candidate is ${version:-no Java}; name another with --java"
    # The service cannot see home directories (ProtectHome=).
    case $(readlink -f -- "$candidate") in
        /home/* | /root/*) fail "$exit_missing" "$candidate is in a home directory, which the service cannot see (ProtectHome=); name another with --java" ;;
    esac
    java=$(cd -- "$(dirname -- "$candidate")" && pwd)/java
    [[ $java != *[^A-Za-z0-9/._+@-]* ]] ||
        fail "$exit_missing" "$java: the unit needs a path without blanks and special characters; name another with --java, for example a link"
}

# Sets $new_jar.
find_jar() {
    local candidate
    if [[ -z $new_jar ]]; then
        for candidate in "$here/backend.jar" "$here/../target/backend.jar"; do
            [[ ! -f $candidate ]] || { new_jar=$candidate; break; }
        done
    fi
    [[ -n $new_jar ]] || fail "$exit_missing" "no backend.jar beside this script or in ../target; build it with Maven, or name it with --jar"
    [[ -f $new_jar && -r $new_jar ]] || fail "$exit_missing" "$new_jar cannot be read as a file; name another with --jar"
}
