package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.trigger.ShutdownReason;

import static io.github.shutdown4j.testing.Background.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class ListenerDispatcherTest {

    private final FakeTicker ticker = new FakeTicker();

    private static final class Slow implements ShutdownListener {
        final List<String> events = new CopyOnWriteArrayList<>();
        final CountDownLatch mayContinue = new CountDownLatch(1);

        @Override
        public void onReady() {
            try {
                mayContinue.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            events.add("ready");
        }

        @Override
        public void onReloadStarted(String requestedBy) {
            events.add(requestedBy);
        }
    }

    @Test
    void blockedListenerMissesNothingAndDelaysOnlyItself() throws Exception {
        Slow slow = new Slow();
        List<String> quick = new CopyOnWriteArrayList<>();
        ShutdownListener quickOne = new ShutdownListener() {
            @Override
            public void onReady() {
                quick.add("ready");
            }
        };
        ListenerDispatcher dispatcher = new ListenerDispatcher(List.of(slow, quickOne), ticker);
        dispatcher.notifyAll(ShutdownListener::onReady);
        dispatcher.onReloadStarted("one");
        dispatcher.onReloadStarted("two");
        String quickThread = "shutdown4j-listener " + quickOne.getClass().getTypeName();
        await().until(() ->
                quick.size() == 1 && OwnThreads.threadsNamed(quickThread).isEmpty());
        FutureTask<List<String>> late = onThread(dispatcher::awaitProcessed);
        ticker.awaitSleepers(1);
        ticker.advance(ListenerDispatcher.LAST_EVENT_LIMIT);
        assertThat(late.get()).containsExactly("listener " + Slow.class.getTypeName());
        assertThat(quick).containsExactly("ready");
        assertThat(slow.events).isEmpty();
        slow.mayContinue.countDown();
        await().untilAsserted(() -> assertThat(slow.events).containsExactly("ready", "one", "two"));
        await().untilAsserted(() -> assertThat(dispatcher.awaitProcessed()).isEmpty());
    }

    /** A slow subscriber that returns when the phases are over. */
    @Test
    void theReportIsTheLastEventThoughAReloadEndsLater() {
        List<String> events = new CopyOnWriteArrayList<>();
        ListenerDispatcher dispatcher = new ListenerDispatcher(
                List.of(new ShutdownListener() {
                    @Override
                    public void onFinished(ShutdownReport report) {
                        events.add("finished");
                    }

                    @Override
                    public void onReloadFinished(ReloadReport report) {
                        events.add("reloaded by " + report.requestedBy());
                    }
                }),
                ticker);
        dispatcher.onReloadFinished(new ReloadReport("one", Duration.ZERO, List.of()));
        dispatcher.onFinished(new ShutdownReport(
                new ShutdownReason.Requested("the test"), Instant.EPOCH, Duration.ZERO, 0, List.of()));
        dispatcher.onReloadFinished(new ReloadReport("two", Duration.ZERO, List.of()));
        await().untilAsserted(() -> assertThat(dispatcher.awaitProcessed()).isEmpty());
        assertThat(events).containsExactly("reloaded by one", "finished");
    }

    @Test
    void aListenerKeepsItsThreadFromTheRequestToTheLastEvent() {
        Set<Thread> runners = ConcurrentHashMap.newKeySet();
        ListenerDispatcher dispatcher = new ListenerDispatcher(
                List.of(new ShutdownListener() {
                    @Override
                    public void onShutdown(ShutdownReason reason) {
                        runners.add(Thread.currentThread());
                    }

                    @Override
                    public void onReloadStarted(String requestedBy) {
                        runners.add(Thread.currentThread());
                    }
                }),
                ticker);
        dispatcher.onShutdown(new ShutdownReason.Requested("the test"), new Readiness(ticker));
        for (int i = 0; i < 3; i++) {
            await().until(() -> runners.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
            dispatcher.onReloadStarted("the test");
            await().untilAsserted(() -> assertThat(dispatcher.awaitProcessed()).isEmpty());
        }
        assertThat(runners).hasSize(1);
        dispatcher.dismiss();
        await().until(() -> runners.stream().noneMatch(Thread::isAlive));
    }
}
