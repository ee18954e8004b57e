package io.github.shutdown4j.checkpoint;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** The same state gives the same bytes, and what has an order keeps it. */
class JsonOrderTest {

    /** Two strings with the same hash code: whichever comes first into a table is found first. */
    private static final String ONE = "Aa";

    private static final String OTHER = "BB";

    record Name(String text) {}

    record Typed(
            Map<String, Integer> map, HashMap<String, Integer> hashMap, Set<String> set, HashSet<String> hashSet) {}

    record Untyped(Object map, Object set, Collection<String> collection) {}

    private static String json(Object state) throws Exception {
        return new String(JsonMapping.write(state), StandardCharsets.UTF_8);
    }

    private static <M extends Map<String, Integer>> M filled(M map, String... keys) {
        for (String key : keys) {
            map.put(key, key.length());
        }
        return map;
    }

    private static <S extends Set<String>> S filled(S set, String... elements) {
        Collections.addAll(set, elements);
        return set;
    }

    static Stream<Arguments> statesThatAreEqual() {
        return Stream.of(
                arguments(filled(new HashMap<>(), ONE, OTHER, "c"), filled(new HashMap<>(64), "c", OTHER, ONE)),
                arguments(
                        filled(new ConcurrentHashMap<>(), ONE, OTHER, "c"),
                        filled(new ConcurrentHashMap<>(64), "c", OTHER, ONE)),
                arguments(filled(new Hashtable<>(), ONE, OTHER), filled(new Hashtable<>(), OTHER, ONE)),
                arguments(Map.of(ONE, 1, OTHER, 2), Map.of(OTHER, 2, ONE, 1)),
                arguments(
                        Map.of(ZoneId.of("UTC"), 1, ZoneId.of("Europe/Berlin"), 2),
                        Map.of(ZoneId.of("Europe/Berlin"), 2, ZoneId.of("UTC"), 1)),
                arguments(filled(new HashSet<>(), ONE, OTHER, "c"), filled(new HashSet<>(64), "c", OTHER, ONE)),
                arguments(
                        filled(ConcurrentHashMap.newKeySet(), ONE, OTHER),
                        filled(ConcurrentHashMap.newKeySet(), OTHER, ONE)),
                arguments(Set.of(ONE, OTHER), Set.of(OTHER, ONE)),
                arguments(Set.of(ONE, OTHER, "c"), Set.of("c", OTHER, ONE)),
                arguments(
                        new HashSet<>(List.of(new Name(ONE), new Name(OTHER))),
                        new HashSet<>(List.of(new Name(OTHER), new Name(ONE)))),
                arguments(
                        new Typed(
                                Map.of(ONE, 1, OTHER, 2),
                                filled(new HashMap<>(), ONE, OTHER),
                                Set.of(ONE, OTHER),
                                filled(new HashSet<>(), ONE, OTHER)),
                        new Typed(
                                Map.of(OTHER, 2, ONE, 1),
                                filled(new HashMap<>(), OTHER, ONE),
                                Set.of(OTHER, ONE),
                                filled(new HashSet<>(), OTHER, ONE))),
                arguments(
                        new Untyped(Map.of(ONE, 1, OTHER, 2), Set.of(ONE, OTHER), filled(new HashSet<>(), ONE, OTHER)),
                        new Untyped(
                                Map.of(OTHER, 2, ONE, 1), Set.of(OTHER, ONE), filled(new HashSet<>(), OTHER, ONE))));
    }

    @ParameterizedTest
    @MethodSource("statesThatAreEqual")
    void whatHasNoOrderGivesTheSameBytes(Object one, Object other) throws Exception {
        assertThat(one).isEqualTo(other);
        assertThat(json(one)).isEqualTo(json(other));
    }

    @Test
    void theSameHoldsForADeclaredType() throws Exception {
        JsonCodec<Set<String>> set = new JsonCodec<>(new CheckpointType<Set<String>>() {}.type());
        assertThat(set.encode(Set.of(ONE, OTHER))).isEqualTo(set.encode(Set.of(OTHER, ONE)));
        JsonCodec<Map<String, Set<Name>>> map = new JsonCodec<>(new CheckpointType<Map<String, Set<Name>>>() {}.type());
        assertThat(map.encode(Map.of(ONE, Set.of(new Name(ONE), new Name(OTHER)), OTHER, Set.of())))
                .isEqualTo(map.encode(Map.of(OTHER, Set.of(), ONE, Set.of(new Name(OTHER), new Name(ONE)))));
    }

    static Stream<Object> statesWithAnOrder() {
        Map<DayOfWeek, Integer> days = new EnumMap<>(Map.of(DayOfWeek.MONDAY, 1, DayOfWeek.FRIDAY, 2));
        return Stream.of(
                filled(new LinkedHashMap<>(), "z", "a", "m"),
                filled(new TreeMap<>(Collections.reverseOrder()), "z", "a", "m"),
                Collections.unmodifiableMap(filled(new LinkedHashMap<>(), "z", "a", "m")),
                days,
                filled(new LinkedHashSet<>(), "z", "a", "m"),
                filled(new CopyOnWriteArraySet<>(), "z", "a", "m"),
                Collections.unmodifiableSet(filled(new LinkedHashSet<>(), "z", "a", "m")),
                EnumSet.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                List.of("z", "a", "m"),
                new ArrayDeque<>(List.of("z", "a", "m")));
    }

    @ParameterizedTest
    @MethodSource("statesWithAnOrder")
    void whatHasAnOrderKeepsIt(Object state) throws Exception {
        Collection<?> inOrder = state instanceof Map<?, ?> map ? map.keySet() : (Collection<?>) state;
        String json = json(state);
        int last = -1;
        for (Object each : inOrder) {
            assertThat(json.indexOf("\"" + each + "\"")).isGreaterThan(last);
            last = json.indexOf("\"" + each + "\"");
        }
    }
}
