#!/bin/sh
# Checks the settings of the example backend without touching the service. See usage().
set -u

name=shutdown-backend
settings=/etc/$name
library=/usr/local/lib/$name

failed=1 wrong_usage=2 not_installed=5 bad_settings=6

usage() {
    cat <<TEXT
usage: shutdown-backend-check.sh UNIT

Runs the unit's program with --check, as root in the way in which systemd runs the unit: its user, its environment, its
sandbox, but none of the options for its JVM. Without root it runs as the caller, and the environment is not checked.
"shutdown-backendctl check" calls this, and so does the installation, with these variables set:

  CHECK_JAVA, CHECK_JAR   instead of what the unit runs
  CHECK_UNIT              the file of the unit that is about to be installed

Exit status: 0 the settings are right, $failed the check could not run, $wrong_usage wrong arguments, $not_installed no such jar, $bad_settings they are wrong.
TEXT
}

complain() { printf 'shutdown-backendctl: %s\n' "$*" >&2; }

# property NAME UNIT
property() { systemctl show -P "$1" "$2"; }

# The words after ExecStart's "-jar FILE" and that file, as "FILE ARGUMENTS".
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

# Without root: neither the environment file can be read, nor can anything be started as the service's user.
check_file() {
    complain "without root only $settings/config.toml is checked, not the variables that the unit sets (Environment=, EnvironmentFile=)"
    (
        unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS
        DATA_DIR=${DATA_DIR:-/var/lib/$name}
        export DATA_DIR
        exec "$java" -jar "$jar" --config "$settings/config.toml" --check
    ) || return $bad_settings
}

# The drop-ins of the unit in the order of systemd: those that it knows, and those that it will find when the unit is installed.
drop_ins() {
    {
        property DropInPaths "$checked" 2>/dev/null | tr ' ' '\n'
        for folder in /run/systemd/system /etc/systemd/system; do
            case $checked in *@*) ls -d "$folder/${checked%@*}@.service.d/"*.conf ;; esac
            ls -d "$folder/$checked.d/"*.conf
        done 2>/dev/null
    } | sort -u | sed -nE 's|^(.*/([^/]+))$|\2\t\1|p' | sort | cut -f 2
}

# The text of the unit with all its drop-ins.
unit_text() {
    [ -n "${CHECK_UNIT:-}" ] || { systemctl cat "$checked"; return; }
    cat "$CHECK_UNIT"
    drop_ins | while read -r drop_in; do
        [ ! -f "$drop_in" ] || { echo; cat "$drop_in"; }
    done
}

service_section() {
    awk '
        continued && /^[[:space:]]*[#;]/ { next }
        continued { if (inside) print; continued = /\\$/; next }
        /^[[:space:]]*([#;]|$)/ { next }
        /^\[/ { inside = /^\[Service\]/; next }
        { if (inside) print; continued = /\\$/ }'
}

# systemd itself runs the check, as the service's user, with the environment and in the sandbox of the service: nobody
# else reads environment files and drop-ins as it does. But without options for the JVM: they are for a second JVM what a
# taken port or a log file of the first one is.
check_as_service() {
    unit=$name-check-$$
    case $checked in *@*) unit=$unit@${checked#*@} ;; *) unit=$unit.service ;; esac
    unit_file=/run/systemd/system/$unit
    # Only root writes in /run. A name that is known beforehand, so that the folder is removed whenever the end comes.
    folder=/run/$name-check.$$
    # A shell that a signal ends leaves by no other trap.
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
                SuccessExitStatus Sockets RuntimeDirectory
            # $ARGUMENTS and the like stay: systemd puts them in.
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
    # What systemd did not accept as a variable, it has left out for the service, too.
    journalctl -q --no-pager -o cat --since "$since" -u "$unit" 2>/dev/null |
        grep -oE '(Ignoring invalid|Failed to (parse|load)) environment.*' | sort -u >&2
    case $result:$code in
        success:0) ;;
        *:1) return $bad_settings ;;
        *)
            complain "the check could not run: $result, exit status $code; the journal says more: journalctl -u $unit"
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
[ -f "$jar" ] || { complain "not installed: there is no $jar"; exit $not_installed; }
if [ "$(id -u)" -eq 0 ]; then check_as_service; else check_file; fi
