#!/usr/bin/env bash
# invalidateAll() of a Caffeine cache empties it at once; an exit right after it loses nearly all calls of the removal listener.
#
# guess:  when invalidateAll() and cleanUp() have returned, the listener has been called for every entry.
# seen:   Caffeine 3.2.2, OpenJDK 17.0.15, 2026-11-28: 1,000 entries, a listener that needs 1 ms for each
#           common pool: size 0, listener done for fewer than 100 of 1000
#           executor(Runnable::run): size 0, listener done for 1000 of 1000
#         (4 of 1,000 in the first run.) A removal listener runs in the common pool, whose threads are daemons, and nothing
#         waits for them; no JVM hook, no close() of the cache, which has none. evictionListener(..) is called by the caller,
#         but not for an invalidation.
# matters to: anyone who writes back or closes in a removal listener and empties the cache at shutdown.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>caffeine</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.github.ben-manes.caffeine</groupId><artifactId>caffeine</artifactId><version>3.2.2</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Emptied.java" <<'JAVA'
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicInteger;

public class Emptied {
    public static void main(String[] args) {
        AtomicInteger done = new AtomicInteger();
        Caffeine<Object, Object> builder = Caffeine.newBuilder();
        if (args[0].equals("same")) {
            builder.executor(Runnable::run);
        }
        Cache<Integer, String> cache = builder.removalListener((key, value, cause) -> {
            try {
                Thread.sleep(1);
                done.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }).build();
        for (int i = 0; i < 1000; i++) {
            cache.put(i, "unsaved");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            cache.invalidateAll();
            cache.cleanUp();
            int told = done.get();
            System.out.println("size " + cache.estimatedSize() + ", listener done for "
                    + (told < 100 ? "fewer than 100" : told) + " of 1000");
        }));
        System.exit(0);
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Emptied.java"

seen="common pool: $(java -cp "$work:$work/lib/*" Emptied pool)
executor(Runnable::run): $(java -cp "$work:$work/lib/*" Emptied same)"
expected='common pool: size 0, listener done for fewer than 100 of 1000
executor(Runnable::run): size 0, listener done for 1000 of 1000'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
