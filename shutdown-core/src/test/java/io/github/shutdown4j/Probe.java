package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A resource of the tests: says when it has been called, and does what it is told. */
final class Probe implements Resource {

    final CountDownLatch began = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);
    volatile String thread = "";

    private final String name;
    private final int priority;
    private final Action action;
    private Set<String> after = Set.of();
    private Optional<Duration> timeout = Optional.empty();

    Probe(String name, int priority, Action action) {
        this.name = name;
        this.priority = priority;
        this.action = action;
    }

    /** Ends at once and leaves its name in {@code trace}. */
    static Probe quick(String name, int priority, List<String> trace) {
        return new Probe(name, priority, () -> trace.add(name));
    }

    static List<String> trace() {
        return new CopyOnWriteArrayList<>();
    }

    /** Blocks until it is interrupted, then throws. */
    static Probe blocking(String name, int priority) {
        Probe[] self = new Probe[1];
        self[0] = new Probe(name, priority, () -> self[0].block());
        return self[0];
    }

    /** Blocks until {@link #mayEnd}, whatever happens. */
    static Probe deaf(String name, int priority) {
        Probe[] self = new Probe[1];
        self[0] = new Probe(name, priority, () -> self[0].ignoreInterrupts());
        return self[0];
    }

    Probe after(String... names) {
        after = Set.of(names);
        return this;
    }

    Probe timeout(Duration limit) {
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

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("did not happen within 10 s");
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
