#!/bin/sh
# Functions of the control scripts, which source this: the check of the settings, queries of the running backend, and the state
# of a unit.
# shellcheck disable=SC2154 # the constants of those scripts

# Prints the mistakes, or only the warnings if there are none.
check_quietly() {
    problems=$(check 2>&1)
    code=$?
    [ $code -ne 0 ] || problems=$(printf '%s\n' "$problems" | sed -n 's/^ *warning: /warning: /p')
    [ -z "$problems" ] || printf '%s\n' "$problems" >&2
    return $code
}

# Replaces control characters by spaces, including those of two bytes in UTF-8.
printable() {
    LC_ALL=C tr '\001-\010\013-\037\177' ' ' |
        LC_ALL=C sed "s/$(printf '\302')[$(printf '\200')-$(printf '\237')]/ /g"
}

# Whether there is an HTTP client.
has_client() {
    command -v curl >/dev/null || has_bash || command -v wget >/dev/null ||
        { complain "needs curl, or bash and timeout, or wget; install one of them"; return 1; }
}

has_bash() { command -v bash >/dev/null && command -v timeout >/dev/null; }

# http_get ADDRESS PATH: prints the status line of the response, an empty line, and the body. ADDRESS is HOST:PORT or the path
# of a UNIX socket, which needs curl.
http_get() {
    has_client || return
    case $1 in
        /* | @*)
            command -v curl >/dev/null || { complain "needs curl to query the UNIX socket $1; install it"; return 1; }
            curl -s -i -0 -m 5 --unix-socket "$1" "http://localhost$2" 2>/dev/null
            ;;
        *)
            if command -v curl >/dev/null; then
                curl -s -i -0 -m 5 --noproxy '*' "http://$1$2"
            elif has_bash; then
                host=${1%:*}
                host=${host#[}
                # shellcheck disable=SC2016 # for the inner shell
                timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "GET %s HTTP/1.0\r\n\r\n" "$3" >&3 && cat <&3' \
                    bash "${host%]}" "${1##*:}" "$2" 2>/dev/null
            else
                # The wget of busybox does not know these options; it tries once anyway, and prints an error without the body.
                options=''
                case $(wget --help 2>&1) in *--tries*) options=--tries=1 ;; esac
                case $(wget --help 2>&1) in *--content-on-error*) options="$options --content-on-error" ;; esac
                # shellcheck disable=SC2086 # words
                if text=$(http_proxy='' wget -q $options -T 5 -O - "http://$1$2" 2>/dev/null); then
                    printf 'HTTP/1.0 200 OK\n\n%s\n' "$text"
                elif [ -n "$text" ]; then
                    printf 'HTTP/1.0 503 Service Unavailable\n\n%s\n' "$text"
                else
                    http_proxy='' wget $options -T 5 -O /dev/null "http://$1$2" 2>&1 |
                        sed -nE 's|.*server returned error: (HTTP/1.*)|\1\n\n\1|p'
                fi
            fi
            ;;
    esac | tr -d '\r'
}

# health_of ADDRESS PATH: whether the status is 200; prints the body.
health_of() {
    answer=$(http_get "$1" "$2")
    body=$(printf '%s\n' "$answer" | sed '1,/^$/d' | printable)
    printf '%s%s: %s\n' "$1" "$2" "${body:-no response}"
    case $answer in
        HTTP/1.?" 200"*) ;;
        *) return 1 ;;
    esac
}

# --- with systemd -------------------------------------------------------------------------------------------

# status_of UNIT: prints its state; returns 0 if it is running.
status_of() {
    state=$(property ActiveState "$1")
    text=$(property StatusText "$1" | printable)
    printf '%s: %s%s, process %s, restarts %s, since %s\n' "${1%.service}" "$state" "${text:+ ($text)}" \
        "$(property MainPID "$1")" "$(property NRestarts "$1")" "$(property StateChangeTimestamp "$1")"
    case $state in
        activating)
            [ "$(property SubState "$1")" = auto-restart ] || return 0
            printf 'result: %s, exit status %s; systemd keeps restarting it. ' "$(property Result "$1")" "$(property ExecMainStatus "$1")"
            printf '"shutdown-backendctl logs" shows the cause.\n'
            return "$failed"
            ;;
        active | reloading | deactivating) return 0 ;;
        failed) explain_failure "$1"; return "$failed" ;;
        *)
            [ "$(property ActiveState "$(socket_of "$1")")" != failed ] ||
                printf '%s has failed. If another program uses its address, "ss -ltnp" shows which one.\n' "$(socket_of "$1")"
            return "$stopped"
            ;;
    esac
}

explain_failure() {
    code=$(property ExecMainStatus "$1")
    printf 'result: %s, exit status %s\n' "$(property Result "$1")" "$code"
    if [ "$code" -ne 78 ]; then
        printf '"shutdown-backendctl logs" shows the cause; afterwards "shutdown-backendctl start".\n'
    else
        printf 'The settings are wrong: "shutdown-backendctl check" lists the mistakes. '
        printf 'The socket is %s, so no connection starts the service again. ' "$(property ActiveState "$(socket_of "$1")")"
        printf 'Correct the settings, then "shutdown-backendctl start".\n'
    fi
}

# report_later_settings UNIT: what the reload since $since has logged about settings that need a restart.
report_later_settings() {
    journalctl --sync 2>/dev/null
    journalctl -q --no-pager -o cat --since "$since" -u "$1" 2>/dev/null |
        sed -nE 's/.*(these settings count from the next start only: .*)/\1; to use them: shutdown-backendctl restart/p' >&2
}
