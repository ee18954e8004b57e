package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Checks that a subject counts all work: threads enter and leave, one thread closes, and once the subject reports idle,
 * no thread may be inside or enter. A subject that never reports idle has missed an end.
 */
public final class Exactness {

    private static final int THREADS = 4;
    /** More than a loaded machine stalls; used up only by a subject that fails. */
    private static final long PATIENCE = 30_000_000_000L;
    /** A loaded machine makes each round slow; after this time, this many are enough. */
    private static final long LONG_ENOUGH = 4_000_000_000L;

    private static final int LEAST_ROUNDS = 50;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicReference<String> mistake = new AtomicReference<>();
    private final Queue<Object> handedOver = new ConcurrentLinkedQueue<>();
    private final CountDownLatch allThreadsReady = new CountDownLatch(THREADS);
    private final Subject subject;
    private volatile boolean over;
    private volatile boolean enough;

    private Exactness(Subject subject) {
        this.subject = subject;
    }

    /** The failure of one of the rounds, each with a new subject; empty if none failed. */
    public static Optional<String> mistake(Callable<? extends Subject> subjects, int rounds) throws Exception {
        long begin = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            if (round > LEAST_ROUNDS && System.nanoTime() - begin > LONG_ENOUGH) {
                break;
            }
            Exactness check = new Exactness(subjects.call());
            check.run(round);
            if (check.mistake.get() != null) {
                return Optional.of(check.mistake.get() + " (round " + round + ")");
            }
        }
        return Optional.empty();
    }

    @SuppressWarnings("ThreadPriorityCheck") // the threads inside may need this processor
    private void run(int round) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(this::enterAndLeave, "worker");
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        var unused = allThreadsReady.await(PATIENCE, TimeUnit.NANOSECONDS);
        LockSupport.parkNanos(200_000L * (1 + round % 7));
        subject.close();
        long begin = System.nanoTime();
        while (!subject.isIdle()) {
            if (System.nanoTime() - begin > PATIENCE) {
                wrong("is never idle, though " + inside.get() + " are inside");
                break;
            }
            Thread.yield();
        }
        over = true;
        if (inside.get() != 0) {
            wrong("reports idle while a thread is inside");
        }
        LockSupport.parkNanos(200_000);
        enough = true;
        for (Thread thread : threads) {
            thread.join(1_000);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the threads inside may need this processor
    private void enterAndLeave() {
        allThreadsReady.countDown();
        try {
            while (!enough) {
                Object ticket = subject.enter();
                if (ticket == null) {
                    Thread.yield();
                } else {
                    inside.incrementAndGet();
                    if (over) {
                        wrong("admits a thread after it was idle");
                    }
                    go(ticket);
                }
            }
        } catch (Exception failure) {
            wrong("fails: " + failure);
        }
    }

    private void go(Object ticket) throws Exception {
        Object leaving = ticket;
        if (subject.leavesAnywhere()) {
            handedOver.add(ticket);
            leaving = handedOver.poll();
        }
        if (leaving != null) {
            inside.decrementAndGet();
            subject.leave(leaving);
        }
    }

    private void wrong(String what) {
        mistake.compareAndSet(null, what);
    }
}
