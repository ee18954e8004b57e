package io.github.shutdown4j.resources;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.HostileFailures;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Exceptions whose methods throw, and factories that fail, do not end a release. */
class ResourceHostileFailureTest extends ReleaseFixture {

    @Test
    void failureWithoutAReadableTextIsNamedByItsClass() throws Exception {
        resources.register(Resource.of("hostile", 1, () -> {
            throw HostileFailures.exception();
        }));
        quick("next", 2);
        List<StepResult> steps = resources.release(PLENTY);
        assertThat(steps).extracting(StepResult::outcome).containsExactly(Outcome.FAILED, Outcome.DONE);
        assertThat(steps.get(0).detail()).contains("HostileException");
    }

    @Test
    void interruptionWithoutAReadableTextEndsTheReleaseOfItsResourceOnly() throws Exception {
        Probe hostile = resources.register(kept(new Probe("hostile", 1, () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw HostileFailures.interruption();
            }
        })));
        quick("next", 2);
        FutureTask<List<StepResult>> release = release(PLENTY);
        reach(hostile);
        ticker.advance(LIMIT);
        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        assertThat(steps).extracting(StepResult::outcome).containsExactly(Outcome.TIMED_OUT, Outcome.DONE);
        assertThat(trace).containsExactly("next");
    }

    @Test
    void resourceWhoseAnswerThrowsSoIsRefusedWithTheNameOfTheMethod() {
        Resource hostile = new Resource() {
            @Override
            public String name() {
                throw sneaky(HostileFailures.exception());
            }

            @Override
            public void release() {}
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.register(hostile))
                .withMessageContaining("must not throw, threw")
                .withMessageContaining("HostileException");
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    /** The search calls it for the name of a thread if the JVM's thread dump does not show which threads it owns. */
    @Test
    void threadFactoryThatRefusesDoesNotEndTheReleaseOfItsPool() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        ThreadFactory factory = body -> {
            if (refuses.get()) {
                throw new IllegalStateException("no more threads");
            }
            return new Thread(body, "worker-1");
        };
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), factory);
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        pool.execute(() -> {
            began.countDown();
            Probe.await(mayEnd);
        });
        Probe.await(began);
        refuses.set(true);
        ResourceManager manager = ResourceManager.create();
        manager.register(Resources.executor("pool", pool));
        FutureTask<List<StepResult>> release = release(manager, PLENTY);
        assertThatThrownBy(() -> release.get(1, TimeUnit.SECONDS)) // beyond the first search
                .as("still waits for the task")
                .isInstanceOf(TimeoutException.class);
        mayEnd.countDown();
        assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
}
