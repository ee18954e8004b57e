#!/bin/sh
# Runs the example backend without systemd, from one directory: on macOS, in WSL, in a container, or during development.
# "shutdown-backendctl --home DIR" calls this. See usage().
set -u
# With CDPATH, "cd" may change to another directory, and prints its name.
unset CDPATH

failed=1 wrong_usage=2 stopped=3 not_installed=5 bad_settings=6 not_running=7 no_answer=150

usage() {
    cat <<TEXT
usage: shutdown-backendctl --home DIR VERB

  start        returns when the backend is ready
  stop         sends SIGTERM, and returns when the backend has ended
  restart      validates the settings first
  reload       validates the settings first, sends SIGHUP, and returns when they are in use
  status       shows whether the backend is running
  health       queries /health/live and /health/ready
  check        validates the settings
  logs [-f]    shows the last 100 lines of the output; -f: also new ones

In DIR, which must exist:
  config.toml   the settings; optional
  environment   variables for the process, in the syntax of sh; optional. They override config.toml
  backend.jar   optional; \$BACKEND_JAR overrides it. Otherwise the jar beside this script or in ../target is used
  backend.log   the output since the last start; backend.log.1: that of the previous run
  backend.pid   the process id; backend.exit: the exit status; backend.starting: the script that is starting the backend
Java is \$JAVA_HOME/bin/java, else the one in the PATH; \$JAVA_OPTIONS are its options. start and health need curl, or bash
and timeout, or wget.

Exit status: 0 done, $failed failed, $wrong_usage wrong arguments, $stopped status: stopped, $not_installed no jar or no Java, $bad_settings wrong settings,
$not_running not running, $no_answer health: running, but not responding or not live.
TEXT
}

# More than shutdown.timeout_secs plus shutdown.force_delay_secs.
STOP_SECONDS=${STOP_SECONDS:-50}
START_SECONDS=${START_SECONDS:-90}

complain() { printf 'shutdown-backendctl: %s\n' "$*" >&2; }

# misused TEXT: explains wrong arguments and ends the script.
misused() { usage >&2; complain "$1"; exit $wrong_usage; }

find_program() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/java}
    java=${java:-java}
    command -v "$java" >/dev/null || { complain "there is no Java in JAVA_HOME or the PATH; install Java 17 or newer, or set JAVA_HOME"; exit $not_installed; }
    jar=${BACKEND_JAR:-}
    if [ -z "$jar" ]; then
        for jar in "$home/backend.jar" "$here/backend.jar" "$here/../target/backend.jar"; do
            [ ! -f "$jar" ] || break
        done
    fi
    [ -f "$jar" ] || { complain "there is no $jar; build it with Maven, or set BACKEND_JAR"; exit $not_installed; }
    jar=$(cd -- "$(dirname -- "$jar")" && pwd)/$(basename -- "$jar")
}

command_line_of() {
    # -ww: not cut to the width of the terminal.
    if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null; else ps -ww -p "$1" -o args= 2>/dev/null; fi
}

# Sets $pid. Another process may have got the number meanwhile.
is_running() {
    pid=$(cat "$home/backend.pid" 2>/dev/null) || return 1
    [ -n "$pid" ] || return 1
    case "$(command_line_of "$pid")" in *"-Dbackend.home=$home "*) ;; *) return 1 ;; esac
}

require_running() { is_running || { complain "not running; to start it: shutdown-backendctl --home $home start"; exit $not_running; }; }

# with_environment COMMAND...: runs it in the directory, with the variables of the file. Changes both, so use a subshell.
with_environment() {
    cd -- "$home" || exit
    if [ -f environment ]; then
        set -a
        # shellcheck disable=SC1091 # written by the operator
        . ./environment
        set +a
    fi
    "$@"
}

# run_java OPTION...: with config.toml, if there is one.
run_java() {
    if [ -f "$home/config.toml" ]; then set -- "$@" --config "$home/config.toml"; fi
    # With the options of the running JVM, a check would find its JMX port in use, or overwrite its log file.
    if [ "$1" = --check ]; then
        unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS
        "$java" -jar "$jar" "$@"
    else
        shift
        # A process in the background ignores SIGINT, and with nohup also SIGHUP, unless env restores the defaults.
        defaults=''
        ! env --default-signal=HUP,INT,QUIT true 2>/dev/null || defaults='env --default-signal=HUP,INT,QUIT'
        # shellcheck disable=SC2086 # words
        exec $defaults "$java" ${JAVA_OPTIONS:-} "-Dbackend.home=$home" -jar "$jar" "$@"
    fi
}

# Starts the process and a small shell that records its exit status; closing the terminal does not end that shell.
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

# Keeps two scripts from starting the backend at the same time. The lock of a script that was killed is taken over.
lock() {
    lock_file=$home/backend.starting locked=''
    trap unlock EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    left=50
    # With -C, only a redirection that creates the file succeeds.
    until (set -C; : >"$lock_file") 2>/dev/null; do
        left=$((left - 1))
        if [ $left -eq 0 ]; then
            unlock
            if [ -e "$lock_file" ]; then complain "another script is starting it; if there is none, remove $lock_file"; else complain "$lock_file cannot be created; check the permissions of $home and the free space"; fi
            return $failed
        fi
        is_held || remove_lock_of "$holder"
        sleep 0.2
    done
    locked=yes
    echo $$ >"$lock_file" || { unlock; complain "$lock_file cannot be written; check the free space"; return $failed; }
}

# Sets $holder, the process that has the lock. It may need a moment to write its number.
is_held() {
    holder=$(cat "$lock_file" 2>/dev/null) || return 0
    if [ -z "$holder" ]; then [ "$left" -gt 2 ]; return; fi
    case "$(command_line_of "$holder")" in *shutdown-backend-home.sh*) ;; *) return 1 ;; esac
}

# remove_lock_of PROCESS: several scripts may notice that it has ended. Each checks again, one at a time, so that none removes
# the lock of another.
remove_lock_of() {
    mkdir "$lock_file.$1" 2>/dev/null || return 0
    [ "$(cat "$lock_file" 2>/dev/null)" != "$1" ] || rm -f -- "$lock_file"
    rmdir "$lock_file.$1"
}

unlock() {
    [ -z "$locked" ] || rm -f -- "$lock_file"
    locked=''
    trap - EXIT HUP INT TERM
}

# Prints the port that the backend has logged.
port() {
    sed -nE 's|.* http://localhost:([0-9]+)/docs .*|\1|p' "$home/backend.log" 2>/dev/null | tail -n 1
}

# responds PATH: queries the backend at that port.
responds() {
    number=$(port)
    [ -n "$number" ] && health_of "localhost:$number" "$1"
}

fail_with_log() {
    complain "$1; the last lines of $home/backend.log:"
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
    [ -w "$home" ] || { complain "$home cannot be written; check its permissions and the free space"; return $failed; }
    lock || return
    if is_running; then
        unlock
        echo "Already running."
        return 0
    fi
    [ ! -f "$home/backend.log" ] || mv -f -- "$home/backend.log" "$home/backend.log.1"
    rm -f -- "$home/backend.exit"
    # On a full disk the process would run, but no pid file would name it.
    echo 0 >"$home/backend.pid" || { complain "$home cannot be written; check its permissions and the free space"; return $failed; }
    launch
    left=$((START_SECONDS * 5))
    # Until the next script can find it running.
    until is_running || [ -f "$home/backend.exit" ] || [ $left -eq 0 ]; do left=$((left - 1)); sleep 0.2; done
    unlock
    until responds /health/ready >/dev/null 2>&1; do
        left=$((left - 1))
        [ ! -f "$home/backend.exit" ] || fail_with_log "the backend has ended with exit status $(cat "$home/backend.exit")"
        [ $left -gt 0 ] || fail_with_log "the backend is running, but not ready after $START_SECONDS seconds (START_SECONDS)"
        sleep 0.2
    done
}

stop() {
    if ! is_running; then
        echo "Not running."
        return 0
    fi
    target=$pid
    kill -TERM "$target" || ! is_running || return $failed
    left=$((STOP_SECONDS * 5))
    # Another script may start a new process meanwhile, which is not the one to wait for.
    while is_running && [ "$pid" = "$target" ]; do
        left=$((left - 1))
        [ $left -gt 0 ] || { complain "still running after $STOP_SECONDS seconds (STOP_SECONDS); \"kill -KILL $target\" ends it without saving anything"; return $failed; }
        sleep 0.2
    done
    lock || return
    pid=$(cat "$home/backend.pid" 2>/dev/null)
    [ "$pid" != "$target" ] || rm -f -- "$home/backend.pid"
    unlock
    case $pid in "$target" | '') ;; *) echo "Stopped, and started again by another script."; return 0 ;; esac
    # The shell that started it writes this a moment later, unless it was killed.
    left=50
    until [ -s "$home/backend.exit" ] || [ $left -eq 0 ]; do left=$((left - 1)); sleep 0.1; done
    code=$(cat "$home/backend.exit" 2>/dev/null)
    case ${code:-0} in 0 | 143) ;; *) fail_with_log "stopped with a failure, exit status $code" ;; esac
}

restart() {
    check_quietly || return
    # A stop with a failure is reported, and the backend is started again nevertheless.
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
        # Printed by the backend whatever its log level is.
        ended=$(tail -n +$((before + 1)) "$home/backend.log" | grep -E '^(Reloaded|Reload failed)' | head -n 1)
        [ -z "$ended" ] || break
        left=$((left - 1))
        sleep 0.2
    done
    case $ended in
        Reloaded*) ;;
        '') fail_with_log "the backend did not print \"Reloaded.\" within a minute; a jar older than this script never does" ;;
        *) complain "$ended; the previous settings remain in use. Correct them, then reload again"; return $failed ;;
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
    responds /health/live || return $no_answer
    responds /health/ready || return $failed
}

logs() {
    [ -f "$home/backend.log" ] || { complain "there is no $home/backend.log: the backend was never started from this directory"; return $failed; }
    case $#:${1:-} in
        0:) tail -n 100 "$home/backend.log" ;;
        1:-f) tail -n 100 -f "$home/backend.log" ;;
        *) misused "logs takes only -f" ;;
    esac
}

here=$(cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=shutdown-backend-ask.sh
. "$here/shutdown-backend-ask.sh"
if [ "${1:-}" != --home ] || [ $# -lt 2 ]; then
    misused "--home needs a directory"
fi
home=$2
verb=${3:-}
shift $(($# < 3 ? $# : 3))
case $verb in
    logs) ;;
    *) [ $# -eq 0 ] || misused "$verb takes no arguments" ;;
esac
case $verb in
    start | stop | restart | reload | status | health | check | logs)
        [ -d "$home" ] || { complain "--home: there is no directory $home; create it"; exit $wrong_usage; }
        home=$(cd -- "$home" && pwd) || exit $wrong_usage
        "$verb" "$@"
        ;;
    help | --help | -h) usage ;;
    '') misused "which VERB?" ;;
    *) misused "there is no verb $verb" ;;
esac
