package io.github.shutdown4j.connections;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Lists holders so that adding one costs one atomic operation, removing it none, and only looking at all is slow.
 *
 * <p>A page is an array of places. A newcomer tries a few dozen, from a start that moves by the golden ratio, so that
 * the long-lived among the holders do not heap up anywhere. If it finds all taken, the page is about nine tenths full,
 * and a page of twice the size goes on top of it. Lower pages are only looked at. So memory is bounded by the most
 * holders there have ever been at a time, and a place belongs to its holder until the holder itself clears it.
 */
final class GuardRegistry {

    private static final int FIRST_SIZE = 16;
    private static final int LARGEST_SIZE = 1 << 20;
    private static final int TRIES = 64;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final AtomicReference<@Nullable Page> top = new AtomicReference<>();

    void add(GuardInfo holder) {
        Page page = top.get();
        while (page == null || !page.add(holder)) {
            int size = page == null ? FIRST_SIZE : Math.min(LARGEST_SIZE, page.places.length() * 2);
            top.compareAndSet(page, new Page(size, page));
            page = top.get();
        }
    }

    void forEach(Consumer<GuardInfo> action) {
        for (Page page = top.get(); page != null; page = page.below) {
            for (int i = 0; i < page.places.length(); i++) {
                GuardInfo holder = page.places.get(i);
                if (holder != null) {
                    action.accept(holder);
                }
            }
        }
    }

    private static final class Page {

        final AtomicReferenceArray<@Nullable GuardInfo> places;
        final @Nullable Page below;
        /** A hint only: an update that gets lost to a race does no harm. */
        private int start;

        Page(int size, @Nullable Page below) {
            this.places = new AtomicReferenceArray<>(size);
            this.below = below;
        }

        boolean add(GuardInfo holder) {
            start += GOLDEN_RATIO;
            int mask = places.length() - 1;
            int first = start >>> Integer.numberOfLeadingZeros(mask);
            for (int i = 0; i < Math.min(TRIES, places.length()); i++) {
                int place = first + i & mask;
                if (places.getPlain(place) == null) {
                    holder.setPlace(places, place);
                    if (places.compareAndSet(place, null, holder)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
