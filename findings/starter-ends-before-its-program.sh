#!/usr/bin/env bash
# SIGTERM to a JVM that runs a program: mvn exec:exec leaves it running without a signal; Commons Exec signals it and ends before it.
#
# guess:  both stop the program and end after it; Commons Exec by its ShutdownHookProcessDestroyer, made for that.
# seen:   exec-maven-plugin 3.6.2 with Maven 3.8.7, Commons Exec 1.6.0, OpenJDK 17.0.15, 2026-11-29. The program, a JVM, saves
#         for 2.5 s when it gets SIGTERM:
#           mvn exec:exec: exit=143, program signalled=no alive=yes
#           Commons Exec: exit=143, program signalled=yes alive=yes
#         alive is what the starter leaves behind when it has ended. The one of Commons Exec ends 2.5 s later, if nobody kills
#         it: the end of a container's first process or of a unit's main process does. The plugin has no hook; Ctrl-C
#         works there only since a terminal signals the whole process group. Wait for the process in the hook as well, and
#         start a service without Maven.
# matters to: services that run tools, and tests or containers that start a service with mvn exec:exec.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    # what an interrupt has left
    cat "$work"/*/starter "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>starters</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.commons</groupId><artifactId>commons-exec</artifactId><version>1.6.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }
mvn -q -B -f "$work/pom.xml" org.codehaus.mojo:exec-maven-plugin:3.6.2:exec -Dexec.executable=true \
    || { echo "needs Maven, and what it fetches"; exit 2; } # so that the run below has only to start the program

cat > "$work/Program.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;

public class Program {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Files.createFile(folder.resolve("told"));
                Thread.sleep(2500); // its work at the end
            } catch (Exception failure) {
                failure.printStackTrace();
            }
        }));
        Path temporary = Files.writeString(folder.resolve("new"), Long.toString(ProcessHandle.current().pid()));
        Files.move(temporary, folder.resolve("pid"));
        Thread.sleep(60_000);
    }
}
JAVA
cat > "$work/Starter.java" <<'JAVA'
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ShutdownHookProcessDestroyer;

public class Starter {
    public static void main(String[] args) throws Exception {
        DefaultExecutor executor = DefaultExecutor.builder().get();
        executor.setProcessDestroyer(new ShutdownHookProcessDestroyer());
        executor.execute(new CommandLine("java").addArguments(args));
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Program.java" "$work/Starter.java"

ended() { ! kill -0 "$1" 2>/dev/null; }

stop() {
    local name=$1 folder=$2 starter child code=0 alive=no
    shift 2
    mkdir "$folder"
    "$@" > "$folder/log" 2>&1 &
    starter=$!
    echo "$starter" > "$folder/starter"
    for _ in $(seq 600); do [ -s "$folder/pid" ] && break; sleep 0.1; done
    child=$(cat "$folder/pid")
    kill -TERM "$starter"
    wait "$starter" || code=$?
    ended "$child" || alive=yes
    for _ in $(seq 60); do [ -e "$folder/told" ] && break; sleep 0.05; done
    echo "$name: exit=$code, program signalled=$([ -e "$folder/told" ] && echo yes || echo no) alive=$alive"
    kill -KILL "$child" 2>/dev/null || true
    rm "$folder/starter" "$folder/pid"
}

seen=$(
    stop 'mvn exec:exec' "$work/maven" mvn -q -B -f "$work/pom.xml" \
        org.codehaus.mojo:exec-maven-plugin:3.6.2:exec -Dexec.executable=java -Dexec.args="-cp $work Program $work/maven"
    stop 'Commons Exec' "$work/commons" java -cp "$work:$work/lib/*" Starter -cp "$work" Program "$work/commons"
)
expected='mvn exec:exec: exit=143, program signalled=no alive=yes
Commons Exec: exit=143, program signalled=yes alive=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
