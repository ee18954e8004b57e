#!/usr/bin/env bash
# Chronicle Map: the lock of an entry is a part of the file; a process that is killed while it holds one leaves it locked for ever.
#
# guess:  the lock ends with its process, like a lock of the operating system; the next process goes on at once.
# seen:   Chronicle Map 2026.1, OpenJDK 17.0.15, Linux 6.18, 2026-11-29. A process ends, as by SIGKILL, inside queryContext(key) with the
#         update lock; what the next ones do, one after another, with a lock time-out of 2 s in the place of 60 s:
#           get: value
#           put: InterProcessDeadLockException
#           put in another process: InterProcessDeadLockException
#           put after recoverPersistedTo: done
#         Reads work, so a health check that reads is satisfied. The exception speaks of the order of locks; it comes after the time-out
#         for each write to the segment, and a restart of the service, or of the machine, does not help.
# matters to: services that update entries of a persisted map in place: open it by recoverPersistedTo, as long as no other process
#         uses the file, and keep the time in which a lock is held short.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>chronicle</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>net.openhft</groupId><artifactId>chronicle-map</artifactId><version>2026.1</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Locks.java <<'JAVA'
import java.io.File;
import net.openhft.chronicle.hash.locks.InterProcessDeadLockException;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;

public class Locks {
    public static void main(String[] args) throws Exception {
        ChronicleMapBuilder<String, String> builder = ChronicleMap.of(String.class, String.class)
                .name("orders")
                .averageKeySize(8)
                .averageValueSize(8)
                .entries(1000);
        File file = new File("orders");
        String task = args[0];
        ChronicleMap<String, String> map =
                task.equals("recover") ? builder.recoverPersistedTo(file, true) : builder.createPersistedTo(file);
        switch (task) {
            case "kill" -> {
                map.put("key", "value");
                try (ExternalMapQueryContext<String, String, ?> context = map.queryContext("key")) {
                    context.updateLock().lock();
                    Runtime.getRuntime().halt(137);
                }
            }
            case "get" -> System.out.println("result " + map.get("key"));
            default -> {
                try {
                    map.put("key", "other");
                    System.out.println("result done");
                } catch (InterProcessDeadLockException e) {
                    System.out.println("result " + e.getClass().getSimpleName());
                }
            }
        }
        System.exit(0);
    }
}
JAVA
javac -proc:none -cp 'lib/*' Locks.java

run() {
    timeout 200 java -Djava.io.tmpdir=. -Dchronicle.analytics.disable=true -Dnet.openhft.chronicle.map.lockTimeoutSeconds=2 \
        --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED --add-exports=java.base/sun.nio.ch=ALL-UNNAMED \
        --add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
        --add-opens=java.base/java.lang.reflect=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \
        --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
        --add-opens=java.base/java.nio=ALL-UNNAMED --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED \
        --add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED -cp '.:lib/*' Locks "$1" 2>> log | sed -n 's/^result //p' || true
}
run kill > killed || true
seen="get: $(run get)
put: $(run put)
put in another process: $(run put)
put after recoverPersistedTo: $(run recover)"
expected='get: value
put: InterProcessDeadLockException
put in another process: InterProcessDeadLockException
put after recoverPersistedTo: done'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
