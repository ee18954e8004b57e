#!/usr/bin/env bash
# Installs the example backend as a service of systemd, or a newer jar in place of an older one. See usage().
set -euo pipefail

readonly name=shutdown-backend
readonly library=/usr/local/lib/$name
readonly jar=$library/backend.jar
readonly settings=/etc/$name
readonly units=/etc/systemd/system
readonly control=/usr/local/bin/shutdown-backendctl
readonly data=/var/lib/$name
readonly cache=/var/cache/$name
readonly oldest_java=17
readonly notify_reload_since=253

readonly exit_usage=2 exit_not_root=4 exit_missing=5 exit_settings=6

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
readonly here

usage() {
    cat <<TEXT
usage: install-systemd-service.sh [--jar FILE] [--java FILE] [--no-start] [--dry-run]
       install-systemd-service.sh --uninstall [--purge] [--dry-run]

Installs the jar, the units, the settings and the control script, and starts the service. What is there already and the
same stays untouched, so it may be run again; settings that you have changed are kept, the new ones go beside them as
.new. A running service is restarted only if something has changed, and that fails no request: connections wait at the
socket, which systemd holds.

  --jar FILE    default: backend.jar beside this script, else ../target/backend.jar
  --java FILE   default: \$JAVA_HOME/bin/java, else the one in the PATH; Java $oldest_java or newer
  --no-start    neither starts nor restarts nor enables anything
  --dry-run     says what would be done, and does nothing; needs no root
  --uninstall   removes all but settings, data and the user
  --purge       with --uninstall: removes those, too

Exit status: 0 done, 1 failed, $exit_usage wrong arguments, $exit_not_root not root, $exit_missing something is missing (systemd, Java, the jar),
$exit_settings the settings do not fit the new jar, and nothing was changed.
TEXT
}

say() { printf '%s\n' "$*"; }

# fail STATUS TEXT
fail() {
    printf 'install-systemd-service: %s\n' "$2" >&2
    exit "$1"
}

# run COMMAND...: the only way in which anything is changed.
run() {
    if [[ -n $dry_run ]]; then
        printf 'would run:'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

# --- what is needed -----------------------------------------------------------------------------------------

require_root() {
    [[ $EUID -eq 0 || -n $dry_run ]] ||
        fail $exit_not_root "must be run as root, as in: sudo $0; --dry-run needs no root"
}

require_systemd() {
    [[ $(uname -s) == Linux ]] || fail $exit_missing "needs Linux with systemd"
    command -v systemctl >/dev/null || fail $exit_missing "needs systemd: there is no systemctl"
    [[ -d /run/systemd/system ]] || fail $exit_missing "needs systemd as process 1: /run/systemd/system is missing"
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
    [[ -n $candidate ]] || fail $exit_missing "needs Java $oldest_java or newer: there is none in the PATH; name one with --java"
    [[ -x $candidate ]] || fail $exit_missing "$candidate cannot be run"
    version=$(java_version "$candidate")
    [[ -n $version && $version -ge $oldest_java ]] ||
        fail $exit_missing "needs Java $oldest_java or newer, but $candidate is ${version:-no Java}; name another with --java"
    # The service sees no home directories.
    case $(readlink -f -- "$candidate") in
        /home/* | /root/*) fail $exit_missing "$candidate is in a home directory, which the service cannot see" ;;
    esac
    java=$(cd -- "$(dirname -- "$candidate")" && pwd)/java
}

# Sets $new_jar.
find_jar() {
    local candidate
    if [[ -z $new_jar ]]; then
        for candidate in "$here/backend.jar" "$here/../target/backend.jar"; do
            [[ ! -f $candidate ]] || { new_jar=$candidate; break; }
        done
    fi
    [[ -n $new_jar ]] || fail $exit_missing "no backend.jar beside this script nor in ../target: build it with Maven, or name it with --jar"
    [[ -f $new_jar && -r $new_jar ]] || fail $exit_missing "$new_jar is no file that can be read"
}

# --- install ------------------------------------------------------------------------------------------------

changed=

# put SOURCE TARGET MODE: replaces the target as a whole. A JVM that runs from the old jar keeps reading the old file;
# if it were overwritten, classes that are loaded late, such as those of the shutdown, would be garbage.
put() {
    local source=$1 target=$2 mode=$3
    if [[ -f $target ]] && cmp -s -- "$source" "$target" && [[ $(stat -c %a -- "$target") == "${mode#0}" ]]; then
        return 0
    fi
    changed=yes
    say "$target"
    run mkdir -p -- "$(dirname -- "$target")"
    run install -m "$mode" -- "$source" "$target.part"
    run sync -- "$target.part"
    run mv -T -f -- "$target.part" "$target"
}

# put_settings SOURCE TARGET MODE: never over what somebody has written.
put_settings() {
    local source=$1 target=$2 mode=$3
    if [[ ! -e $target ]]; then
        put "$source" "$target" "$mode"
    elif ! cmp -s -- "$source" "$target"; then
        if [[ ! -e $target.new ]] || ! cmp -s -- "$source" "$target.new"; then
            say "$target is yours and stays; the one that comes with this version is $target.new"
            run install -m "$mode" -- "$source" "$target.new"
        fi
    fi
}

add_user() {
    if ! getent passwd "$name" >/dev/null; then
        say "user $name"
        run useradd --system --user-group --no-create-home --home-dir "$data" --shell /usr/sbin/nologin "$name"
    fi
}

# The jar is tried with the settings that are there before anything is replaced.
check_settings() {
    [[ -f $settings/config.toml ]] || return 0
    local problems
    if ! problems=$(CHECK_JAVA=$java CHECK_JAR=$new_jar "$here/shutdown-backendctl" check 2>&1); then
        printf '%s\n' "$problems" >&2
        fail $exit_settings "$settings does not fit $new_jar; nothing was changed"
    fi
}

install_all() {
    local unit drop_in=$units/$name.service.d/notify-reload.conf
    require_root
    require_systemd
    find_java
    find_jar
    check_settings
    add_user
    put "$new_jar" "$jar" 0644
    put "$here/shutdown-backendctl" "$control" 0755
    put_settings "$here/systemd/config.toml" "$settings/config.toml" 0644
    put_settings "$here/systemd/environment" "$settings/environment" 0600
    unit=$(mktemp)
    # shellcheck disable=SC2064 # the value of now
    trap "rm -f -- '$unit'" EXIT
    sed "s|^ExecStart=/usr/bin/java |ExecStart=$java |" "$here/systemd/$name.service" >"$unit"
    put "$unit" "$units/$name.service" 0644
    put "$here/systemd/$name.socket" "$units/$name.socket" 0644
    if (($(systemd_version) >= notify_reload_since)); then
        put "$here/systemd/notify-reload.conf" "$drop_in" 0644
    elif [[ -e $drop_in ]]; then
        run rm -f -- "$drop_in"
    fi
    [[ -z $changed ]] || run systemctl daemon-reload
    start_or_restart
}

start_or_restart() {
    if [[ -n $no_start ]]; then
        say "not started; later: systemctl enable --now $name.socket $name.service"
        return 0
    fi
    run systemctl --quiet enable "$name.socket" "$name.service"
    if ! systemctl --quiet is-active "$name.service"; then
        run systemctl start "$name.socket" "$name.service" || not_started
        say "started; shutdown-backendctl says more"
    elif [[ -n $changed ]]; then
        run systemctl restart "$name.service" || not_started
        say "restarted with what has changed"
    else
        say "nothing has changed"
    fi
}

not_started() {
    journalctl --no-pager -n 30 -u "$name.service" -u "$name.socket" >&2 || true
    fail 1 "the service does not start; above is what its journal says"
}

# --- uninstall ----------------------------------------------------------------------------------------------

uninstall_all() {
    require_root
    require_systemd
    if [[ -e $units/$name.service || -e $units/$name.socket ]]; then
        run systemctl --quiet disable --now "$name.socket" "$name.service" || fail 1 "the service does not stop"
    fi
    run rm -f -- "$units/$name.service" "$units/$name.socket" "$units/$name.service.d/notify-reload.conf" "$control"
    run rm -rf -- "$library" "$cache"
    # What is left there is from "systemctl edit", and so yours.
    [[ ! -d $units/$name.service.d ]] || run rmdir --ignore-fail-on-non-empty -- "$units/$name.service.d"
    run systemctl daemon-reload
    run systemctl reset-failed "$name.service" "$name.socket" 2>/dev/null || true
    if [[ -n $purge ]]; then
        run rm -rf -- "$settings" "$data" "$units/$name.service.d" "$units/$name.socket.d"
        ! getent passwd "$name" >/dev/null || run userdel "$name"
        say "removed, with settings, data and user"
    else
        say "removed; kept are $settings and $data, which --uninstall --purge removes"
    fi
}

# ------------------------------------------------------------------------------------------------------------

new_jar='' java='' dry_run='' no_start='' uninstall='' purge=''
while (($#)); do
    case $1 in
        --jar | --java)
            (($# > 1)) || fail $exit_usage "$1 needs a file"
            if [[ $1 == --jar ]]; then new_jar=$2; else java=$2; fi
            shift
            ;;
        --dry-run) dry_run=yes ;;
        --no-start) no_start=yes ;;
        --uninstall) uninstall=yes ;;
        --purge) purge=yes ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; fail $exit_usage "unknown argument $1" ;;
    esac
    shift
done
[[ -z $purge || -n $uninstall ]] || fail $exit_usage "--purge goes with --uninstall only"
if [[ -n $uninstall ]]; then uninstall_all; else install_all; fi
