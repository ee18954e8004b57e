package io.github.shutdown4j.events;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;

class EventBufferTest {

    private final FakeTicker ticker = new FakeTicker();
    private final EventBuffer<Integer> buffer = new EventBuffer<>(1, 1, Duration.ZERO, ticker);

    @Test
    void producerThatWaitsForSpaceIsRefusedWhenTheWriterEnds() throws Exception {
        assertThat(buffer.add(1)).isTrue();
        FutureTask<Boolean> waiting =
                Background.onThread(() -> buffer.add(2, Deadline.after(ticker, Duration.ofDays(1))));
        ticker.awaitSleepers(1);
        buffer.finish(new OutOfMemoryError("on purpose"));
        assertThat(waiting.get()).isFalse();
        assertThat(buffer.counts()).isEqualTo(new EventBuffer.Counts(1, 0, 0, 0, 1, true));
        assertThat(buffer.failures()).hasSize(1);
    }

    @Test
    void failuresBeforeTheCloseAreNotKeptAndLaterOnesUpToTen() {
        buffer.written(new IOException("before"));
        buffer.close();
        for (int i = 1; i <= 12; i++) {
            buffer.written(new IOException("failure " + i));
        }
        assertThat(buffer.failures())
                .hasSize(10)
                .extracting(Throwable::getMessage)
                .startsWith("failure 1")
                .endsWith("failure 10");
    }
}
