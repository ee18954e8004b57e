#!/usr/bin/env bash
# Guava's ServiceManager says "stopped", without an exception, when a service has failed while it stopped.
#
# guess:  awaitStopped() throws if a service failed, as awaitHealthy() does and as the service's own awaitTerminated() does.
# seen:   Guava 33.4.8, OpenJDK 17.0.15, 2026-11-28: one service that stops, one whose shutDown() throws
#           awaitStopped: returned, states [TERMINATED, FAILED], listener: failure, stopped
#           awaitTerminated of the service: IllegalStateException
#           after a failed start: awaitHealthy IllegalStateException, others left RUNNING=1
#         Its stopped() is "all have reached a final state", and FAILED is one. A main method that returns after
#         awaitStopped() ends with exit code 0 although nothing was saved. And after awaitHealthy() has thrown, the services
#         that did start keep running until stopAsync() is called.
# matters to: anyone who decides an exit code, or "saved", by awaitStopped().
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
  <artifactId>guava</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>33.4.8-jre</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Stopped.java" <<'JAVA'
import com.google.common.util.concurrent.AbstractIdleService;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Service;
import com.google.common.util.concurrent.ServiceManager;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Stopped {
    public static void main(String[] args) throws Exception {
        Service saver = service(() -> {}, () -> { throw new IllegalStateException("disk full"); });
        ServiceManager manager = new ServiceManager(List.of(service(() -> {}, () -> {}), saver));
        StringJoiner heard = new StringJoiner(", ");
        CountDownLatch told = new CountDownLatch(1);
        manager.addListener(new ServiceManager.Listener() {
            @Override
            public void stopped() {
                heard.add("stopped");
                told.countDown();
            }

            @Override
            public void failure(Service service) {
                heard.add("failure");
            }
        }, MoreExecutors.directExecutor());
        manager.startAsync().awaitHealthy();
        String result = "returned";
        try {
            manager.stopAsync().awaitStopped(20, TimeUnit.SECONDS);
        } catch (IllegalStateException e) {
            result = e.getClass().getSimpleName();
        }
        told.await(20, TimeUnit.SECONDS);
        System.out.println("awaitStopped: " + result + ", states " + manager.servicesByState().keySet()
                + ", listener: " + heard);
        result = "returned";
        try {
            saver.awaitTerminated(20, TimeUnit.SECONDS);
        } catch (IllegalStateException e) {
            result = e.getClass().getSimpleName();
        }
        System.out.println("awaitTerminated of the service: " + result);

        Service started = service(() -> {}, () -> {});
        ServiceManager second = new ServiceManager(
                List.of(started, service(() -> { throw new IllegalStateException("port in use"); }, () -> {})));
        second.startAsync();
        result = "returned";
        try {
            second.awaitHealthy(20, TimeUnit.SECONDS);
        } catch (IllegalStateException e) {
            result = e.getClass().getSimpleName();
        }
        started.awaitRunning(20, TimeUnit.SECONDS);
        System.out.println("after a failed start: awaitHealthy " + result + ", others left RUNNING="
                + second.servicesByState().get(Service.State.RUNNING).size());
        System.exit(0);
    }

    private static Service service(Runnable start, Runnable stop) {
        return new AbstractIdleService() {
            @Override
            protected void startUp() {
                start.run();
            }

            @Override
            protected void shutDown() {
                stop.run();
            }
        };
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Stopped.java"

seen=$(java -cp "$work:$work/lib/*" Stopped 2> "$work/log")
expected='awaitStopped: returned, states [TERMINATED, FAILED], listener: failure, stopped
awaitTerminated of the service: IllegalStateException
after a failed start: awaitHealthy IllegalStateException, others left RUNNING=1'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
