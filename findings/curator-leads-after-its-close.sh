#!/usr/bin/env bash
# Curator: the leader stays leader in its own eyes after its client has been closed, while another process takes over.
#
# guess:  the close of the client ends the leadership: hasLeadership() is false and notLeader() is called, as after a lost
#         connection. (None for LeaderSelector.)
# seen:   Curator 5.9.0 with its test server (ZooKeeper 3.9), OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Two participants; the
#         client of the leader is closed, its recipe is not:
#           LeaderLatch: other leads=yes, first is told=no, hasLeadership=true, later LeaderLatch.close()=IOException
#           LeaderSelector: other leads=yes, takeLeadership interrupted=no, hasLeadership=true
#         The other one leads after some 100 ms, so two work at once until the first process ends. A lost connection is
#         reported to the recipes as SUSPENDED and LOST; the close of the client is not.
# matters to: shutdowns that close the connection to ZooKeeper before the work that needs the leadership has ended: close the
#         recipe first, then wait for its work, then close the client.
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
  <groupId>findings</groupId><artifactId>curator</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.curator</groupId><artifactId>curator-recipes</artifactId><version>5.9.0</version></dependency>
    <dependency><groupId>org.apache.curator</groupId><artifactId>curator-test</artifactId><version>5.9.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Leader.java <<'JAVA'
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;

public class Leader {
    public static void main(String[] args) throws Exception {
        TestingServer server = new TestingServer();
        latch(server.getConnectString());
        selector(server.getConnectString());
        Runtime.getRuntime().halt(0);
    }

    private static void latch(String server) throws Exception {
        CuratorFramework firstClient = connect(server);
        LeaderLatch first = new LeaderLatch(firstClient, "/latch", "first");
        AtomicBoolean told = new AtomicBoolean();
        first.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {}

            @Override
            public void notLeader() {
                told.set(true);
            }
        });
        first.start();
        first.await();
        LeaderLatch other = new LeaderLatch(connect(server), "/latch", "other");
        other.start();

        firstClient.close();
        boolean leads = other.await(30, TimeUnit.SECONDS);
        Thread.sleep(2000); // time to tell the first one
        String seen = "other leads=" + yes(leads) + ", first is told=" + yes(told.get())
                + ", hasLeadership=" + first.hasLeadership();
        String closed;
        try {
            first.close();
            closed = "ok";
        } catch (IOException e) {
            closed = "IOException";
        }
        System.out.println("LeaderLatch: " + seen + ", later LeaderLatch.close()=" + closed);
    }

    private static void selector(String server) throws Exception {
        CuratorFramework firstClient = connect(server);
        CountDownLatch leading = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        LeaderSelector first = new LeaderSelector(firstClient, "/selector", new LeaderSelectorListenerAdapter() {
            @Override
            public void takeLeadership(CuratorFramework client) {
                leading.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
            }
        });
        first.start();
        leading.await();
        CountDownLatch otherLeads = new CountDownLatch(1);
        LeaderSelector other = new LeaderSelector(connect(server), "/selector", new LeaderSelectorListenerAdapter() {
            @Override
            public void takeLeadership(CuratorFramework client) {
                otherLeads.countDown();
            }
        });
        other.start();

        firstClient.close();
        boolean leads = otherLeads.await(30, TimeUnit.SECONDS);
        Thread.sleep(2000); // time to tell the first one
        System.out.println("LeaderSelector: other leads=" + yes(leads) + ", takeLeadership interrupted=" + yes(interrupted.get())
                + ", hasLeadership=" + first.hasLeadership());
    }

    private static CuratorFramework connect(String server) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(server, 20_000, 10_000, new RetryOneTime(100));
        client.start();
        return client;
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }
}
JAVA
javac -proc:none -cp 'lib/*' Leader.java

seen=$(timeout 120 java -Djava.io.tmpdir=. -cp '.:lib/*' Leader 2> log | grep '^Leader') || { cat log; echo "ended without a result"; exit 1; }
expected='LeaderLatch: other leads=yes, first is told=no, hasLeadership=true, later LeaderLatch.close()=IOException
LeaderSelector: other leads=yes, takeLeadership interrupted=no, hasLeadership=true'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
