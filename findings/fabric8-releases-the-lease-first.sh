#!/usr/bin/env bash
# Fabric8's Kubernetes client: a leader that ends releases its lease first and then calls onStopLeading(), so that the next one leads meanwhile.
#
# guess:  with releaseOnCancel, onStopLeading() is called and awaited, and then the lease is released; after the close of the client it is
#         called as well.
# seen:   kubernetes-client 7.9.0 and its CRUD mock server 7.9.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. Two electors with a lease of 20 s
#         and releaseOnCancel; the work of the first one needs up to 12 s to end, in onStopLeading():
#           future cancelled: onStopLeading called=yes, the other one leads before it has returned=yes
#           thread of run() interrupted: onStopLeading called=yes, the other one leads before it has returned=yes
#           client closed: onStopLeading called=no, the other one leads=yes
#         The release is for a fast handover, and the work that the lease is to guard runs twice for as long as it takes to end.
#         After the close of the client the renewals fail quietly, and the first elector still believes that it leads.
# matters to: work that only one process may do: end the work first, then cancel the future of LeaderElector.start(), then close the
#         client, as resources that depend on each other; or withReleaseOnCancel(false), and work that ends within the lease.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2 if the dependencies cannot be
# fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>leader</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.fabric8</groupId><artifactId>kubernetes-client</artifactId><version>7.9.0</version></dependency>
    <dependency><groupId>io.fabric8</groupId><artifactId>kubernetes-server-mock</artifactId><version>7.9.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Leader.java <<'JAVA'
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

public class Leader {
    public static void main(String[] args) throws Exception {
        run("future cancelled");
        run("thread of run() interrupted");
        run("client closed");
        System.exit(0);
    }

    private static void run(String end) throws Exception {
        KubernetesMockServer server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.init();
        KubernetesClient client = server.createClient();
        KubernetesClient otherClient = server.createClient();
        CountDownLatch leads = new CountDownLatch(1);
        CountDownLatch stopCalled = new CountDownLatch(1);
        CountDownLatch stopReturned = new CountDownLatch(1);
        CountDownLatch otherLeads = new CountDownLatch(1);
        AtomicBoolean both = new AtomicBoolean();
        LeaderElector elector = elector(client, "one", leads::countDown, () -> {
            stopCalled.countDown();
            boolean other = await(otherLeads, 12); // the work ends
            both.set(other);
            stopReturned.countDown();
        });
        CompletableFuture<?> future = null;
        Thread thread = new Thread(elector::run);
        if (end.startsWith("thread")) {
            thread.start();
        } else {
            future = elector.start();
        }
        if (!await(leads, 60)) {
            throw new IllegalStateException("nobody leads");
        }
        elector(otherClient, "two", otherLeads::countDown, () -> { }).start();
        Thread.sleep(1000);
        if (end.startsWith("client")) {
            client.close();
            boolean taken = await(otherLeads, 60);
            System.out.println(end + ": onStopLeading called=" + answer(await(stopCalled, 3)) + ", the other one leads=" + answer(taken));
        } else {
            if (future == null) {
                thread.interrupt();
            } else {
                future.cancel(true);
            }
            boolean called = await(stopCalled, 40);
            await(stopReturned, 20);
            System.out.println(end + ": onStopLeading called=" + answer(called) + ", the other one leads before it has returned="
                    + answer(both.get()));
        }
        otherClient.close();
        server.destroy();
    }

    private static LeaderElector elector(KubernetesClient client, String name, Runnable start, Runnable stop) {
        return client.leaderElector().withConfig(new LeaderElectionConfigBuilder().withName("work").withReleaseOnCancel(true)
                .withLeaseDuration(Duration.ofSeconds(20)).withRenewDeadline(Duration.ofSeconds(15)).withRetryPeriod(Duration.ofMillis(500))
                .withLock(new LeaseLock("default", "work", name)).withLeaderCallbacks(new LeaderCallbacks(start, stop, leader -> { }))
                .build()).build();
    }

    private static boolean await(CountDownLatch latch, int seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            System.err.println(e);
            return false;
        }
    }

    private static String answer(boolean yes) {
        return yes ? "yes" : "no";
    }
}
JAVA
javac -cp 'lib/*' Leader.java

seen=$(timeout 240 java -cp '.:lib/*' Leader 2> log) || true
expected='future cancelled: onStopLeading called=yes, the other one leads before it has returned=yes
thread of run() interrupted: onStopLeading called=yes, the other one leads before it has returned=yes
client closed: onStopLeading called=no, the other one leads=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
