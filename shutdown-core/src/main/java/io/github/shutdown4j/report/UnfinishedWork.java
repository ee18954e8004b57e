package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.StackTraces;

/**
 * Something that has not ended although it should: a guard still held, a service still running, a resource still
 * closing. A snapshot; it does not follow the work.
 *
 * @param name what it is, for people
 * @param age how long it has been at it
 * @param thread the name of the thread that does it, if known
 * @param stack where that thread stood when the snapshot was taken, innermost frame first; empty if unknown
 */
public record UnfinishedWork(String name, Duration age, Optional<String> thread, List<StackTraceElement> stack) {

    /** Something that is waited for and can list what is unfinished. Cheap, and safe to call from any thread. */
    public interface Source {

        /** How many guards, services, resources or saves are unfinished now. */
        long unfinishedCount();

        /** At most {@code limit} of them, the oldest first; fewer than the count where no details are kept. */
        List<UnfinishedWork> unfinished(int limit);
    }

    public UnfinishedWork {
        Checks.notBlank("name", name);
        Checks.notNegative("age", age);
        Checks.notNull("thread", thread);
        stack = List.copyOf(stack);
    }

    /** Takes the snapshot; works for platform and virtual threads. Without a thread there is no stack. */
    public static UnfinishedWork of(String name, Duration age, @Nullable Thread thread) {
        if (thread == null) {
            return new UnfinishedWork(name, age, Optional.empty(), List.of());
        }
        String threadName = thread.getName().isEmpty() ? thread.toString() : thread.getName();
        return new UnfinishedWork(name, age, Optional.of(threadName), StackTraces.plain(thread.getStackTrace()));
    }

    /** One line and, if known, the stack below it. */
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
