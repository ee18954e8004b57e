package io.github.shutdown4j;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CoordinatorLeakTest {

    @TempDir
    Path directory;

    /** The code that runs inside the class loader to be collected. */
    public static final class Life implements Callable<Integer> {

        private final Path directory;

        public Life(Path directory) {
            this.directory = directory;
        }

        @Override
        public Integer call() throws Exception {
            AtomicInteger count = new AtomicInteger();
            CountDownLatch finished = new CountDownLatch(1);
            ConnectionTracker tracker =
                    ConnectionTracker.builder("work").details(GuardDetails.on()).build();
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .returnWhenDone()
                    .shutdownOnUncaughtException()
                    .config(ShutdownConfig.builder()
                            .timeout(Duration.ofSeconds(60))
                            .build())
                    .services(ServiceGroup.builder()
                            .add("s", Service.of(() -> {}, count::incrementAndGet))
                            .build())
                    .tracker(tracker)
                    .checkpoint(Checkpoint.every(
                            Duration.ofMillis(20),
                            CheckpointStore.json(directory.resolve("count.json"), Integer.class),
                            count::get))
                    .onFinished(report -> {
                        count.addAndGet(report.toJson().isEmpty() ? 0 : 1);
                        finished.countDown();
                    })
                    .build();
            coordinator.resources().register(Resource.of("r", count::incrementAndGet));
            EventQueue<Integer> events = EventQueue.<Integer>builder("events", batch -> count.incrementAndGet())
                    .start();
            coordinator.resources().register(events);
            coordinator.start();
            coordinator.awaitReady(Duration.ofSeconds(60));
            coordinator.reloader().subscribe("config", count::incrementAndGet);
            coordinator.reloader().reload("the test").toCompletableFuture().get();
            events.offer(1);
            ConnectionGuard guard = tracker.acquire("request");
            guard.onDrain(guard::close);
            coordinator.shutdown("the test");
            ShutdownReport report = coordinator.await();
            finished.await(); // the coordinator itself waits for a second only
            if (!report.isClean()) {
                throw new AssertionError(report.toText());
            }
            return count.get();
        }
    }

    /** On JDK 17 this fails also if a record of the library is compared by its generated equals() or hashCode(). */
    @Test
    @DisplayName("scenario 92: after the end nothing references the library's class loader")
    void classLoaderIsCollected() throws Exception {
        WeakReference<ClassLoader> former = liveAndDie();
        await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            System.gc();
            assertThat(former.get()).isNull();
        });
    }

    /** In a separate method on a separate thread, so that no frame or thread-local references the loader. */
    private WeakReference<ClassLoader> liveAndDie() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            FutureTask<Integer> life = new FutureTask<>(() -> {
                Object body = loader.loadClass(Life.class.getName())
                        .getConstructor(Path.class)
                        .newInstance(directory);
                assertThat(body.getClass()).isNotEqualTo(Life.class);
                return (Integer) ((Callable<?>) body).call();
            });
            Thread thread = new Thread(life, "life");
            thread.setContextClassLoader(loader);
            thread.start();
            assertThat(life.get(60, TimeUnit.SECONDS)).isEqualTo(5);
            thread.join();
            return new WeakReference<>(loader);
        }
    }
}
