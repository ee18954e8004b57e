package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** A resource for tests: records its call and does what the test has configured. */
public final class Probe implements Resource {

    public final CountDownLatch began = new CountDownLatch(1);
    public final CountDownLatch interrupted = new CountDownLatch(1);
    public final CountDownLatch mayEnd = new CountDownLatch(1);
    public volatile String thread = "";

    private final String name;
    private final int priority;
    private final CheckedRunnable action;
    private Set<String> after = Set.of();
    private Optional<Duration> timeout = Optional.empty();

    public Probe(String name, int priority, CheckedRunnable action) {
        this.name = name;
        this.priority = priority;
        this.action = action;
    }

    /** Ends at once and leaves its name in {@code trace}. */
    public static Probe quick(String name, int priority, List<String> trace) {
        return new Probe(name, priority, () -> trace.add(name));
    }

    public static List<String> trace() {
        return new CopyOnWriteArrayList<>();
    }

    /** Blocks until it is interrupted, then throws. */
    public static Probe blocking(String name, int priority) {
        Probe[] self = new Probe[1];
        self[0] = new Probe(name, priority, () -> self[0].block());
        return self[0];
    }

    /** Blocks until {@link #mayEnd}, whatever happens. */
    public static Probe deaf(String name, int priority) {
        Probe[] self = new Probe[1];
        self[0] = new Probe(name, priority, () -> self[0].ignoreInterrupts());
        return self[0];
    }

    public Probe after(String... names) {
        after = Set.of(names);
        return this;
    }

    public Probe timeout(Duration limit) {
        timeout = Optional.of(limit);
        return this;
    }

    private void block() throws InterruptedException {
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private void ignoreInterrupts() {
        while (true) {
            try {
                mayEnd.await();
                return;
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }
    }

    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("did not happen within a minute");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public Set<String> after() {
        return after;
    }

    @Override
    public Optional<Duration> timeout() {
        return timeout;
    }

    @Override
    public void release() throws Exception {
        thread = Thread.currentThread().getName();
        began.countDown();
        action.run();
    }
}
