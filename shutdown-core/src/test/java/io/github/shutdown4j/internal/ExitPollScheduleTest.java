package io.github.shutdown4j.internal;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExitPollScheduleTest {

    private static final long MS = 1_000_000;

    /** Near the overflow of the clock, whose origin is arbitrary. */
    private static final long START = Long.MAX_VALUE - 20 * MS;

    private final ExitPollSchedule schedule = new ExitPollSchedule();

    @Test
    void nothingIsDueBeforeTheJvmExits() {
        schedule.restart(START);
        assertThat(schedule.isDue(START)).isFalse();
        assertThat(schedule.nanosUntilDue(START)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void checksAreDueAtOnceAndThenAtDoublingIntervalsUpToHalfASecond() {
        schedule.jvmExiting(START);
        assertThat(schedule.nanosUntilDue(START)).isZero();
        assertThat(schedule.isDue(START)).isTrue();
        long now = START;
        for (long pause : new long[] {10, 20, 40, 80, 160, 320, 500, 500}) {
            assertThat(schedule.nanosUntilDue(now)).isEqualTo(pause * MS);
            assertThat(schedule.isDue(now + pause * MS - 1)).isFalse();
            now += pause * MS;
            assertThat(schedule.isDue(now)).isTrue();
        }
    }

    @Test
    void checksAreFrequentAgainForTheNextTask() {
        schedule.jvmExiting(START);
        for (int i = 0; i < 10; i++) {
            assertThat(schedule.isDue(START + i * 1_000 * MS)).isTrue();
        }
        long later = START + 60_000 * MS;
        schedule.restart(later);
        assertThat(schedule.isDue(later)).isTrue();
        assertThat(schedule.nanosUntilDue(later)).isEqualTo(10 * MS);
    }
}
