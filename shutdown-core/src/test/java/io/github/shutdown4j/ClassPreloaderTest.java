package io.github.shutdown4j;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.Probe;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The preparation of a store runs concurrently with the start and does not delay readiness. */
@Timeout(180)
class ClassPreloaderTest {

    @JsonDeserialize(using = SlowToPrepare.class)
    record Count(int value) {}

    record Plain(int value) {}

    /** Jackson makes it when the state's class is looked up, which is what the warm-up does. */
    static final class SlowToPrepare extends JsonDeserializer<Count> {

        @Serial
        private static final long serialVersionUID = 1L;

        static final CountDownLatch begun = new CountDownLatch(1);
        static final CountDownLatch mayEnd = new CountDownLatch(1);

        SlowToPrepare() {
            begun.countDown();
            Probe.await(mayEnd);
        }

        @Override
        public Count deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return new Count(json.readValueAsTree().get("value") == null ? 0 : 1);
        }
    }

    @TempDir
    private Path directory;

    private static void readyBefore(CountDownLatch begun, CountDownLatch mayEnd, Checkpoint<?> checkpoint)
            throws Exception {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(ServiceGroup.builder()
                        .add("http", Service.of(() -> {}, () -> {}))
                        .build())
                .checkpoint(checkpoint)
                .build();
        try {
            Probe.await(begun);
            coordinator.start();
            assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
            assertThat(mayEnd.getCount()).as("still held up").isOne();
        } finally {
            mayEnd.countDown();
        }
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void beginsWhenTheListenersKnowThatAllIsReady() throws Exception {
        CountDownLatch mayReturn = new CountDownLatch(1);
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .listener(new ShutdownListener() {
                    @Override
                    public void onReady() {
                        Probe.await(mayReturn);
                    }
                })
                .build();
        coordinator.start();
        await().until(() -> preloaderStack().contains("ListenerDispatcher.awaitProcessed"));
        mayReturn.countDown();
        await().until(() -> preloaderStack().isEmpty()); // it has begun, and then completes
        coordinator.shutdown("the test");
        assertThat(coordinator.await().isClean()).isTrue();
    }

    private static String preloaderStack() {
        StringBuilder stack = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            if (thread.getName().equals("shutdown4j-preloader")) {
                stack.append(thread.getState()).append(Arrays.toString(frames));
            }
        });
        return stack.toString();
    }

    @Test
    void readinessDoesNotWaitForJacksonToPrepareTheState() throws Exception {
        CheckpointStore<Count> store = CheckpointStore.json(directory.resolve("count.json"), Count.class);
        readyBefore(SlowToPrepare.begun, SlowToPrepare.mayEnd, Checkpoint.of(store, () -> new Count(1)));
    }

    @Test
    void readinessDoesNotWaitForADiskThatIsTried() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
        disk.fault = op -> {
            begun.countDown();
            Probe.await(mayEnd);
        };
        CheckpointStore<Plain> store = disk.hold(CheckpointStore.builder(directory.resolve("plain.json"), Plain.class))
                .open();
        readyBefore(begun, mayEnd, Checkpoint.of(store, () -> new Plain(1)));
    }
}
