package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.internal.TickerHolder;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.FakeProcess;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Waiting takes a little memory. A process that is out of memory for a moment neither aborts work nor omits any. */
@Timeout(180)
class ShortOfMemoryTest {

    /** Every wait of a thread of the library fails, with or without the lock, until there is memory again. */
    private static final class NoMemory implements Ticker {

        private final Set<String> failed = ConcurrentHashMap.newKeySet();
        private volatile boolean scarce;

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            String name = Thread.currentThread().getName();
            if (scarce && name.startsWith("shutdown4j-")) {
                if (failed.add(name) && lock instanceof ReentrantLock) {
                    lock.unlock(); // as on Java 17, when the lock cannot be taken again
                }
                throw new InternalError("pretended"); // a memory error would end the test engine as well
            }
            Ticker.system().await(lock, condition, nanos);
        }
    }

    private final NoMemory memory = new NoMemory();
    private final FakeProcess process = new FakeProcess();

    @Test
    void everyStepIsWaitedFor() throws Exception {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch mayFinish = new CountDownLatch(1);
        ConnectionTracker requests;
        EventQueue<String> events;
        ServiceGroup services;
        Ticker before = Ticker.current();
        TickerHolder.replace(memory);
        try {
            requests = ConnectionTracker.create("requests");
            events = EventQueue.<String>builder("events", batch -> {
                        done.addAll(batch);
                    })
                    .linger(ofSeconds(5)) // its thread has to wait, however late it is
                    .start();
            services = ServiceGroup.builder()
                    .add("service", Service.of(() -> {}, () -> {
                        mayFinish.await();
                        done.add("service");
                    }))
                    .build();
        } finally {
            TickerHolder.replace(before);
        }
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .forTests(memory, process)
                .config(ShutdownConfig.builder().timeout(ofSeconds(60)).build())
                .services(services)
                .tracker(requests)
                .resource(Resource.of("resource", () -> {
                    Thread.sleep(100);
                    done.add("resource");
                }))
                .resource(events)
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        ConnectionGuard request = requests.acquire();
        memory.scarce = true;
        events.offer("event");
        coordinator.shutdown("the test");
        await().until(() -> memory.failed.contains("shutdown4j-sequence"));
        mayFinish.countDown();
        await().until(() -> done.contains("service"));
        events.offer("another");
        request.close();

        ShutdownReport report = coordinator.await();
        assertThat(report.toText()).contains("clean");
        assertThat(report.isClean()).isTrue();
        assertThat(done).contains("service", "resource", "event", "another");
        assertThat(memory.failed).contains("shutdown4j-sequence", "shutdown4j-queue-events");
    }

    /** Readings of the clock on the thread of the sequence fail, as any code that needs memory may. */
    private static final class FailingReadings implements Ticker {

        private final AtomicInteger failures = new AtomicInteger();

        @Override
        public long nanoTime() {
            if (Thread.currentThread().getName().equals("shutdown4j-sequence") && failures.getAndDecrement() > 0) {
                throw new InternalError("pretended");
            }
            return System.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            Ticker.system().await(lock, condition, nanos);
        }
    }

    @Test
    void shortageBeforeTheFirstPhaseDelaysAllPhases() throws Exception {
        FailingReadings readings = new FailingReadings();
        readings.failures.set(50);
        assertThat(phasesThatEnded(readings, () -> {})).hasSize(ShutdownPhase.values().length);
    }

    @Test
    void shortageDuringAPhaseDelaysTheNextOnes() throws Exception {
        FailingReadings readings = new FailingReadings();
        assertThat(phasesThatEnded(readings, () -> readings.failures.set(50)))
                .contains(ShutdownPhase.DRAIN, ShutdownPhase.SAVE, ShutdownPhase.RELEASE, ShutdownPhase.FINAL_SAVE);
    }

    private List<ShutdownPhase> phasesThatEnded(FailingReadings readings, Runnable whileStopping) throws Exception {
        List<String> released = Collections.synchronizedList(new ArrayList<>());
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .forTests(readings, process)
                .config(ShutdownConfig.builder().timeout(ofSeconds(60)).build())
                .services(ServiceGroup.builder()
                        .add("service", Service.of(() -> {}, whileStopping::run))
                        .build())
                .resource(Resource.of("resource", () -> {
                    released.add("resource");
                }))
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await(ofSeconds(60)).orElseThrow();
        assertThat(readings.failures).hasNonPositiveValue();
        assertThat(released).containsExactly("resource");
        return report.phases().stream().map(PhaseReport::phase).toList();
    }
}
