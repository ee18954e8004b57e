#!/bin/sh
# Validates the settings of the example backend without affecting the service. See usage().
set -u

name=shutdown-backend
settings=/etc/$name
library=/usr/local/lib/$name

failed=1 wrong_usage=2 not_installed=5 bad_settings=6

usage() {
    cat <<TEXT
usage: shutdown-backend-check.sh UNIT

Runs the unit's program with --check. As root, systemd runs it with the user, the environment and the sandbox of the unit,
but without the options for its JVM. Without root it runs as the caller, and the unit's environment is not checked.
"shutdown-backendctl check" calls this, and so does the installation, with these variables set:

  CHECK_JAVA, CHECK_JAR   instead of what the unit runs
  CHECK_UNIT              the file of the unit that is about to be installed

Exit status: 0 settings valid, $failed check could not run, $wrong_usage wrong arguments, $not_installed no such jar, $bad_settings settings wrong.
TEXT
}

complain() { printf 'shutdown-backendctl: %s\n' "$*" >&2; }

# property NAME UNIT
property() { systemctl show -P "$1" "$2"; }

# Prints the jar in ExecStart= and the words after it, as "FILE ARGUMENTS".
program_of() {
    property ExecStart "$1" 2>/dev/null |
        sed -nE 's/.*argv\[\]=.* -jar ([^ ]+ .*) ; ignore_errors=.*/\1/p' | head -n 1
}

java_of() {
    property ExecStart "$1" 2>/dev/null | sed -nE 's#^\{ path=([^ ;]*/java) ;.*#\1#p' | head -n 1
}

# Sets $java, $jar and $arguments: what the unit runs, or what the installation is about to run.
find_program() {
    program=$(program_of "$1")
    java=${CHECK_JAVA:-$(java_of "$1")}
    java=${java:-java}
    jar=${CHECK_JAR:-${program%% *}}
    jar=${jar:-$library/backend.jar}
    arguments=${program#* }
    [ -n "$program" ] || arguments="--config $settings/config.toml"
}

# Without root, the environment file cannot be read, and nothing can be started as the user of the service.
check_file() {
    complain "without root only $settings/config.toml is checked, not the variables that the unit sets (Environment=, EnvironmentFile=)"
    (
        unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS
        DATA_DIR=${DATA_DIR:-/var/lib/$name}
        export DATA_DIR
        exec "$java" -jar "$jar" --config "$settings/config.toml" --check
    ) || return $bad_settings
}

# Prints the drop-ins of the unit in the order of systemd: those that are loaded, and those that it will find once the unit is
# installed.
drop_ins() {
    {
        property DropInPaths "$checked" 2>/dev/null | tr ' ' '\n'
        for folder in /run/systemd/system /etc/systemd/system; do
            case $checked in *@*) ls -d "$folder/${checked%@*}@.service.d/"*.conf ;; esac
            ls -d "$folder/$checked.d/"*.conf
        done 2>/dev/null
    } | sort -u | sed -nE 's|^(.*/([^/]+))$|\2\t\1|p' | sort | cut -f 2
}

# Prints the text of the unit with all its drop-ins.
unit_text() {
    [ -n "${CHECK_UNIT:-}" ] || { systemctl cat "$checked"; return; }
    cat "$CHECK_UNIT"
    drop_ins | while read -r drop_in; do
        [ ! -f "$drop_in" ] || { echo; cat "$drop_in"; }
    done
}

# Without Sockets=: an empty one does not undo it, and the check would open the sockets of a service that is stopped.
service_section() {
    awk '
        continued && /^[[:space:]]*[#;]/ { next }
        continued { if (wanted) print; continued = /\\$/; next }
        /^[[:space:]]*([#;]|$)/ { next }
        /^\[/ { inside = /^\[Service\]/; next }
        { wanted = inside && !/^[[:space:]]*Sockets[[:space:]]*=/; if (wanted) print; continued = /\\$/ }'
}

# systemd itself runs the check, because only it reads environment files and drop-ins in its own way. The options for the JVM
# are left out: a second JVM with the same options would find its JMX port in use, or overwrite the log file of the first.
check_as_service() {
    unit=$name-check-$$
    case $checked in *@*) unit=$unit@${checked#*@} ;; *) unit=$unit.service ;; esac
    unit_file=/run/systemd/system/$unit
    # Only root can write to /run. The name is known before the directory exists, so that the trap always removes it.
    folder=/run/$name-check.$$
    # Otherwise a signal would end the shell without the EXIT trap.
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # shellcheck disable=SC2064 # the values of now
    trap "systemctl stop '$unit' 2>/dev/null; systemctl reset-failed '$unit' 2>/dev/null; rm -rf -- '$folder' '$unit_file'" EXIT
    mkdir -p /run/systemd/system
    mkdir -m 0700 "$folder" || return $failed
    (
        umask 077
        {
            printf '[Unit]\nDescription=Check of the settings of %s\n\n[Service]\n' "$checked"
            unit_text | service_section
            printf '%s=\n' ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost \
                SuccessExitStatus RuntimeDirectory
            # systemd expands variables such as $ARGUMENTS.
            printf 'ExecStart=%s -jar %s %s --check\n' "$java" "$jar" "$(printf '%s' "$arguments" | sed 's/%/%%/g')"
            printf '%s\n' Type=oneshot RemainAfterExit=no Restart=no WatchdogSec=0 RuntimeMaxSec=infinity \
                TimeoutStartSec=90 FileDescriptorStoreMax=0 RemoveIPC=no StandardInput=null \
                "StandardOutput=truncate:$folder/output" StandardError=inherit \
                'UnsetEnvironment=JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS'
            if ! id "$name" >/dev/null 2>&1; then # before the first installation
                printf '%s\n' User=nobody Group= StateDirectory= CacheDirectory= WorkingDirectory=/
            elif [ ! -d "/var/lib/$name" ]; then
                printf '%s\n' StateDirectory= CacheDirectory= WorkingDirectory=/
            fi
        } >"$unit_file"
    )
    since=$(date '+%Y-%m-%d %H:%M:%S')
    systemctl start "$unit" 2>/dev/null
    code=$(property ExecMainStatus "$unit")
    result=$(property Result "$unit")
    systemctl reset-failed "$unit" 2>/dev/null
    [ ! -f "$folder/output" ] || cat "$folder/output"
    journalctl --sync 2>/dev/null
    # Assignments that systemd ignored; it ignores them for the service as well.
    journalctl -q --no-pager -o cat --since "$since" -u "$unit" 2>/dev/null |
        grep -oE '(Ignoring invalid|Failed to (parse|load)) environment.*' | sort -u >&2
    case $result:$code in
        success:0) ;;
        *:1) return $bad_settings ;;
        *)
            complain "the check could not run: $result, exit status $code; for the cause: journalctl -u $unit"
            return $failed
            ;;
    esac
}

# ------------------------------------------------------------------------------------------------------------

case $#:${1:-} in
    1:-h | 1:--help) usage; exit 0 ;;
    1:*.service) checked=$1 ;;
    *) usage >&2; exit $wrong_usage ;;
esac
find_program "$checked"
[ -f "$jar" ] || { complain "not installed: there is no $jar; run install-systemd-service.sh"; exit $not_installed; }
if [ "$(id -u)" -eq 0 ]; then check_as_service; else check_file; fi
