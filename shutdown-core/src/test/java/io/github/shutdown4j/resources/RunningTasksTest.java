package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RunningTasksTest {

    private static final long PLENTY = Long.MAX_VALUE / 4;

    private final RunningTasks running = new RunningTasks();

    @Test
    void withoutATaskNothingIsEverDue() {
        assertThat(running.due(0)).isEmpty();
        assertThat(running.nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
        ReleaseTask only = started(0, 10);
        running.remove(only);
        assertThat(running.due(10)).isEmpty();
        assertThat(running.nanosUntilDue(10)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void afterTheLastTaskTheNextOneIsDueAtItsOwnTime() {
        running.remove(started(0, 10));
        started(5, 100);
        assertThat(running.nanosUntilDue(5)).isEqualTo(100);
    }

    /** Also when the clock overflows meanwhile. */
    @ParameterizedTest
    @ValueSource(longs = {0, -50, Long.MAX_VALUE - 50})
    void eachTaskIsDueAtItsTimeInWhateverOrderTheyStarted(long start) {
        Random random = new Random(42);
        for (int run = 0; run < 50; run++) {
            List<Integer> limits = new ArrayList<>(List.of(10, 20, 20, 30, 80, 100));
            Collections.shuffle(limits, random);
            List<ReleaseTask> left = new ArrayList<>();
            for (int limit : limits) {
                left.add(started(start, limit));
            }
            for (int time : List.of(10, 20, 30, 80, 100)) {
                assertThat(running.nanosUntilDue(start + time - 1)).isEqualTo(1);
                assertThat(running.due(start + time - 1)).isEmpty();
                List<ReleaseTask> due = running.due(start + time);
                assertThat(due)
                        .isNotEmpty()
                        .containsExactlyElementsOf(left.stream()
                                .filter(task -> task.dueAt() == start + time)
                                .toList());
                due.forEach(running::remove);
                left.removeAll(due);
            }
            assertThat(running.isEmpty()).isTrue();
        }
    }

    @Test
    void afterAResetEveryTaskIsCheckedAndTheNextTimeIsTheEarliestAgain() {
        started(0, 30);
        started(0, 20);
        running.reset(5);
        assertThat(running.nanosUntilDue(5)).isZero();
        assertThat(running.due(5)).isEmpty();
        assertThat(running.nanosUntilDue(5)).isEqualTo(15);
    }

    private ReleaseTask started(long now, long limitNanos) {
        ReleaseTask task =
                new ReleaseTask(ResourceRegistration.of(Resource.of("r", () -> {}), Duration.ofNanos(limitNanos)), now);
        task.start(Thread.currentThread(), now, PLENTY);
        running.add(task);
        return task;
    }
}
