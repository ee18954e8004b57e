#!/usr/bin/env bash
# The first BigDecimal of a process on JDK 25 computes powers of five with the fork-join code of BigInteger, before it exists.
#
# guess:  the first BigDecimal fills a cache of a few small values, on 25 as on 17; no more than a millisecond.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A program that only creates new BigDecimal(1L), classes loaded by that:
#           17: no fork-join pool
#           25: the fork-join pool
#         0.4 to 0.8 ms and 20 to 120 ms, the latter on a busy machine. 25 keeps 5 to the powers of two up to 65,536 and squares
#         them when the class is initialized, in the interpreter; the squaring of large numbers is a RecursiveTask, and loading it
#         initializes the common pool. The value that was asked for needs none of it.
# matters to: the start of every process that parses JSON with Jackson (its parsers have four constants of that class), reads a
#         numeric column, or divides a Duration; the first such call may come in a request, or in a shutdown.
#
# needs: JDK 17 and JDK 25 in JAVA_HOME, on the PATH or in /usr/lib/jvm. Exits with 0 if that is still
# so, with 1 if it has changed, with 2 if one is missing.
set -euo pipefail

feature() { "$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p'; }
older='' newer=''
for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")" /usr/lib/jvm/*; do
    if [ ! -x "$home/bin/javac" ] || [ -L "$home" ]; then continue; fi
    case $(feature "$home") in
        17) older=${older:-$home} ;;
        25) newer=${newer:-$home} ;;
        *) ;;
    esac
done
if [ -z "$older" ] || [ -z "$newer" ]; then echo "needs JDK 17 and JDK 25"; exit 2; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/First.java" <<'JAVA'
import java.math.BigDecimal;

public class First {
    public static void main(String[] args) {
        System.out.println("--- the first one begins");
        long began = System.nanoTime();
        BigDecimal one = new BigDecimal(1L);
        System.out.println("--- it took " + (System.nanoTime() - began) / 1000 + " us: " + one);
    }
}
JAVA
"$older/bin/javac" -d "$work" "$work/First.java"

pool() { # what the first one loads
    "$1/bin/java" -Xlog:class+load -cp "$work" First > "$work/log"
    sed -n 's/^--- it took/(it took/p' "$work/log" | sed 's/:.*/)/' >&2
    if sed '1,/^--- the first one begins/d' "$work/log" | grep 'java.util.concurrent.ForkJoinPool ' > /dev/null; then
        echo "the fork-join pool"
    else
        echo "no fork-join pool"
    fi
}
seen="17: $(pool "$older")
25: $(pool "$newer")"
expected='17: no fork-join pool
25: the fork-join pool'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
