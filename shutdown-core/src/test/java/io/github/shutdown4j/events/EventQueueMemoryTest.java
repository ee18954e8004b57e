package io.github.shutdown4j.events;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.testing.FailingTicker;

import static org.assertj.core.api.Assertions.assertThat;

/** A queue whose writer has too little memory for a moment. */
@Timeout(180)
class EventQueueMemoryTest {

    @Test
    void eventsForWhoseBatchThereWasNoMemoryAreWrittenAfterwards() throws Exception {
        List<String> written = new CopyOnWriteArrayList<>();
        FailingTicker ticker = new FailingTicker();
        ticker.failAt("shutdown4j-queue-events", 1);
        EventQueue<String> queue = ticker.keptBy(() -> EventQueue.<String>builder("events", written::addAll)
                .linger(Duration.ofMillis(1))
                .start());
        assertThat(queue.offer("first")).isTrue();
        Awaitility.await().until(ticker::hasFailed);
        Awaitility.await().until(() -> written.equals(List.of("first")));
        assertThat(queue.offer("second")).isTrue();
        queue.release();
        assertThat(written).containsExactly("first", "second");
    }
}
