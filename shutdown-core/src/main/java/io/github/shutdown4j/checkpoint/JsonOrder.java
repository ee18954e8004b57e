package io.github.shutdown4j.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Sorts maps and sets whose iteration order depends on how they were filled. Others are left alone, among them all that are
 * not known: their order may be part of the state.
 */
final class JsonOrder {

    private static final Comparator<Object> BY_TEXT = Comparator.comparing(String::valueOf);

    /** For elements, whose text may be long: it is compared only if the hash codes are the same. */
    private static final Comparator<Object> BY_HASH =
            Comparator.comparingInt(Objects::hashCode).thenComparing(BY_TEXT);

    private JsonOrder() {}

    static boolean hasNone(Object value) {
        if (value instanceof Map) {
            return (value instanceof HashMap && !(value instanceof LinkedHashMap))
                    || value instanceof ConcurrentHashMap
                    || value instanceof Hashtable
                    || isImmutableCollection(value);
        }
        return value instanceof Set
                && ((value instanceof HashSet && !(value instanceof LinkedHashSet))
                        || value instanceof ConcurrentHashMap.KeySetView
                        || isImmutableCollection(value));
    }

    /** Whether it is one of {@code Map.of}, {@code Set.copyOf} and the like. */
    private static boolean isImmutableCollection(Object value) {
        return value.getClass().getName().startsWith("java.util.ImmutableCollections");
    }

    /** Returns a copy of a map or set, of the elements themselves, in an order that depends on these only. */
    static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> sorted = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : sort(map.entrySet(), Map.Entry::getKey, BY_TEXT)) {
                sorted.put(entry.getKey(), entry.getValue());
            }
            return sorted;
        }
        return new LinkedHashSet<>(sort((Set<?>) value, element -> element, BY_HASH));
    }

    @SuppressWarnings("unchecked") // an element that is not comparable is noticed
    private static <E> List<E> sort(Set<E> elements, Function<E, Object> key, Comparator<Object> otherwise) {
        List<E> sorted = new ArrayList<>(elements.size());
        for (E element : elements) { // an iterator notices changes by another thread
            sorted.add(element);
        }
        Comparator<Object> natural = (one, other) -> ((Comparable<Object>) one).compareTo(other);
        try {
            sorted.sort(Comparator.comparing(key, natural.thenComparing(otherwise)));
        } catch (ClassCastException | NullPointerException noNaturalOrder) {
            // As of zones, currencies and records; Jackson refuses a null key and accepts a null element.
            sorted.sort(Comparator.comparing(key, otherwise));
        }
        return sorted;
    }
}
