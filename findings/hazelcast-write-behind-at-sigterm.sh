#!/usr/bin/env bash
# Hazelcast: at SIGTERM and System.exit, its JVM hook drops what a write-behind map store has not written yet.
#
# guess:  the hook, which is on by default, shuts the member down gracefully, and the queue of the map store is flushed.
# seen:   Hazelcast 5.5.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. One member, 100 entries put into a map whose store has
#         a write delay of 60 s; entries stored when the JVM has ended:
#           HazelcastInstance.shutdown(): 100
#           System.exit: 0
#           SIGTERM: 0
#           SIGTERM, hazelcast.shutdownhook.policy=GRACEFUL: 100
#         The hook terminates the member: hazelcast.shutdownhook.policy is TERMINATE by default, which neither flushes nor
#         moves partitions to other members.
# matters to: embedded members with write-behind: set the policy, or disable the hook and close the member as a resource.
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
  <artifactId>hazelcast</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.hazelcast</groupId><artifactId>hazelcast</artifactId><version>5.5.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Member.java" <<'JAVA'
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapStoreConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.MapStoreAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

public class Member {
    public static void main(String[] args) throws Exception {
        Path stored = Path.of(args[1]);
        Config config = new Config();
        config.setProperty("hazelcast.phone.home.enabled", "false");
        if (args[0].equals("graceful")) {
            config.setProperty("hazelcast.shutdownhook.policy", "GRACEFUL");
        }
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getMapConfig("orders").setMapStoreConfig(new MapStoreConfig().setEnabled(true).setWriteDelaySeconds(60)
                .setImplementation(new MapStoreAdapter<Integer, String>() {
                    @Override
                    public synchronized void store(Integer key, String value) {
                        try {
                            Files.writeString(stored, key + "\n", StandardOpenOption.APPEND);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                }));
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
        IMap<Integer, String> orders = member.getMap("orders");
        for (int i = 0; i < 100; i++) {
            orders.put(i, "new");
        }
        if (args[0].equals("shutdown")) {
            member.shutdown();
        }
        if (args[0].equals("shutdown") || args[0].equals("exit")) {
            System.exit(0);
        }
        System.out.println("ready");
        Thread.sleep(60_000);
    }
}
JAVA
javac -proc:none -cp "$work/lib/*" -d "$work" "$work/Member.java"

run() {
    local member
    : > "$work/stored"
    (exec java -cp "$work:$work/lib/*" Member "$1" "$work/stored") > "$work/out" 2> "$work/log" &
    member=$!
    if [ "$1" = term ] || [ "$1" = graceful ]; then
        for _ in $(seq 600); do
            ! grep -q ready "$work/out" || break
            sleep 0.1
        done
        kill -TERM "$member"
    fi
    wait "$member" || true
    wc -l < "$work/stored"
}

seen="HazelcastInstance.shutdown(): $(run shutdown)
System.exit: $(run exit)
SIGTERM: $(run term)
SIGTERM, hazelcast.shutdownhook.policy=GRACEFUL: $(run graceful)"
expected='HazelcastInstance.shutdown(): 100
System.exit: 0
SIGTERM: 0
SIGTERM, hazelcast.shutdownhook.policy=GRACEFUL: 100'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
