package io.github.shutdown4j.checkpoint;

import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Notes what a value has and its JSON does not show: the comparator of a sorted collection, the capacity of a queue, the
 * zone of a calendar. If a decoded state lacks one of them, it is not the state that was saved, although both have the same
 * JSON.
 */
final class JsonFidelity {

    /** The notes of the encoding in progress on this thread; null if none are taken. */
    private static final ThreadLocal<@Nullable List<String>> NOTES = new ThreadLocal<>();

    private JsonFidelity() {}

    /** Adds to {@code notes}, in alphabetical order, what the values that {@code encode} encodes have beyond their JSON. */
    static byte[] noting(List<String> notes, Callable<byte[]> encode) throws Exception {
        NOTES.set(notes);
        try {
            return encode.call();
        } finally {
            NOTES.remove();
            notes.sort(null); // a set is decoded in another order
        }
    }

    /** Returns the first of {@code notes} that is not in {@code others}; null if both are the same. */
    static @Nullable String missing(List<String> notes, List<String> others) {
        List<String> left = new ArrayList<>(notes);
        for (String other : others) {
            left.remove(other);
        }
        return left.isEmpty() ? null : left.get(0);
    }

    /** Called with each value of a type that {@link #concerns} when it is encoded. */
    static void note(Object value) {
        List<String> notes = NOTES.get();
        if (notes != null) {
            String note = describe(value);
            if (!note.isEmpty()) {
                notes.add(note);
            }
        }
    }

    /** Whether values of the type may have what their JSON does not show. Comparing names loads no class. */
    static boolean concerns(Class<?> type) {
        return SortedMap.class.isAssignableFrom(type)
                || SortedSet.class.isAssignableFrom(type)
                || PriorityQueue.class.isAssignableFrom(type)
                || BlockingQueue.class.isAssignableFrom(type)
                || Calendar.class.isAssignableFrom(type)
                || Path.class.isAssignableFrom(type)
                || type == Pattern.class
                || type == File.class
                || type == InetSocketAddress.class
                || type.getName().equals("java.sql.Timestamp")
                || type.getName().equals("java.sql.Time");
    }

    @SuppressWarnings("JavaUtilDate") // the states of others
    private static String describe(Object value) {
        if (value instanceof SortedMap<?, ?> map) {
            return sorted(value, map.comparator());
        }
        if (value instanceof SortedSet<?> set) {
            return sorted(value, set.comparator());
        }
        if (value instanceof PriorityQueue<?> queue) {
            return sorted(value, queue.comparator());
        }
        if (value instanceof PriorityBlockingQueue<?> queue) {
            return sorted(value, queue.comparator());
        }
        String type = value.getClass().getSimpleName();
        if (value instanceof BlockingQueue<?> queue) {
            long capacity = (long) queue.size() + queue.remainingCapacity();
            return capacity >= Integer.MAX_VALUE ? "" : "the capacity " + capacity + " of " + type;
        }
        if (value instanceof Calendar calendar) {
            return "the zone " + calendar.getTimeZone().getID() + " of " + type;
        }
        if (value instanceof Pattern pattern) {
            return pattern.flags() == 0 ? "" : "the flags " + pattern.flags() + " of the pattern " + pattern;
        }
        if (value instanceof File || value instanceof Path) {
            return "the path " + value;
        }
        if (value instanceof InetSocketAddress address) {
            return address.isUnresolved() ? "" : "the resolved address " + address;
        }
        return value instanceof Date date ? "the " + type + " " + value + " (" + date.getTime() + " ms)" : "";
    }

    private static String sorted(Object value, @Nullable Comparator<?> comparator) {
        return comparator == null || comparator.equals(Comparator.naturalOrder())
                ? ""
                : "the comparator of " + value.getClass().getSimpleName();
    }
}
