package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import io.github.shutdown4j.internal.FakeSignals;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.Subscription;

/** A reloader with a fake clock and fake signals. */
abstract class ReloaderFixture {

    final FakeTicker ticker = new FakeTicker();
    final FakeSignals signals = new FakeSignals();
    final Reloader reloader = new Reloader(Duration.ofSeconds(30), ticker, signals.process());
    final List<String> calls = new CopyOnWriteArrayList<>();
    final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void noThreadRemains() {
        release.countDown();
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().startsWith("shutdown4j-reload")));
    }

    Subscription subscribe(String name) {
        return reloader.subscribe(name, () -> calls.add(name));
    }

    static ReloadReport report(CompletionStage<ReloadReport> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
