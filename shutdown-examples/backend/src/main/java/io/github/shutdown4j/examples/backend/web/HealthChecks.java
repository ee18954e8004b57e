package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * Named checks with cached results, so that any number of probes cost one check per period.
 *
 * <p>A check runs on its own thread, at most once at a time. One that does not return within the limit counts as failed
 * until it returns; it is not interrupted, and no second run is started. Thread-safe.
 */
public final class HealthChecks implements AutoCloseable {

    /** Throws with a message if something is wrong. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    /** The result of one check: {@code detail} is "ok" or a description of the problem. */
    @Schema(name = "Check")
    public record Result(String name, boolean ok, String detail) {}

    private final Duration period;
    private final Duration limit;
    private final LongSupplier nanoTime;
    private final List<Entry> entries = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "health-check");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param period the time for which a result is valid
     * @param limit the limit of a check
     */
    public HealthChecks(Duration period, Duration limit) {
        this(period, limit, System::nanoTime);
    }

    HealthChecks(Duration period, Duration limit, LongSupplier nanoTime) {
        this.period = period;
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    /** Before the first call of {@link #results}. */
    public HealthChecks add(String name, Check check) {
        entries.add(new Entry(name, check));
        return this;
    }

    /** Runs the checks that are due, all at once, and returns within the limit; in the order of {@link #add}. */
    public List<Result> results() {
        entries.forEach(Entry::startIfDue);
        long deadline = nanoTime.getAsLong() + limit.toNanos();
        return entries.stream().map(entry -> entry.await(deadline)).toList();
    }

    /** Starts no more checks, interrupts those that run, and closes those that can be closed. */
    @Override
    public void close() throws Exception {
        var unused = threads.shutdownNow();
        for (Entry entry : entries) {
            if (entry.check instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    private final class Entry {

        private final String name;
        private final Check check;
        private CompletableFuture<Result> running; // guarded by this, like the following fields
        private long startedAt;
        private Result last;
        private long lastAt;

        Entry(String name, Check check) {
            this.name = name;
            this.check = check;
        }

        synchronized void startIfDue() {
            long now = nanoTime.getAsLong();
            boolean fresh = last != null && now - lastAt < period.toNanos();
            if (running == null && !fresh && !threads.isShutdown()) {
                startedAt = now;
                running = CompletableFuture.supplyAsync(this::once, threads);
            }
        }

        private Result once() {
            Result result;
            try {
                check.run();
                result = new Result(name, true, "ok");
            } catch (Exception | Error e) {
                String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                result = new Result(name, false, message.strip());
            }
            synchronized (this) {
                last = result;
                lastAt = nanoTime.getAsLong();
                running = null;
            }
            return result;
        }

        /** The latest result at that time. */
        Result await(long deadline) {
            CompletableFuture<Result> current;
            long since;
            synchronized (this) {
                if (running == null) {
                    return last == null ? new Result(name, false, "not checked") : last;
                }
                current = running;
                since = startedAt;
            }
            long now = nanoTime.getAsLong();
            long left = Math.min(deadline - now, since + limit.toNanos() - now);
            try {
                return current.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                Duration waited = Duration.ofNanos(nanoTime.getAsLong() - since);
                return new Result(name, false, "no answer for " + Math.max(1, waited.toSeconds()) + " s");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Result(name, false, "interrupted");
            } catch (ExecutionException e) {
                return new Result(name, false, String.valueOf(e.getCause()));
            }
        }
    }
}
