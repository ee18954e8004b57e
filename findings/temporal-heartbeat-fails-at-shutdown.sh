#!/usr/bin/env bash
# Temporal: WorkerFactory.shutdown() lets running activities finish, except for those that send heartbeats: their next heartbeat throws.
#
# guess:  shutdown() takes no new tasks and lets running activities finish; shutdownNow() interrupts them.
# seen:   Temporal SDK 1.31.0 with its test server, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. An activity of 3 s:
#           shutdown(): finished
#           shutdown(), with heartbeats: ActivityWorkerShutdownException
#           shutdown(), with heartbeats, exception caught: finished
#           shutdownNow(): interrupted
#         The heartbeat throws on purpose; its Javadoc calls that acceptable to ignore. An activity that does not expect it is cut in the
#         middle of its work at every deployment, and begins again elsewhere, just because it is long enough to report its progress.
# matters to: activities with heartbeats: catch ActivityWorkerShutdownException around heartbeat(..), and go on or save the progress;
#         awaitTermination(..) with a limit above the longest activity.
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
  <groupId>findings</groupId><artifactId>temporal</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-testing</artifactId><version>1.31.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Beats.java <<'JAVA'
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Beats {
    enum Kind {
        PLAIN, BEATS, CATCHES
    }

    @ActivityInterface
    public interface Export {
        void run(Kind kind);
    }

    @WorkflowInterface
    public interface Nightly {
        @WorkflowMethod
        void run(Kind kind);
    }

    public static class NightlyImpl implements Nightly {
        @Override
        public void run(Kind kind) {
            ActivityOptions options = ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(2)).build();
            Workflow.newActivityStub(Export.class, options).run(kind);
        }
    }

    public static class ExportImpl implements Export {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<String> outcome = new CompletableFuture<>();

        @Override
        public void run(Kind kind) {
            begun.countDown();
            try {
                for (int i = 0; i < 30; i++) {
                    Thread.sleep(100);
                    report(kind, i);
                }
                outcome.complete("finished");
            } catch (InterruptedException e) {
                outcome.complete("interrupted");
                throw new IllegalStateException(e);
            } catch (RuntimeException e) {
                outcome.complete(e.getClass().getSimpleName());
                throw e;
            }
        }

        private static void report(Kind kind, int progress) {
            if (kind == Kind.PLAIN) {
                return;
            }
            try {
                Activity.getExecutionContext().heartbeat(progress);
            } catch (ActivityWorkerShutdownException e) {
                if (kind == Kind.BEATS) {
                    throw e;
                }
            }
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println("shutdown(): " + end(Kind.PLAIN, false));
        System.out.println("shutdown(), with heartbeats: " + end(Kind.BEATS, false));
        System.out.println("shutdown(), with heartbeats, exception caught: " + end(Kind.CATCHES, false));
        System.out.println("shutdownNow(): " + end(Kind.PLAIN, true));
        System.exit(0);
    }

    private static String end(Kind kind, boolean now) throws Exception {
        TestEnvironmentOptions options = TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build();
        try (TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance(options)) {
            Worker worker = environment.newWorker("exports");
            ExportImpl export = new ExportImpl();
            worker.registerWorkflowImplementationTypes(NightlyImpl.class);
            worker.registerActivitiesImplementations(export);
            environment.start();
            Nightly nightly = environment.getWorkflowClient()
                    .newWorkflowStub(Nightly.class, WorkflowOptions.newBuilder().setTaskQueue("exports").build());
            WorkflowClient.start(nightly::run, kind);
            if (!export.begun.await(60, TimeUnit.SECONDS)) {
                return "not begun";
            }
            if (now) {
                environment.getWorkerFactory().shutdownNow();
            } else {
                environment.getWorkerFactory().shutdown();
            }
            return export.outcome.get(60, TimeUnit.SECONDS);
        }
    }
}
JAVA
javac -proc:none -cp 'lib/*' Beats.java

seen=$(timeout 180 java -cp '.:lib/*' Beats 2> log) || { cat log; echo "ended without a result"; exit 1; }
expected='shutdown(): finished
shutdown(), with heartbeats: ActivityWorkerShutdownException
shutdown(), with heartbeats, exception caught: finished
shutdownNow(): interrupted'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
