package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.LockOwner;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.StackTraces;

/**
 * A snapshot of work that is still unfinished: an open guard, a running service, a resource that is being closed.
 *
 * <pre>{@code
 * for (UnfinishedWork request : requests.unfinished(10)) { // the ten oldest
 *     System.out.println(request.text());
 * }
 * }</pre>
 *
 * @param name the description
 * @param age the time since the work began
 * @param thread the name of its thread, if known
 * @param stack the stack of that thread at the time of the snapshot, innermost frame first; empty if unknown
 */
public record UnfinishedWork(String name, Duration age, Optional<String> thread, List<StackTraceElement> stack) {

    /** A component that can list its unfinished work. Its methods are cheap and thread-safe. */
    public interface Source {

        /** Returns the current number of unfinished guards, services, resources or saves. */
        long unfinishedCount();

        /** Returns at most {@code limit} entries, oldest first; fewer than the count where no details are recorded. */
        List<UnfinishedWork> unfinished(int limit);
    }

    public UnfinishedWork {
        Checks.notBlank("name", name);
        Checks.notNegative("age", age);
        Checks.notNull("thread", thread);
        stack = Checks.listOf("stack", stack);
    }

    /** Creates a snapshot; works for platform and virtual threads. Without a thread there is no stack. */
    public static UnfinishedWork of(String name, Duration age, @Nullable Thread thread) {
        if (thread == null) {
            return new UnfinishedWork(name, age, Optional.empty(), List.of());
        }
        String threadName = thread.getName().isEmpty() ? thread.toString() : thread.getName();
        return new UnfinishedWork(name, age, Optional.of(threadName), StackTraces.plain(thread.getStackTrace()));
    }

    /**
     * Creates a snapshot, and if the thread waits for a lock, a second one of the thread that holds it. Without the module
     * {@code java.management}, and for virtual threads, there is no second one.
     */
    public static List<UnfinishedWork> withLockOwner(String name, Duration age, Thread thread) {
        UnfinishedWork own = of(name, age, Checks.notNull("thread", thread));
        LockOwner owner = LockOwner.of(thread);
        return owner == null
                ? List.of(own)
                : List.of(
                        own,
                        new UnfinishedWork(
                                "owner of the lock " + owner.lock(), age, Optional.of(owner.thread()), owner.stack()));
    }

    /** Returns one line and, if known, the stack below it. */
    public String text() {
        StringBuilder text =
                new StringBuilder(OneLine.plain(name)).append(", for ").append(Durations.text(age));
        thread.ifPresent(
                t -> text.append(", on thread \"").append(OneLine.plain(t)).append('"'));
        for (StackTraceElement frame : stack) {
            text.append(System.lineSeparator()).append("        at ").append(frame);
        }
        return text.toString();
    }
}
