#!/usr/bin/env bash
# System.exit of JDK 25 starts System.Logger, and with it java.util.logging: hundreds of classes are loaded when the process ends.
#
# guess:  System.exit loads a handful of classes, on 25 as on 17: nothing is to be logged.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A program that only calls System.exit(0), classes loaded by that call:
#           17: fewer than 20
#           25: more than 100
#         2 and 324. Since 21, the exit asks System.getLogger("java.lang.Runtime") whether the event is to be logged. That starts the
#         logging of the platform, or the one that a provider on the class path brings, at a time when the application may have
#         stopped its own already, or when its jar has been replaced. Runtime.halt does not do so. A service whose libraries use
#         System.Logger has paid before.
# matters to: programs that compare the processor time of their end, or that have a few milliseconds for it; providers of
#         System.Logger that open files or connections when they start: create the logger early.
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

cat > "$work/Exit.java" <<'JAVA'
public class Exit {
    public static void main(String[] args) {
        System.out.println("--- the end begins");
        System.exit(0);
    }
}
JAVA
"$older/bin/javac" -d "$work" "$work/Exit.java"

loaded() { # by the exit
    "$1/bin/java" -Xlog:class+load -cp "$work" Exit > "$work/log"
    sed '1,/^--- the end begins/d' "$work/log" | wc -l
}
by_older=$(loaded "$older")
by_newer=$(loaded "$newer")
seen="17: $([ "$by_older" -lt 20 ] && echo "fewer than 20" || echo otherwise)
25: $([ "$by_newer" -gt 100 ] && echo "more than 100" || echo otherwise)"
expected='17: fewer than 20
25: more than 100'

echo "$seen"
echo "($by_older and $by_newer)"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
