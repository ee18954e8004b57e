#!/usr/bin/env bash
# Installs or upgrades the example backend as a service of systemd. See usage().
set -euo pipefail
# The service must be able to read what is installed, whatever umask root has.
umask 022
# "su" without "-" keeps the PATH of the user, which may lack sbin.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# With CDPATH, "cd" may change to another directory, and prints its name.
unset CDPATH

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
usage: install-systemd-service.sh [--jar FILE] [--java FILE] [--instances N] [--no-start] [--dry-run]
       install-systemd-service.sh --uninstall [--purge] [--dry-run]

Installs the jar, the units, the settings and the control script, and starts the service. It may be run again, for example
with a newer jar: identical files are left untouched, edited settings are kept, and the new ones are put beside them as
.new. A running service is restarted only if something has changed; no request fails, because connections wait at the
socket, which systemd holds.

  --jar FILE    default: backend.jar beside this script, else ../target/backend.jar
  --java FILE   default: \$JAVA_HOME/bin/java, else the one in the PATH; Java $oldest_java or newer
  --instances N 1 to 9 instances on one socket, which an upgrade and "shutdown-backendctl rolling-restart" restart one
                after another; 0: a single service again. Without this option the number does not change
  --no-start    does not start, restart or enable anything
  --dry-run     prints what would be done, and changes nothing; does not need root
  --uninstall   removes everything except the settings, the data and the user
  --purge       with --uninstall: removes those as well

Exit status: 0 done, 1 failed, $exit_usage wrong arguments, $exit_not_root not root, $exit_missing something is missing (systemd, Java, the jar),
$exit_settings the settings are wrong for the new jar, and nothing was changed.
TEXT
}

say() { printf '%s\n' "$*"; }

# fail STATUS TEXT
fail() {
    explained=yes
    printf 'install-systemd-service: %s\n' "$2" >&2
    exit "$1"
}

# run COMMAND...: every change goes through this, so that --dry-run changes nothing.
run() {
    if [[ -n $dry_run ]]; then
        printf 'would run:'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

# These set $java and $new_jar.
# shellcheck source=installation-requirements.sh
. "$here/installation-requirements.sh"
# shellcheck source=installation-files.sh
. "$here/installation-files.sh"

# --- install ------------------------------------------------------------------------------------------------

add_user() {
    if ! getent passwd "$name" >/dev/null; then
        local group=--user-group
        ! getent group "$name" >/dev/null || group=--gid=$name
        [[ -n $dry_run ]] || say "created user $name"
        run useradd --system "$group" --no-create-home --home-dir "$data" --shell /usr/sbin/nologin "$name"
    fi
}

# Checks the new jar and the new unit with the existing settings before anything is replaced.
check_settings() {
    [[ -f $settings/config.toml ]] || { [[ -n $no_start ]] || check_jar; return 0; }
    [[ -z $dry_run ]] || return 0
    local problems status=0 tried=$work/backend.jar
    install -m 0644 -- "$new_jar" "$tried" # where the service's user can read it
    local unit=$name.service like=$name.service
    ((${#numbers[@]} == 0)) || unit=$name@${numbers[0]}.service like=$name@.service
    problems=$(CHECK_JAVA=$java CHECK_JAR=$tried CHECK_UNIT=$work/$like \
        sh "$here/shutdown-backend-check.sh" "$unit" 2>&1) || status=$?
    effective=$problems
    ((status == 0)) && return
    printf '%s\n' "$problems" >&2
    ((status == exit_settings)) || fail 1 "the settings could not be checked, see above; nothing was changed"
    fail $exit_settings "$new_jar does not accept the settings in $settings, see above; nothing was changed. Correct the settings, or name another jar with --jar, then run this again"
}

# Before the first installation there are no settings to check; but a jar may be the wrong one.
check_jar() {
    local problem
    problem=$(env -u JDK_JAVA_OPTIONS -u JAVA_TOOL_OPTIONS -u _JAVA_OPTIONS "$java" -jar "$new_jar" --version 2>&1) ||
        fail $exit_missing "$new_jar is not the packaged backend: ${problem%%$'\n'*}. Build it with Maven, or name another with --jar; nothing was changed"
}

# Instances need a common database and a common Redis instead of embedded ones. The check has printed the effective settings;
# before the first installation there is nothing to check.
check_instances() {
    [[ -z $dry_run ]] || return 0
    local setting
    for setting in database.url:DATABASE_URL redis.url:REDIS_URL; do
        grep -qE "^ *${setting%:*} += [^ (]" <<<"$effective" ||
            grep -qsE "^[[:space:]]*${setting#*:}=." "$settings/environment" ||
            fail $exit_settings "--instances: the instances need a common database and a common Redis. Set ${setting#*:} in $settings/environment, or ${setting%:*} in config.toml; nothing was changed"
    done
}

# Sets $numbers to those of the wanted instances; empty for a single service. Without --instances they do not change, even if
# there are gaps. Masked instances are left alone.
find_numbers() {
    local number all=()
    if [[ -n $instances ]]; then
        for ((number = 1; number <= instances; number++)); do all+=("$number"); done
    else
        mapfile -t all < <(installed_instances)
    fi
    for number in "${all[@]}"; do
        if is_masked "$name@$number.service"; then
            say "$name@$number.service is masked and left alone"
        else
            numbers+=("$number")
        fi
    done
    ((${#numbers[@]} || ${#all[@]} == 0)) || fail 1 "every instance is masked; nothing was changed. To use one again: systemctl unmask $name@1"
}

# The directory does not exist before the first unit is enabled.
installed_instances() {
    { find "$units/multi-user.target.wants" -name "$name@[1-9].service" -printf '%f\n' 2>/dev/null || true; } |
        sed 's/.*@//; s/\..*//' | sort -n
}

is_masked() { [[ $(systemctl is-enabled "$1" 2>/dev/null) == masked* ]]; }

# unit_with_java FILE: writes the unit of this kit with the path of this machine's java.
unit_with_java() {
    sed "s|^ExecStart=/usr/bin/java |ExecStart=$java |" "$here/systemd/$1" >"$work/$1"
}

install_all() {
    require_root
    require_commands
    require_systemd
    find_java
    find_jar
    require_writable
    require_own_units
    require_turn
    local unit
    find_numbers
    # Not in /tmp, which the user of the service may not be able to read on a hardened machine.
    work=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
    if [[ -z $dry_run ]]; then
        rm -rf -- "$work"
        work=$(mktemp -d "/usr/local/lib/.$name.XXXXXX")
        chmod 0755 "$work"
    fi
    unit_with_java "$name.service"
    unit_with_java "$name@.service"
    sed "s|@1|@${numbers[0]:-1}|" "$here/systemd/instances.conf" >"$work/instances.conf"
    for unit in "$library" "$settings"; do
        [[ ! -d $unit ]] || put_directory "$unit"
    done
    check_settings
    ((${#numbers[@]} == 0)) || check_instances
    add_user
    put_directory "$library"
    [[ ! -e $marker ]] || changed=yes
    put_directory "$settings"
    put "$new_jar" "$jar" 0644
    for unit in ask check home; do
        put "$here/shutdown-backend-$unit.sh" "$library/shutdown-backend-$unit.sh" 0755
    done
    put "$here/shutdown-backendctl" "$control" 0755
    put_settings "$here/systemd/config.toml" "$settings/config.toml" 0644
    put_settings "$here/systemd/environment" "$settings/environment" 0600
    put "$work/$name.service" "$units/$name.service" 0644
    put "$here/systemd/$name.socket" "$units/$name.socket" 0644
    put "$work/$name@.service" "$units/$name@.service" 0644
    put "$here/systemd/$name-instance@.socket" "$units/$name-instance@.socket" 0644
    for unit in "$name" "$name@"; do
        put_drop_in "$unit.service" "$here/systemd/notify-reload.conf" $(($(systemd_version) >= notify_reload_since))
    done
    put_drop_in "$name.socket" "$work/instances.conf" $((${#numbers[@]} > 0))
    [[ -z $changed ]] || run systemctl daemon-reload
    start_or_restart
}

start_or_restart() {
    local number unit wanted=() unwanted=() missing=()
    if ((${#numbers[@]})); then unwanted=("$name.service"); else wanted=("$name.service"); fi
    for ((number = 1; number <= 9; number++)); do
        if [[ " ${numbers[*]} " == *" $number "* ]]; then
            wanted+=("$name@$number.service" "$name-instance@$number.socket")
        elif ! is_masked "$name@$number.service"; then
            unwanted+=("$name@$number.service" "$name-instance@$number.socket")
        fi
    done
    if [[ -n $no_start ]]; then
        say "installed, not started. To start: systemctl enable --now $name.socket ${wanted[*]}"
        systemctl --quiet is-active "${wanted[@]}" || forget_change
        return 0
    fi
    disable_those_that_run "${unwanted[@]}"
    run systemctl --quiet enable "$name.socket" "${wanted[@]}"
    for unit in "${wanted[@]}"; do
        systemctl --quiet is-active "$unit" || missing+=("$unit")
    done
    if ((${#missing[@]})); then
        run systemctl start "$name.socket" "${missing[@]}" || not_started
        [[ -n $dry_run ]] || say "started; \"$control status\" and \"health\" show its state"
    fi
    if [[ -z $changed ]]; then
        ((${#missing[@]})) || say "nothing has changed"
    elif ((${#missing[@]} < ${#wanted[@]})); then
        if ((${#numbers[@]} == 0)); then
            run systemctl restart "$name.service" || not_started
        else
            run "$control" rolling-restart || fail 1 "not every instance was restarted with the new version, see above. Remove the cause, then run this again: it restarts them all"
        fi
        [[ -n $dry_run ]] || say "restarted with what has changed"
    fi
    forget_change
}

disable_those_that_run() {
    local unit
    for unit; do
        if systemctl --quiet is-enabled "$unit" 2>/dev/null || systemctl --quiet is-active "$unit"; then
            run systemctl --quiet disable --now "$unit"
        fi
        # A failed unit would stay in the list of instances.
        ! systemctl --quiet is-failed "$unit" || run systemctl reset-failed "$unit"
    done
}

not_started() {
    journalctl --no-pager -n 30 -u "$name*" >&2 || true
    fail 1 "the service did not start; its journal is above. Remove the cause, then: shutdown-backendctl start"
}

# --- uninstall ----------------------------------------------------------------------------------------------

uninstall_all() {
    local unit all=() folder
    require_root
    require_commands
    require_systemd
    require_writable
    require_turn
    while read -r unit; do
        all+=("$unit")
    done < <(systemctl list-units --all --full --plain --no-legend "$name.*" "$name@*" "$name-instance@*" |
        grep -oE "${name}[^ ]*\.(service|socket)"; installed_units)
    if ((${#all[@]})); then
        run systemctl --quiet disable --now "${all[@]}" || fail 1 "the service did not stop; for the cause: journalctl -u $name. Then run this again"
    fi
    # "disable" does not remove the links of a masked instance, and a later installation would count them.
    for folder in multi-user sockets; do
        run rm -f -- "$units/$folder.target.wants/$name@"*.service "$units/$folder.target.wants/$name-instance@"*.socket
    done
    run rm -f -- "$units/$name.service" "$units/$name.socket" "$units/$name@.service" "$units/$name-instance@.socket" \
        "$units/$name.service.d/notify-reload.conf" "$units/$name@.service.d/notify-reload.conf" \
        "$units/$name.socket.d/instances.conf" "$control"
    run rm -rf -- "$library" "$cache"
    # Other files there come from "systemctl edit" and are kept.
    for folder in "$name.service" "$name@.service" "$name.socket"; do
        [[ ! -d $units/$folder.d ]] || run rmdir --ignore-fail-on-non-empty -- "$units/$folder.d"
    done
    run systemctl daemon-reload
    ((${#all[@]} == 0)) || run systemctl reset-failed "${all[@]}" 2>/dev/null || true
    if [[ -n $purge ]]; then
        run rm -rf -- "$settings" "$data" "$units/$name.service.d" "$units/$name@.service.d" "$units/$name.socket.d" "$units/$name@"[1-9].service
        ! getent passwd "$name" >/dev/null || run userdel "$name"
        say "removed, including settings, data and user"
    else
        say "removed, except $settings and $data; --uninstall --purge removes those as well"
    fi
}

installed_units() {
    local unit
    for unit in "$name.socket" "$name.service"; do
        [[ ! -e $units/$unit ]] || echo "$unit"
    done
    find "$units/multi-user.target.wants" "$units/sockets.target.wants" \( -name "$name@*" -o -name "$name-instance@*" \) \
        -printf '%f\n' 2>/dev/null || true
}

# ------------------------------------------------------------------------------------------------------------

new_jar='' java='' instances='' numbers=() effective='' dry_run='' no_start='' uninstall='' purge='' work='' explained=''
while (($#)); do
    case $1 in
        --jar | --java)
            (($# > 1)) || fail $exit_usage "$1 needs a file"
            if [[ $1 == --jar ]]; then new_jar=$2; else java=$2; fi
            shift
            ;;
        --instances)
            [[ ${2:-} =~ ^[0-9]$ ]] || fail $exit_usage "--instances needs a number from 0 to 9"
            instances=$2
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
trap clean_up EXIT
[[ -z $purge || -n $uninstall ]] || fail $exit_usage "--purge needs --uninstall"
[[ -z $uninstall || -z $new_jar$java$instances$no_start ]] ||
    fail $exit_usage "--uninstall removes the service with all its instances, so it takes only --purge and --dry-run; nothing was changed. To change the number of instances: --instances N without it"
if [[ -n $uninstall ]]; then uninstall_all; else install_all; fi
