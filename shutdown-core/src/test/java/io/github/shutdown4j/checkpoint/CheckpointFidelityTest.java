package io.github.shutdown4j.checkpoint;

import java.io.File;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Comparator;
import java.util.Currency;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Properties of a state that its JSON does not show are restored, or the state is refused. */
@Timeout(180)
class CheckpointFidelityTest {

    @TempDir
    private Path directory;

    private int files;

    private <T> T comesBack(CheckpointType<T> type, T state) throws Exception {
        Path file = directory.resolve("state-" + ++files + ".json");
        try (var store = CheckpointStore.builder(file, type).open()) {
            store.save(state);
        }
        try (var store = CheckpointStore.builder(file, type).open()) {
            return store.load().state().orElseThrow();
        }
    }

    private <T> void isRefused(CheckpointType<T> type, T state, String words) {
        assertThatThrownBy(() -> comesBack(type, state))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(words);
    }

    private static <M extends Map<String, Integer>> M filled(M map) {
        map.put("z", 1);
        map.put("a", 2);
        map.put("m", 3);
        return map;
    }

    record Waiting(Map<String, Integer> byArrival, Set<String> names) {}

    @Test
    void theOrderOfMapsAndSetsComesBack() throws Exception {
        Waiting state = new Waiting(filled(new LinkedHashMap<>()), new LinkedHashSet<>(List.of("z", "a", "q", "m")));
        Waiting back = comesBack(new CheckpointType<Waiting>() {}, state);
        assertThat(new ArrayList<>(back.byArrival().keySet())).containsExactly("z", "a", "m");
        assertThat(new ArrayList<>(back.names())).containsExactly("z", "a", "q", "m");

        LinkedHashMap<String, Integer> leastRecentlyUsedFirst = filled(new LinkedHashMap<>(16, 0.75f, true));
        leastRecentlyUsedFirst.get("z");
        assertThat(comesBack(new CheckpointType<LinkedHashMap<String, Integer>>() {}, leastRecentlyUsedFirst)
                        .keySet())
                .containsExactly("a", "m", "z");
    }

    @Test
    void keysWithoutANaturalOrderAreRestored() throws Exception {
        Map<Currency, BigDecimal> balances = Map.of(
                Currency.getInstance("EUR"), new BigDecimal("1.50"), Currency.getInstance("JPY"), BigDecimal.TEN);
        assertThat(comesBack(new CheckpointType<Map<Currency, BigDecimal>>() {}, balances))
                .isEqualTo(balances);
        Map<ZoneId, Integer> zones = Map.of(ZoneId.of("Europe/Berlin"), 1, ZoneId.of("UTC"), 2);
        assertThat(comesBack(new CheckpointType<Map<ZoneId, Integer>>() {}, zones))
                .isEqualTo(zones);
        Map<Locale, Integer> locales = Map.of(Locale.GERMANY, 1, Locale.FRANCE, 2);
        assertThat(comesBack(new CheckpointType<Map<Locale, Integer>>() {}, locales))
                .isEqualTo(locales);
        Map<BigDecimal, Integer> equalInTheirOrder = Map.of(new BigDecimal("1.0"), 1, new BigDecimal("1.00"), 2);
        assertThat(comesBack(new CheckpointType<Map<BigDecimal, Integer>>() {}, equalInTheirOrder))
                .isEqualTo(equalInTheirOrder);
    }

    @Test
    void anImmutableMapOfValuesWithoutEqualsComesBack() throws Exception {
        Map<String, AtomicLong> counters = Map.of("a", new AtomicLong(7), "b", new AtomicLong(8));
        assertThat(comesBack(new CheckpointType<Map<String, AtomicLong>>() {}, counters)
                        .get("b"))
                .hasValue(8);
    }

    @Test
    void aComparatorIsNotLostSilently() throws Exception {
        isRefused(
                new CheckpointType<TreeMap<String, Integer>>() {},
                filled(new TreeMap<>(String.CASE_INSENSITIVE_ORDER)),
                "JSON does not keep the comparator of TreeMap");
        TreeSet<String> names = new TreeSet<>(Comparator.reverseOrder());
        names.add("a");
        isRefused(new CheckpointType<TreeSet<String>>() {}, names, "the comparator of TreeSet");
        PriorityQueue<Integer> jobs = new PriorityQueue<>(Comparator.reverseOrder());
        jobs.add(1);
        isRefused(new CheckpointType<PriorityQueue<Integer>>() {}, jobs, "the comparator of PriorityQueue");
        assertThat(comesBack(new CheckpointType<TreeMap<String, Integer>>() {}, filled(new TreeMap<>()))
                        .firstKey())
                .isEqualTo("a");
    }

    record AnyCase(SortedMap<String, Integer> values) {
        AnyCase {
            SortedMap<String, Integer> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            sorted.putAll(values);
            values = sorted;
        }
    }

    @Test
    void aComparatorThatTheConstructorSetsComesBack() throws Exception {
        AnyCase back = comesBack(new CheckpointType<AnyCase>() {}, new AnyCase(filled(new TreeMap<>())));
        assertThat(back.values().get("Z")).isEqualTo(1);
    }

    @Test
    void aCapacityIsNotLostSilently() throws Exception {
        isRefused(
                new CheckpointType<ArrayBlockingQueue<Integer>>() {},
                new ArrayBlockingQueue<>(3, false, List.of(1)),
                "the capacity 3 of ArrayBlockingQueue");
        assertThat(comesBack(
                        new CheckpointType<LinkedBlockingQueue<Integer>>() {}, new LinkedBlockingQueue<>(List.of(1))))
                .containsExactly(1);
    }

    @Test
    void valuesOfTheJdkThatJsonCutsAreRefused() throws Exception {
        Timestamp time = new Timestamp(123_456_789_000L);
        assertThat(comesBack(new CheckpointType<Timestamp>() {}, time)).isEqualTo(time);
        time.setNanos(123_456_789);
        isRefused(new CheckpointType<Timestamp>() {}, time, ".123456789");
        isRefused(
                new CheckpointType<Calendar>() {},
                Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo")),
                "the zone Asia/Tokyo");
        isRefused(
                new CheckpointType<Pattern>() {}, Pattern.compile("a", Pattern.CASE_INSENSITIVE), "the flags 2 of the");
        isRefused(new CheckpointType<File>() {}, new File("relative"), "the path relative");
        isRefused(new CheckpointType<Path>() {}, Path.of("relative"), "the path relative");
        assertThat(comesBack(new CheckpointType<List<Path>>() {}, List.of(directory)))
                .containsExactly(directory);
        isRefused(
                new CheckpointType<InetSocketAddress>() {},
                new InetSocketAddress("127.0.0.1", 80),
                "the resolved address /127.0.0.1:80");
        isRefused(new CheckpointType<Random>() {}, new Random(1), "java.util.Random keeps its state");
    }

    @Test
    void keysWithTheSameTextAreRefused() {
        Map<String, Integer> identities = new IdentityHashMap<>();
        identities.put(new String("a"), 1);
        identities.put(new String("a"), 2);
        isRefused(new CheckpointType<Map<String, Integer>>() {}, identities, "Duplicate field 'a'");
    }

    enum Step {
        FIRST {
            @Override
            Step next() {
                return LAST;
            }
        },
        LAST;

        Step next() {
            return this;
        }
    }

    /** Two of them are never equal, because of the array, so the types of their values are compared. */
    record Steps(Set<Step> done, Map<Step, Integer> counts, Object any, int[] numbers) {}

    /** The class of such a constant is not the enum. */
    @Test
    void constantsWithBodiesComeBackInAnEnumSet() throws Exception {
        Set<Step> all = EnumSet.allOf(Step.class);
        Map<Step, Integer> counts = new EnumMap<>(Map.of(Step.FIRST, 1));
        Steps back = comesBack(new CheckpointType<Steps>() {}, new Steps(all, counts, "text", new int[] {1}));
        assertThat(back.done()).isEqualTo(all);
        assertThat(back.counts()).isEqualTo(counts);
        isRefused(new CheckpointType<>() {}, new Steps(Set.of(), Map.of(), Step.FIRST, new int[0]), "another type");
    }
}
