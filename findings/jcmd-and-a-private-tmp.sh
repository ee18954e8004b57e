#!/usr/bin/env bash
# jcmd of JDK 17.0.15 cannot attach to a JVM that has its own /tmp, as with PrivateTmp=yes in a unit; jcmd of 25.0.3 can.
#
# guess:  jcmd looks for the socket of the target below /proc/PID/root/tmp, so a private /tmp makes no difference for any JDK.
# seen:   OpenJDK 17.0.15 and 25.0.3, Linux, as root, 2026-11-28:
#           jcmd 17.0.15, JVM with the same /tmp: answers
#           jcmd 17.0.15, JVM with its own /tmp: no answer
#           jcmd 25.0.3, JVM with the same /tmp: answers
#           jcmd 25.0.3, JVM with its own /tmp: answers
#         The JVM creates its socket nevertheless, as .java_pidPID in the /tmp that it sees; the older jcmd looks into the caller's
#         own /tmp if the two have the same PID namespace. "nsenter --target PID --mount jcmd PID ..." works with both.
# matters to: anyone who takes a thread dump or starts a recording of a service with a private /tmp.
#
# needs: Linux, root, util-linux, and a JDK in /usr/lib/jvm of at least one of 17.0.15 and 25.0.3; prints which it has tested.
# Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

[[ $(uname -s) == Linux && $EUID -eq 0 ]] || { echo "needs Linux and root"; exit 2; }

work=$(mktemp -d -p /var/tmp) # not in /tmp, which one of the JVMs does not see
target=
cleanup() {
    [ -z "$target" ] || { kill "$target" && wait "$target"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

cat >"$work/Sleeping.java" <<'JAVA'
public class Sleeping {
    public static void main(String[] args) throws Exception {
        System.out.println("up");
        Thread.sleep(120_000);
    }
}
JAVA

changed=0
tried=0
# try_it JAVA_HOME VERSION NAME COMMAND...: starts the JVM by this command, and asks it by this JDK's jcmd.
try_it() {
    local home=$1 version=$2 name=$3 answer='no answer'
    shift 3
    rm -f "$work/out"
    "$@" "$home/bin/java" -cp "$work/$version" Sleeping >"$work/out" 2>&1 &
    target=$!
    for ((i = 0; i < 100; i++)); do
        ! grep -q up "$work/out" 2>/dev/null || break
        sleep 0.1
    done
    ! timeout 30 "$home/bin/jcmd" "$target" VM.version >"$work/answer" 2>&1 || answer=answers
    echo "jcmd $version, JVM with $name: $answer"
    kill "$target"
    wait "$target" 2>/dev/null || true
    target=
    result=$answer
}

# shellcheck disable=SC2016 # for the inner shell
private=(unshare --mount --propagation private -- sh -c 'mount -t tmpfs tmpfs /tmp && exec "$@"' sh)
for home in /usr/lib/jvm/*; do
    [[ -x $home/bin/jcmd && ! -L $home ]] || continue
    version=$("$home/bin/java" -version 2>&1 | sed -nE '1s/.*"([0-9.]+).*/\1/p')
    case $version in
        17.0.15) expected='no answer' ;;
        25.0.3) expected=answers ;;
        *) continue ;;
    esac
    tried=$((tried + 1))
    "$home/bin/javac" -d "$work/$version" "$work/Sleeping.java"
    try_it "$home" "$version" 'the same /tmp' env
    [[ $result == answers ]] || changed=1
    try_it "$home" "$version" 'its own /tmp' "${private[@]}"
    [[ $result == "$expected" ]] || changed=1
done
((tried > 0)) || { echo "neither JDK 17.0.15 nor 25.0.3 is in /usr/lib/jvm"; exit 2; }
((changed == 0)) || { echo "changed; see the head of this script"; exit 1; }
