package io.github.shutdown4j;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.ServiceTesting;

import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;

/** A logging backend that throws loses the lines but does not affect the shutdown. */
@Timeout(180)
class BrokenLogTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CapturedLogs logs = CapturedLogs.failing();

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void allResourcesAreReleased() throws Exception {
        List<String> released = new CopyOnWriteArrayList<>();
        ResourceManager resources = ResourceManager.create();
        resources.register(Resource.of("a", 1, () -> released.add("a")));
        resources.register(Resource.of("b", 2, () -> released.add("b")));
        List<StepResult> steps = resources.release(MINUTE, step -> {
            throw new IllegalStateException("this listener always fails");
        });
        assertThat(released).containsExactly("a", "b");
        assertThat(steps).extracting(StepResult::outcome).containsOnly(Outcome.DONE);
        assertThat(logs.lines()).extracting(CapturedLogs.Line::text).anyMatch(text -> text.startsWith("resources: "));
    }

    @Test
    void reloadsGoOn() throws Exception {
        Reloader reloader = Reloader.create();
        reloader.subscribe("failing", () -> {
            throw new IOException("no such file");
        });
        for (int i = 0; i < 2; i++) {
            ReloadReport report = reloader.reload("test").toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(report.steps()).extracting(StepResult::outcome).containsExactly(Outcome.FAILED);
        }
    }

    @Test
    void servicesStartAndStop() throws Exception {
        ServiceGroup group = ServiceGroup.builder().add("web", untilStopped()).build();
        group.start();
        assertThat(group.awaitReady(MINUTE)).isTrue();
        assertThat(group.stop(MINUTE)).extracting(StepResult::outcome).containsExactly(Outcome.DONE);
    }

    @Test
    void eventsAreWrittenAfterABatchThatFailed() throws Exception {
        List<String> written = new CopyOnWriteArrayList<>();
        EventQueue<String> queue = EventQueue.<String>builder("audit", batch -> {
                    if (batch.contains("bad")) {
                        throw new IOException("refused");
                    }
                    written.addAll(batch);
                })
                .batchSize(1)
                .start();
        queue.put("bad");
        queue.put("good");
        ServiceTesting.eventually(() -> queue.written() == 1);
        queue.release();
        assertThat(written).containsExactly("good");
        assertThat(queue.failed()).isEqualTo(1);
    }
}
