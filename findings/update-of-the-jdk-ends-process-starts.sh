#!/usr/bin/env bash
# A security update of the JDK package: JVMs that are running can no longer start a process; everything else in them still works.
#
# guess:  a running JVM keeps the files that it has opened, and starts processes as before until it is started anew.
# seen:   openjdk-17-jre-headless 17.0.19 replaced by 17.0.21.1 as dpkg does it, Debian 12, 2026-11-29, while a JVM of 17.0.19 runs:
#           before the update: started
#           after the update: IOException, error=0, Failed to exec spawn helper
#           after the update, launchMechanism=VFORK: started
#         The JVM starts each process through lib/jspawnhelper, which is a new file now, and refuses a JVM of another version ("Incorrect
#         Java version", on the standard output of the service). It does not matter that it has started processes before. A shutdown
#         step that runs a tool fails, perhaps weeks after an unattended update. -Djdk.lang.Process.launchMechanism=VFORK needs no helper.
# matters to: services that run tools, and are not restarted by the update of their JDK.
#
# needs: a JDK 17 or later for javac, 400 MB below the temporary folder, and apt-get to fetch both versions. Exits with 0 if that is
# still so, with 1 if it has changed, with 2 if they cannot be had.
set -euo pipefail

command -v javac > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
jvm=
cleanup() {
    [ -z "$jvm" ] || kill -KILL "$jvm" 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 "$work"

for version in 17.0.19+10-1~deb12u2 17.0.21.1+2-1~deb12u1; do
    apt-get download -qq "openjdk-17-jre-headless=$version" > apt 2>&1 \
        || { cat apt; echo "needs apt-get to fetch openjdk-17-jre-headless $version"; exit 2; }
done

cat > Starts.java <<'JAVA'
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public class Starts {
    public static void main(String[] args) throws Exception {
        System.out.println("before the update: " + start());
        Files.createFile(Path.of(args[0], "ready"));
        while (!Files.exists(Path.of(args[0], "updated"))) {
            Thread.sleep(50);
        }
        System.out.println("after the update" + args[1] + ": " + start());
    }

    private static String start() throws InterruptedException {
        try {
            int code = new ProcessBuilder("/bin/true").inheritIO().start().waitFor();
            return code == 0 ? "started" : "exit " + code;
        } catch (IOException e) {
            return "IOException, " + e.getMessage().replaceAll(".*(error=\\d+, [^:]*).*", "$1");
        }
    }
}
JAVA
javac --release 17 Starts.java

try() { # folder, remark, options
    local folder=$1 remark=$2 java
    shift 2
    mkdir "$folder"
    dpkg -x openjdk-17-jre-headless_17.0.19*.deb "$folder"
    java=$(echo "$folder"/usr/lib/jvm/java-17-openjdk-*/bin/java)
    "$java" "$@" -cp . Starts "$folder" "$remark" > "$folder/out" 2>> log &
    jvm=$!
    for _ in $(seq 600); do [ -e "$folder/ready" ] && break; sleep 0.1; done
    dpkg -x openjdk-17-jre-headless_17.0.21*.deb "$folder" # each file is written beside the old one, and renamed
    touch "$folder/updated"
    wait "$jvm" || true
    jvm=
    tee -a log < "$folder/out" | grep -E '^(before|after)'
    rm -r "$folder"
}
seen=$(try plain '')
seen+=$'\n'$(try vfork ', launchMechanism=VFORK' -Djdk.lang.Process.launchMechanism=VFORK | tail -n 1)
expected='before the update: started
after the update: IOException, error=0, Failed to exec spawn helper
after the update, launchMechanism=VFORK: started'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
