package io.github.shutdown4j.connections;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class GuardDetailsTest {

    private final FakeTicker ticker = new FakeTicker();

    private ConnectionTracker tracker(GuardDetails details) {
        return ConnectionTracker.builder("http").details(details).ticker(ticker).build();
    }

    @Test
    void nothingIsListedWhenOff() {
        ConnectionTracker tracker = tracker(GuardDetails.off().withSites());
        tracker.acquire("GET /");
        assertThat(tracker.unfinished(10)).isEmpty();
        assertThat(tracker.unfinishedCount()).isEqualTo(1);
    }

    @Test
    void listsLabelAgeAndThreadOldestFirst() {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        ConnectionGuard first = tracker.acquire("first");
        ticker.advance(Duration.ofSeconds(2));
        ConnectionGuard second = tracker.acquire("second");
        ticker.advance(Duration.ofSeconds(3));
        tracker.tryAcquire();

        List<UnfinishedWork> list = tracker.unfinished(10);
        assertThat(list)
                .extracting(UnfinishedWork::name)
                .containsExactly(
                        "tracker 'http': first", "tracker 'http': second", "tracker 'http': guard without a label");
        assertThat(list)
                .extracting(UnfinishedWork::age)
                .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(3), Duration.ZERO);
        assertThat(list.get(0).thread())
                .isEqualTo(Optional.of(Thread.currentThread().getName()));
        assertThat(tracker.unfinished(1)).extracting(UnfinishedWork::name).containsExactly("tracker 'http': first");
        assertThat(tracker.unfinished(0)).isEmpty();

        first.close();
        first.close();
        assertThat(tracker.unfinished(10))
                .extracting(UnfinishedWork::name)
                .first()
                .isEqualTo("tracker 'http': second");
        second.close();
        assertThat(tracker.unfinished(10)).hasSize(1);
    }

    @Test
    void listsTheCurrentStackOfTheThread() throws Exception {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        CountDownLatch go = new CountDownLatch(1);
        FutureTask<Void> work = Background.onThread(() -> {
            try (ConnectionGuard guard = tracker.acquire("GET /hangs")) {
                waitHere(go);
            }
            return null;
        });
        assertStandsIn(tracker, "waitHere");
        go.countDown();
        work.get();
        assertThat(tracker.unfinished(10)).isEmpty();
    }

    /** A server with callbacks goes on without the thread, whose stack would mislead. */
    @ParameterizedTest
    @MethodSource("pools")
    void aThreadThatHasReturnedToItsPoolIsNamedWithoutItsStack(ExecutorService pool) throws Exception {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        try {
            ConnectionGuard guard =
                    pool.submit(() -> tracker.acquire("GET /callbacks")).get();
            Awaitility.await().until(() -> tracker.unfinished(1).get(0).stack().isEmpty());
            UnfinishedWork work = tracker.unfinished(1).get(0);
            assertThat(work.name()).isEqualTo("tracker 'http': GET /callbacks, whose thread has returned to its pool");
            assertThat(work.thread()).isPresent();
            guard.close();
        } finally {
            pool.shutdownNow();
        }
    }

    static List<ExecutorService> pools() {
        return List.of(Executors.newFixedThreadPool(1), new ForkJoinPool(1));
    }

    @Test
    @DisplayName("scenario 95: virtual threads hold guards, are listed with their stacks, and drain")
    void virtualThreadsAreListedToo() throws Exception {
        Assumptions.assumeTrue(Runtime.version().feature() >= 21, "needs JDK 21: virtual threads");
        ConnectionTracker tracker = tracker(GuardDetails.on());
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            threads.add((Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) () -> {
                        try (ConnectionGuard guard = tracker.acquire("GET /virtual")) {
                            waitHere(go);
                        }
                    }));
        }
        Awaitility.await().until(() -> tracker.inFlight() == 100);
        assertStandsIn(tracker, "waitHere");
        assertThat(tracker.unfinished(1_000)).hasSize(100);
        FutureTask<StepResult> drain = Background.onThread(() -> tracker.drain(Duration.ofSeconds(5)));
        ticker.awaitSleepers(1);
        go.countDown();
        assertThat(drain.get().detail()).isEqualTo("100 finished");
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void assertStandsIn(ConnectionTracker tracker, String method) {
        Awaitility.await().until(() -> tracker.unfinished(1).stream()
                .flatMap(work -> work.stack().stream())
                .anyMatch(frame -> frame.getMethodName().equals(method)));
    }

    private static void waitHere(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void listsAllOfManyAndNoneThatIsClosed() {
        // One stack is taken for each guard in the list, so not too many.
        ConnectionTracker tracker = tracker(GuardDetails.on());
        List<ConnectionGuard> guards = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 2_000; i++) {
                guards.add(tracker.acquire("guard " + i));
            }
            assertThat(tracker.unfinished(Integer.MAX_VALUE)).hasSize(2_000);
            guards.subList(0, 1_500).forEach(ConnectionGuard::close);
            assertThat(tracker.unfinished(Integer.MAX_VALUE)).hasSize(500);
            guards.forEach(ConnectionGuard::close);
            guards.clear();
            assertThat(tracker.unfinished(Integer.MAX_VALUE)).isEmpty();
        }
        assertThat(tracker.admitted()).isEqualTo(6_000);
    }

    @Test
    void sampledListsAFractionAndCountsAll() {
        ConnectionTracker tracker = tracker(GuardDetails.sampled(10));
        for (int i = 0; i < 5_000; i++) {
            tracker.acquire("guard");
        }
        assertThat(tracker.inFlight()).isEqualTo(5_000);
        assertThat(tracker.unfinished(Integer.MAX_VALUE)).hasSizeBetween(350, 650);
    }

    @Test
    void sampledOneInOneIsOn() {
        ConnectionTracker tracker = tracker(GuardDetails.sampled(1));
        for (int i = 0; i < 100; i++) {
            tracker.acquire("guard");
        }
        assertThat(tracker.unfinished(1_000)).hasSize(100);
    }

    @Test
    @DisplayName("scenario 22: an unreachable, unclosed guard is reported with its acquisition site")
    void leakedGuardIsReportedWithItsSite() throws Exception {
        ConnectionTracker tracker = tracker(GuardDetails.on().withSites());
        WeakReference<ConnectionGuard> forgotten = forgetGuard(tracker);
        Awaitility.await().until(() -> {
            System.gc();
            return forgotten.get() == null;
        });
        assertThat(tracker.inFlight()).isEqualTo(1);

        FutureTask<StepResult> drain = Background.onThread(() -> tracker.drain(Duration.ofSeconds(1)));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        StepResult result = drain.get();
        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(1));
        assertThat(result.unfinished()).hasSize(1);
        assertThat(result.unfinished().get(0).age()).isEqualTo(Duration.ofSeconds(1));
        assertThat(result.unfinished().get(0).name())
                .startsWith("tracker 'http': GET /leaks, acquired at ")
                .contains("forgetGuard")
                .contains("(GuardDetailsTest.java:")
                .contains(" < ")
                .doesNotContain("ConnectionTracker.")
                .endsWith(", whose thread has ended");
    }

    @Test
    void siteIsTheCallerOfTheLibraryHoweverTheGuardIsAcquired() {
        ConnectionTracker tracker = tracker(GuardDetails.on().withSites());
        CompletableFuture<Void> open = new CompletableFuture<>();
        tracker.track(() -> open);
        tracker.call(() -> open);
        tracker.run(() -> assertThat(tracker.unfinished(10)).hasSize(3).allSatisfy(work -> assertThat(work.name())
                .contains("acquired at " + GuardDetailsTest.class.getName() + ".siteIsTheCaller")));
        open.complete(null);
    }

    private static WeakReference<ConnectionGuard> forgetGuard(ConnectionTracker tracker) throws Exception {
        List<WeakReference<ConnectionGuard>> forgotten = new ArrayList<>();
        Thread thread = new Thread(() -> forgotten.add(new WeakReference<>(tracker.acquire("GET /leaks"))));
        thread.start();
        thread.join();
        return forgotten.get(0);
    }

    @Test
    void repeatHolderIsListedWithTheAgeOfItsLastGuard() {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        for (int i = 0; i < 10; i++) {
            try (ConnectionGuard guard = tracker.acquire()) {
                ticker.advance(Duration.ofSeconds(1));
                assertThat(tracker.unfinished(10)).hasSize(1).allSatisfy(work -> {
                    assertThat(work.name()).isEqualTo("tracker 'http': guard without a label");
                    assertThat(work.age()).isEqualTo(Duration.ofSeconds(1));
                    assertThat(work.thread()).contains(Thread.currentThread().getName());
                    assertThat(work.stack()).isNotEmpty();
                });
            }
            assertThat(tracker.unfinished(10)).isEmpty();
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(tracker.admitted()).isEqualTo(10);
    }

    @Test
    void labelBetweenGuardsWithoutOneIsThatOfItsGuardOnly() {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        for (int i = 0; i < 4; i++) {
            tracker.acquire().close();
            assertHolds(tracker, "labelled", tracker.acquire("labelled"));
            assertHolds(tracker, "guard without a label", tracker.acquire());
            assertHolds(tracker, "guard without a label", tracker.tryAcquire().orElseThrow());
        }
    }

    private static void assertHolds(ConnectionTracker tracker, String name, ConnectionGuard guard) {
        assertThat(tracker.unfinished(10)).extracting(UnfinishedWork::name).containsExactly("tracker 'http': " + name);
        guard.close();
        guard.close();
        assertThat(tracker.unfinished(10)).isEmpty();
    }

    @Test
    void endedRepeatHolderIsListedByItsThreadName() throws Exception {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        WeakReference<Thread> ended = endWithAGuardThatIsOpen(tracker);
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(ended.get()).isNull();
        });
        assertThat(tracker.unfinished(10)).singleElement().satisfies(work -> {
            assertThat(work.name()).isEqualTo("tracker 'http': guard without a label, whose thread has ended");
            assertThat(work.thread()).contains("worker");
        });
    }

    private static WeakReference<Thread> endWithAGuardThatIsOpen(ConnectionTracker tracker) throws Exception {
        Thread thread = new Thread(
                () -> {
                    tracker.acquire().close();
                    tracker.acquire().close();
                    tracker.acquire();
                },
                "worker");
        thread.start();
        thread.join();
        return new WeakReference<>(thread);
    }

    @Test
    void closedGuardRetainsNoReferences() throws Exception {
        ConnectionTracker tracker = tracker(GuardDetails.on());
        List<ConnectionGuard> closed = new ArrayList<>();
        List<WeakReference<?>> references = useOnThreadsThatEnd(tracker, closed);
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(references).allMatch(reference -> reference.get() == null);
        });
        assertThat(tracker.admitted()).isEqualTo(closed.size()).isEqualTo(300);
    }

    private static List<WeakReference<?>> useOnThreadsThatEnd(ConnectionTracker tracker, List<ConnectionGuard> closed)
            throws Exception {
        List<WeakReference<?>> references = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<ConnectionGuard> guards = Background.onThread(() -> {
                        String label = new String("label");
                        references.add(new WeakReference<>(label));
                        references.add(new WeakReference<>(Thread.currentThread()));
                        return List.of(tracker.acquire(label), tracker.acquire(label), tracker.acquire(label));
                    })
                    .get();
            guards.forEach(ConnectionGuard::close);
            closed.addAll(guards);
        }
        return references;
    }

    @Test
    void toStringNamesTheSettings() {
        assertThat(GuardDetails.off()).hasToString("details off");
        assertThat(GuardDetails.on().withSites()).hasToString("details on, with sites");
        assertThat(GuardDetails.sampled(50)).hasToString("details sampled, one in 50");
    }
}
