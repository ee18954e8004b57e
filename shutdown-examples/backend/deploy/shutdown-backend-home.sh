#!/bin/sh
# Runs the example backend without systemd, from one folder: on macOS, WSL, in a container, or while it is developed.
# "shutdown-backendctl --home DIR" calls this. See usage().
set -u
# With it "cd" goes elsewhere than it was told, and prints where.
unset CDPATH

failed=1 wrong_usage=2 stopped=3 not_installed=5 bad_settings=6 not_running=7 no_answer=150

usage() {
    cat <<TEXT
usage: shutdown-backendctl --home DIR VERB

  start        returns when it is ready
  stop         sends TERM, and returns when it has ended
  restart      checks the settings first
  reload       checks the settings first, sends HUP, and returns when they are in use
  status       whether it is running
  health       asks it whether it is alive and ready
  check        checks the settings
  logs [-f]    the last 100 lines of its output; -f: and those to come

In DIR, which must exist:
  config.toml   the settings; may be missing
  environment   variables for the process, in the syntax of sh; may be missing. They take precedence over config.toml
  backend.jar   unless the variable BACKEND_JAR names another; else the one beside this script or in ../target
  backend.log   what it prints, from the last start on; backend.log.1: that of the run before
  backend.pid   the process; backend.exit: its exit status; backend.starting: the script that starts it now
Java is \$JAVA_HOME/bin/java, else the one in the PATH. JAVA_OPTIONS: options for it. start and health need curl, bash
with timeout, or wget.

Exit status: 0 done, $failed failed, $wrong_usage wrong arguments, $stopped stopped (of status), $not_installed no jar or no Java, $bad_settings wrong settings,
$not_running not running, $no_answer running, but does not answer (of health).
TEXT
}

# More than shutdown.timeout_secs plus shutdown.force_delay_secs.
STOP_SECONDS=${STOP_SECONDS:-50}
START_SECONDS=${START_SECONDS:-90}

complain() { printf 'shutdown-backendctl: %s\n' "$*" >&2; }

find_program() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/java}
    java=${java:-java}
    command -v "$java" >/dev/null || { complain "there is no Java in JAVA_HOME nor in the PATH"; exit $not_installed; }
    jar=${BACKEND_JAR:-}
    if [ -z "$jar" ]; then
        for jar in "$home/backend.jar" "$here/backend.jar" "$here/../target/backend.jar"; do
            [ ! -f "$jar" ] || break
        done
    fi
    [ -f "$jar" ] || { complain "there is no $jar"; exit $not_installed; }
    jar=$(cd -- "$(dirname -- "$jar")" && pwd)/$(basename -- "$jar")
}

command_line_of() {
    # -ww: all of it, however narrow the terminal is.
    if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null; else ps -ww -p "$1" -o args= 2>/dev/null; fi
}

# Sets $pid. A number that another process has by now is not ours.
is_running() {
    pid=$(cat "$home/backend.pid" 2>/dev/null) || return 1
    [ -n "$pid" ] || return 1
    case "$(command_line_of "$pid")" in *"-Dbackend.home=$home "*) ;; *) return 1 ;; esac
}

require_running() { is_running || { complain "it is not running"; exit $not_running; }; }

# with_environment COMMAND...: in the folder, with the variables of the file; in a subshell, as it changes both.
with_environment() {
    cd -- "$home" || exit
    if [ -f environment ]; then
        set -a
        # shellcheck disable=SC1091 # the operator's
        . ./environment
        set +a
    fi
    "$@"
}

# run_java OPTION...: with the settings, if there are any.
run_java() {
    if [ -f "$home/config.toml" ]; then set -- "$@" --config "$home/config.toml"; fi
    # Without options for the JVM a check does not take the port nor the log file of the service's JVM.
    if [ "$1" = --check ]; then
        unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS
        "$java" -jar "$jar" "$@"
    else
        shift
        # A process in the background ignores INT, and one below nohup HUP, unless this can be undone.
        defaults=''
        ! env --default-signal=HUP,INT,QUIT true 2>/dev/null || defaults='env --default-signal=HUP,INT,QUIT'
        # shellcheck disable=SC2086 # words
        exec $defaults "$java" ${JAVA_OPTIONS:-} "-Dbackend.home=$home" -jar "$jar" "$@"
    fi
}

# Keeps a small shell beside it, which writes down how it has ended; a terminal that is closed does not end that.
launch() {
    (
        trap : HUP
        with_environment run_java --run </dev/null >"$home/backend.log" 2>&1 &
        child=$!
        echo $child >"$home/backend.pid" || kill -TERM $child
        while wait $child; code=$?; [ $code -gt 128 ] && kill -0 $child 2>/dev/null; do :; done
        echo $code >"$home/backend.exit"
    ) </dev/null >/dev/null 2>&1 &
}

# One after another, should two operators start it at the same time. If a script was killed, the next one takes over its turn.
take_turn() {
    turn=$home/backend.starting mine=''
    trap give_turn EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    left=50
    # With -C only a redirection that creates the file succeeds.
    until (set -C; : >"$turn") 2>/dev/null; do
        left=$((left - 1))
        if [ $left -eq 0 ]; then
            give_turn
            if [ -e "$turn" ]; then complain "somebody else is starting it; if not, remove $turn"; else complain "$turn cannot be created"; fi
            return $failed
        fi
        is_taken || end_turn_of "$holder"
        sleep 0.2
    done
    mine=yes
    echo $$ >"$turn" || { give_turn; complain "$turn cannot be written"; return $failed; }
}

# Sets $holder, the process that has the turn. It may need a moment to write its number.
is_taken() {
    holder=$(cat "$turn" 2>/dev/null) || return 0
    if [ -z "$holder" ]; then [ "$left" -gt 2 ]; return; fi
    case "$(command_line_of "$holder")" in *shutdown-backend-home.sh*) ;; *) return 1 ;; esac
}

# end_turn_of PROCESS: several may have seen that it is gone. One at a time looks again, so none removes the turn of another.
end_turn_of() {
    mkdir "$turn.$1" 2>/dev/null || return 0
    [ "$(cat "$turn" 2>/dev/null)" != "$1" ] || rm -f -- "$turn"
    rmdir "$turn.$1"
}

give_turn() {
    [ -z "$mine" ] || rm -f -- "$turn"
    mine=''
    trap - EXIT HUP INT TERM
}

# The port on which it listens, by its own words.
port() {
    sed -nE 's|.* http://localhost:([0-9]+)/docs .*|\1|p' "$home/backend.log" 2>/dev/null | tail -n 1
}

# Asks at the port on which it says that it listens.
answers() {
    number=$(port)
    [ -n "$number" ] && health_of "localhost:$number" "$1"
}

show_log() {
    complain "$1; the last lines of its output:"
    tail -n 20 "$home/backend.log" >&2
    exit $failed
}

check() {
    find_program
    (with_environment run_java --check) || return $bad_settings
}

start() {
    find_program
    has_client || return
    [ -w "$home" ] || { complain "$home cannot be written"; return $failed; }
    take_turn || return
    if is_running; then
        give_turn
        echo "It is running already."
        return 0
    fi
    [ ! -f "$home/backend.log" ] || mv -f -- "$home/backend.log" "$home/backend.log.1"
    rm -f -- "$home/backend.exit"
    # On a full disk it would be running, and nobody could find it.
    echo 0 >"$home/backend.pid" || { complain "$home cannot be written"; return $failed; }
    launch
    left=$((START_SECONDS * 5))
    # The next one finds it running.
    until is_running || [ -f "$home/backend.exit" ] || [ $left -eq 0 ]; do left=$((left - 1)); sleep 0.2; done
    give_turn
    until answers /health/ready >/dev/null 2>&1; do
        left=$((left - 1))
        [ ! -f "$home/backend.exit" ] || show_log "it has ended with exit status $(cat "$home/backend.exit")"
        [ $left -gt 0 ] || show_log "it is not ready after $START_SECONDS seconds"
        sleep 0.2
    done
}

stop() {
    if ! is_running; then
        echo "It is not running."
        return 0
    fi
    target=$pid
    kill -TERM "$target" || ! is_running || return $failed
    left=$((STOP_SECONDS * 5))
    # Somebody else may start it again meanwhile, and that process is not the one to wait for.
    while is_running && [ "$pid" = "$target" ]; do
        left=$((left - 1))
        [ $left -gt 0 ] || { complain "it is still there; \"kill -KILL $target\" ends it without saving anything"; return $failed; }
        sleep 0.2
    done
    take_turn || return
    pid=$(cat "$home/backend.pid" 2>/dev/null)
    [ "$pid" != "$target" ] || rm -f -- "$home/backend.pid"
    give_turn
    case $pid in "$target" | '') ;; *) echo "It has ended, and somebody else has started it again."; return 0 ;; esac
    # The shell beside it writes this a moment later, unless that was killed.
    left=50
    until [ -s "$home/backend.exit" ] || [ $left -eq 0 ]; do left=$((left - 1)); sleep 0.1; done
    code=$(cat "$home/backend.exit" 2>/dev/null)
    case ${code:-0} in 0 | 143) ;; *) show_log "it has not ended well, exit status $code" ;; esac
}

restart() {
    check_quietly || return
    # An end that was not a good one is told, and is no reason to leave it stopped.
    (stop) || ! is_running || return
    start
}

reload() {
    require_running
    check_quietly || return
    before=$(wc -l <"$home/backend.log")
    kill -HUP "$pid" || return $failed
    left=300
    while [ $left -gt 0 ]; do
        # Not a line of the log, whose level may be too high for it.
        ended=$(tail -n +$((before + 1)) "$home/backend.log" | grep -E '^(Reloaded|Reload failed)' | head -n 1)
        [ -z "$ended" ] || break
        left=$((left - 1))
        sleep 0.2
    done
    case $ended in
        Reloaded*) ;;
        '') show_log "it has not said \"Reloaded.\" within a minute; a jar older than this script never does" ;;
        *) complain "$ended"; return $failed ;;
    esac
}

status() {
    if is_running; then
        echo "shutdown-backend: running, process $pid"
        return 0
    fi
    code=$(cat "$home/backend.exit" 2>/dev/null)
    case ${code:-0} in
        0 | 143) echo "shutdown-backend: stopped"; return $stopped ;;
        *) echo "shutdown-backend: failed, exit status $code"; return $failed ;;
    esac
}

health() {
    require_running
    answers /health/live || return $no_answer
    answers /health/ready || return $failed
}

logs() {
    [ -f "$home/backend.log" ] || { complain "there is no $home/backend.log"; return $failed; }
    case $#:${1:-} in
        0:) tail -n 100 "$home/backend.log" ;;
        1:-f) tail -n 100 -f "$home/backend.log" ;;
        *) usage >&2; return $wrong_usage ;;
    esac
}

here=$(cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=shutdown-backend-ask.sh
. "$here/shutdown-backend-ask.sh"
if [ "${1:-}" != --home ] || [ $# -lt 2 ]; then
    usage >&2
    exit $wrong_usage
fi
home=$2
verb=${3:-}
shift $(($# < 3 ? $# : 3))
case $verb in
    logs) ;;
    *) [ $# -eq 0 ] || { usage >&2; exit $wrong_usage; } ;;
esac
case $verb in
    start | stop | restart | reload | status | health | check | logs)
        home=$(cd -- "$home" 2>/dev/null && pwd) || { complain "--home: there is no such folder"; exit $wrong_usage; }
        "$verb" "$@"
        ;;
    help | --help | -h) usage ;;
    *) usage >&2; exit $wrong_usage ;;
esac
