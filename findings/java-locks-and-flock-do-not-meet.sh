#!/usr/bin/env bash
# A FileLock of Java and a lock of flock, setlock, chpst -L or Perl's flock on the same file do not see each other: both are granted.
#
# guess:  whoever asks second is refused, whatever it is written in.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, util-linux 2.38.1, runit 2.1.2, daemontools 0.76, Perl 5.36, Python 3.11, Debian 12, Linux
#         6.18, 2026-11-29. Java holds the lock of a file on a local disk by FileChannel.tryLock(); another program asks for it:
#           flock -n: granted
#           chpst -L: granted
#           setlock -n: granted
#           perl, flock: granted
#           python, fcntl.flock: granted
#           python, fcntl.lockf: refused
#           java: refused
#           flock holds it, java asks: granted
#         Java locks by fcntl, the others by flock(2); on a local file system Linux keeps the two apart. A unit or cron job guarded by
#         flock -n and a program with a FileLock on the same file so run twice without an error.
# matters to: guards against a second instance, one half in a start script and the other in Java.
#
# needs: a JDK 17 or later, util-linux, Perl, Python 3, and chpst and setlock or apt-get to fetch them. Exits with 0 if that is still
# so, with 1 if it has changed, with 2 if a tool cannot be had.
set -euo pipefail

for tool in flock perl /usr/bin/python3; do
    command -v "$tool" > /dev/null || { echo "needs $tool"; exit 2; }
done
work=$(mktemp -d)
holder=
cleanup() {
    [ -z "$holder" ] || kill -KILL "$holder" 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

if ! command -v chpst > /dev/null || ! command -v setlock > /dev/null; then
    chmod 755 "$work"
    { apt-get download -qq runit=2.1.2-54 daemontools=1:0.76-8.1 && for package in *.deb; do dpkg -x "$package" root; done; } > log 2>&1 \
        || { cat log; echo "needs chpst and setlock, or apt-get to fetch them"; exit 2; }
    PATH=$PATH:$work/root/usr/bin
fi

cat > Lock.java <<'JAVA'
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.nio.channels.FileChannel;
import java.nio.file.Path;

public class Lock {
    public static void main(String[] args) throws Exception {
        try (FileChannel channel = FileChannel.open(Path.of("lock"), CREATE, WRITE)) {
            boolean locked = channel.tryLock() != null;
            System.out.println(locked ? "granted" : "refused");
            if (locked && args.length > 0) {
                System.in.read(); // until the script lets go
            }
        }
    }
}
JAVA
javac Lock.java

within() { # up to 30 s
    for _ in $(seq 300); do "$@" && return 0; sleep 0.1; done
    echo "did not come about: $*"
    return 1
}
taken() { [ -s held ]; }
ask() { # command that fails if the lock is refused
    if "$@" > /dev/null 2>&1; then echo granted; else echo refused; fi
}

mkfifo hold
java -cp . Lock keep < hold > held &
holder=$!
exec 9> hold
within taken
grep -q granted held
by_python() { printf 'import fcntl\nfcntl.%s(open("lock", "a"), fcntl.LOCK_EX | fcntl.LOCK_NB)\n' "$1" > "$1.py"; ask /usr/bin/python3 "$1.py"; }
# shellcheck disable=SC2016 # for Perl
by_perl() { ask perl -e 'use Fcntl ":flock"; open(my $file, ">>", "lock") or die; flock($file, LOCK_EX | LOCK_NB) or exit 1'; }
seen="flock -n: $(ask flock -n lock true)
chpst -L: $(ask chpst -L lock true)
setlock -n: $(ask setlock -n lock true)
perl, flock: $(by_perl)
python, fcntl.flock: $(by_python flock)
python, fcntl.lockf: $(by_python lockf)
java: $(java -cp . Lock)"
exec 9>&-
wait "$holder"

flock lock sh -c 'echo granted > other; read -r line' < hold &
holder=$!
exec 9> hold
within test -s other
seen="$seen
flock holds it, java asks: $(java -cp . Lock)"
exec 9>&-
wait "$holder" || true
holder=
expected='flock -n: granted
chpst -L: granted
setlock -n: granted
perl, flock: granted
python, fcntl.flock: granted
python, fcntl.lockf: refused
java: refused
flock holds it, java asks: granted'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
