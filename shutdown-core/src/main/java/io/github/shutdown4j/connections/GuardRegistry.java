package io.github.shutdown4j.connections;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A concurrent set of guard details: adding takes one atomic operation, removing none, and only iteration is slow.
 *
 * <p>A segment is an array of entries. An insertion probes up to 64 entries from a start index that advances by the
 * golden ratio, so that long-lived entries do not cluster. If all of them are in use, the segment is about nine tenths
 * full, and a segment of twice the size is stacked on top of it. Older segments are only read. The memory is therefore
 * bounded by the maximum number of entries at any one time, and an entry belongs to its owner until the owner clears
 * it.
 */
final class GuardRegistry {

    private static final int FIRST_SIZE = 16;
    private static final int LARGEST_SIZE = 1 << 20;
    private static final int MAX_PROBES = 64;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final AtomicReference<@Nullable Segment> newest = new AtomicReference<>();

    void add(GuardInfo info) {
        Segment segment = newest.get();
        while (segment == null || !segment.add(info)) {
            int size = segment == null ? FIRST_SIZE : Math.min(LARGEST_SIZE, segment.entries.length() * 2);
            newest.compareAndSet(segment, new Segment(size, segment));
            segment = newest.get();
        }
    }

    void forEach(Consumer<GuardInfo> action) {
        for (Segment segment = newest.get(); segment != null; segment = segment.older) {
            for (int i = 0; i < segment.entries.length(); i++) {
                GuardInfo info = segment.entries.get(i);
                if (info != null) {
                    action.accept(info);
                }
            }
        }
    }

    private static final class Segment {

        final AtomicReferenceArray<@Nullable GuardInfo> entries;
        final @Nullable Segment older;
        /** Only a hint: an update that is lost to a race is harmless. */
        private int start;

        Segment(int size, @Nullable Segment older) {
            this.entries = new AtomicReferenceArray<>(size);
            this.older = older;
        }

        boolean add(GuardInfo info) {
            start += GOLDEN_RATIO;
            int mask = entries.length() - 1;
            int first = start >>> Integer.numberOfLeadingZeros(mask);
            for (int i = 0; i < Math.min(MAX_PROBES, entries.length()); i++) {
                int index = first + i & mask;
                if (entries.getPlain(index) == null) {
                    info.setPosition(entries, index);
                    if (entries.compareAndSet(index, null, info)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
