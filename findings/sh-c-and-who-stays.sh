#!/usr/bin/env bash
# Whether the shell of "sh -c" stays as a parent, and so keeps SIGTERM to itself, depends on the shell and on a redirection.
#
# guess:  dash stays always, and bash becomes a simple command and stays for anything more. (None for busybox.)
# seen:   dash 0.5.12, GNU bash 5.2.15, busybox 1.35.0 of Debian 12, Linux 6.18, 2026-11-28:
#                                        dash     bash     busybox
#           command                      stays    becomes  becomes
#           command 2>&1                 stays    stays    becomes
#           A=1 command                  stays    becomes  becomes
#           true && command              stays    becomes  becomes
#           cd / && command 2>&1         stays    stays    becomes
#           command; exit $?             stays    stays    stays
#           exec command 2>&1            becomes  becomes  becomes
#         The same line in a Dockerfile or a unit passes SIGTERM on with Alpine's shell, and not with Debian's; with bash
#         the addition of 2>&1 takes it away. Only exec can be relied on.
# matters to: anyone who writes ENTRYPOINT, CMD or ExecStart with a shell.
#
# needs: dash, bash, pgrep; busybox if it is there or can be had by apt-get download, else its column is left out.
# Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

for tool in dash bash pgrep; do
    command -v "$tool" > /dev/null || { echo "needs $tool"; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

busybox=$(command -v busybox || true)
if [ -z "$busybox" ]; then
    (cd "$work" && apt-get download -qq busybox=1:1.35.0-4+deb12u1+b1 && dpkg-deb -x busybox_*.deb .) > "$work/log" 2>&1 || true
    busybox=$(find "$work" -name busybox -type f -perm -u+x | sed -n 1p)
fi

# A shell that has become the command has its name.
try() {
    local form=$1 pid name
    shift
    "$@" -c "${form//command/sleep 20}" > /dev/null 2>&1 &
    pid=$!
    name=
    for _ in $(seq 30); do
        name=$(cat "/proc/$pid/comm")
        [ "$name" = sleep ] && break
        pgrep -P "$pid" -x sleep > /dev/null && break
        sleep 0.1
    done
    [ "$name" = sleep ] && echo becomes || echo stays
    pgrep -P "$pid" -x sleep | xargs -r kill -KILL
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

seen=$(
    # shellcheck disable=SC2016 # it is the shell under test that expands $?
    for form in 'command' 'command 2>&1' 'A=1 command' 'true && command' 'cd / && command 2>&1' 'command; exit $?' \
        'exec command 2>&1'; do
        line="$(try "$form" dash) $(try "$form" bash)"
        [ -z "$busybox" ] || line="$line $(try "$form" "$busybox" sh)"
        printf '%-24s %s\n' "$form" "$line"
    done
) 2>/dev/null
# shellcheck disable=SC2016
expected='command                  stays becomes becomes
command 2>&1             stays stays becomes
A=1 command              stays becomes becomes
true && command          stays becomes becomes
cd / && command 2>&1     stays stays becomes
command; exit $?         stays stays stays
exec command 2>&1        becomes becomes becomes'
# shellcheck disable=SC2001 # line by line
[ -n "$busybox" ] || expected=$(sed 's/ [a-z]*$//' <<< "$expected")

echo "                         dash bash${busybox:+ busybox}"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
