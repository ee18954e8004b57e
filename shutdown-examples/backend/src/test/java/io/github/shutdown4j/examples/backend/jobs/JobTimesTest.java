package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JobTimesTest {

    @Test
    void theUsualClockworkIsTheDocumentedOne() {
        JobTimes times = JobTimes.defaults();
        assertThat(times.block()).isEqualTo(Duration.ofSeconds(1));
        assertThat(times.reconnect()).isEqualTo(Duration.ofSeconds(5));
        assertThat(times.heartbeat()).isEqualTo(Duration.ofSeconds(30));
        assertThat(JobLimits.defaults()).isEqualTo(new JobLimits(10, 5, 5));
    }

    @Test
    void fasterMeansEverythingButTheRead() {
        JobTimes faster = JobTimes.defaults().fasterBy(10);
        assertThat(faster.block()).isEqualTo(Duration.ofSeconds(1));
        assertThat(faster.heartbeat()).isEqualTo(Duration.ofSeconds(3));
        assertThat(faster.deadAfter()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void noConsumerIsDeadBeforeTheNextHeartbeat() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new JobTimes(second, second, second, second, second, second, second, second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deadAfter must be longer than heartbeat = PT1S, was PT1S");
    }
}
