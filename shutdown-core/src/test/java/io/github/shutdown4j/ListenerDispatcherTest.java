package io.github.shutdown4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ListenerDispatcherTest {

    private final FakeTicker ticker = new FakeTicker();

    private static final class Slow implements ShutdownListener {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final CountDownLatch mayGoOn = new CountDownLatch(1);

        @Override
        public void onReady() {
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            heard.add("ready");
        }

        @Override
        public void onReloadStarted(String by) {
            heard.add(by);
        }
    }

    @Test
    void blockedListenerMissesNothingAndDelaysOnlyItself() throws Exception {
        Slow slow = new Slow();
        ListenerDispatcher queue = new ListenerDispatcher(slow, ticker);
        queue.tell(ShutdownListener::onReady);
        queue.tell(listener -> listener.onReloadStarted("one"));
        queue.tell(listener -> listener.onReloadStarted("two"));
        Deadline patience = Deadline.after(ticker, ListenerDispatcher.PATIENCE);
        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(() -> queue.isTold(patience));
        ticker.awaitSleepers(1);
        ticker.advance(ListenerDispatcher.PATIENCE);
        assertThat(told.get()).isFalse();
        assertThat(slow.heard).isEmpty();
        slow.mayGoOn.countDown();
        await().untilAsserted(() -> assertThat(slow.heard).containsExactly("ready", "one", "two"));
        await().untilAsserted(() -> assertThat(queue.isTold(Deadline.after(ticker, ListenerDispatcher.PATIENCE)))
                .isTrue());
    }

    @Test
    void isNamedAfterItsListener() {
        assertThat(new ListenerDispatcher(new Slow(), ticker)).hasToString("listener " + Slow.class.getTypeName());
        assertThat(new ListenerDispatcher(new ShutdownListener() {}, ticker))
                .asString()
                .contains("ListenerDispatcherTest");
    }
}
