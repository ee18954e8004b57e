package io.github.shutdown4j.checkpoint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Types that the default codec supports, and those that it rejects before anything is written. */
@Timeout(180)
class CheckpointJsonTest {

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("state.json");
    }

    private <T> T roundTrip(Class<T> type, T state) throws Exception {
        try (var store = CheckpointStore.json(file(), type)) {
            store.save(state);
        }
        try (var store = CheckpointStore.json(file(), type)) {
            return ((LoadResult.Found<T>) store.load()).value();
        }
    }

    record Times(
            Instant instant,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetDateTime offset,
            OffsetTime offsetTime,
            ZonedDateTime zoned,
            Duration duration,
            Period period,
            Year year,
            YearMonth yearMonth,
            MonthDay monthDay,
            ZoneOffset zoneOffset,
            ZoneId zone,
            DayOfWeek day,
            Map<Instant, List<Duration>> byTime,
            Map<LocalDate, ZoneId> byDate) {}

    @Test
    void timesAreRestored() throws Exception {
        Times times = new Times(
                Instant.parse("2026-03-29T00:59:59.123456789Z"),
                LocalDate.of(2026, 2, 28),
                LocalTime.of(1, 2, 3, 4),
                LocalDateTime.of(2026, 1, 2, 3, 4),
                OffsetDateTime.parse("2026-01-02T03:04:05+05:30"),
                OffsetTime.parse("03:04:05-02:00"),
                ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]"),
                Duration.ofNanos(1_000_000_001),
                Period.of(1, 2, 3),
                Year.of(2026),
                YearMonth.of(2026, 7),
                MonthDay.of(2, 29),
                ZoneOffset.ofHours(3),
                ZoneId.of("Asia/Tokyo"),
                DayOfWeek.FRIDAY,
                Map.of(Instant.EPOCH, List.of(Duration.ZERO, Duration.ofDays(400))),
                Map.of(LocalDate.EPOCH, ZoneOffset.UTC));
        assertThat(roundTrip(Times.class, times)).isEqualTo(times);
        assertThat(Files.readString(file())).contains("\"instant\" : \"2026-03-29T00:59:59.123456789Z\"");
    }

    record Options(
            Optional<String> text,
            Optional<Instant> time,
            Optional<List<Integer>> list,
            OptionalInt i,
            OptionalLong l,
            OptionalDouble d,
            Map<String, Optional<Long>> map) {}

    @Test
    void optionalsAreRestored() throws Exception {
        Options full = new Options(
                Optional.of("a"),
                Optional.of(Instant.EPOCH),
                Optional.of(List.of(1, 2)),
                OptionalInt.of(1),
                OptionalLong.of(Long.MAX_VALUE),
                OptionalDouble.of(0.1),
                Map.of("x", Optional.of(5L), "y", Optional.empty()));
        assertThat(roundTrip(Options.class, full)).isEqualTo(full);
        Options empty = new Options(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                Map.of());
        assertThat(roundTrip(Options.class, empty)).isEqualTo(empty);
        Files.writeString(file(), Files.readString(file()).replaceAll("(?s)  \"crc32c.*", "\"state\":{\"map\":{}}}"));
        try (var store = CheckpointStore.json(file(), Options.class)) {
            assertThat(store.load().state()).contains(empty);
        }
    }

    record Numbers(
            double nan, double infinite, float f, long l, BigDecimal decimal, BigInteger integer, List<Byte> bytes) {}

    @Test
    void numbersAreRestored() throws Exception {
        Numbers numbers = new Numbers(
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                0.1f,
                Long.MIN_VALUE,
                new BigDecimal("1.10"),
                BigInteger.TEN.pow(3000),
                List.of((byte) 1, (byte) -1));
        assertThat(roundTrip(Numbers.class, numbers)).isEqualTo(numbers);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -0.0})
    void doubleAsWholeState(double state) throws Exception {
        assertThat(roundTrip(Double.class, state)).isEqualTo(Double.valueOf(state));
    }

    @Test
    void stringsLongerThanJacksonReadsByDefaultAreRestored() throws Exception {
        String text = "x".repeat(21_000_000);
        assertThat(roundTrip(String.class, text)).isEqualTo(text);
    }

    static final class Nested {
        public Nested inner;
    }

    private static Nested nested(int depth) {
        Nested outer = new Nested();
        for (int i = 1; i < depth; i++) {
            Nested next = new Nested();
            next.inner = outer;
            outer = next;
        }
        return outer;
    }

    @Test
    void whatIsNestedTooDeeplyIsRefusedWhenSaving() throws Exception {
        assertThat(roundTrip(Nested.class, nested(999))).isNotNull();
        try (var store = CheckpointStore.json(file(), Nested.class)) {
            assertThatThrownBy(() -> store.save(nested(1002)))
                    .hasMessageContaining("depth")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
            Nested cycle = new Nested();
            cycle.inner = cycle;
            assertThatThrownBy(() -> store.save(cycle)).isInstanceOf(CheckpointException.class);
        }
        try (var store = CheckpointStore.json(file(), Nested.class)) {
            assertThat(store.load()).isInstanceOf(LoadResult.Found.class);
        }
    }

    interface Shape {}

    record Circle(int radius) implements Shape {}

    record Drawing(Shape shape) {}

    @Test
    void whatCouldNotBeReadAgainIsRefusedWhenSaving() throws Exception {
        try (var store = CheckpointStore.json(file(), Drawing.class)) {
            assertThatThrownBy(() -> store.save(new Drawing(new Circle(1))))
                    .hasMessageContaining("read back")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
        }
        assertThat(file()).doesNotExist();
    }

    static final class Empty {}

    @Test
    void typeWithoutMappingIsRefusedWhenSaving() throws Exception {
        try (var store = CheckpointStore.json(file(), Empty.class)) {
            assertThatThrownBy(() -> store.save(new Empty()))
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
        }
        assertThat(file()).doesNotExist();
    }

    record Failing(int a) {
        @SuppressWarnings("unused")
        public int b() {
            return 1;
        }

        public int getC() {
            throw new IllegalStateException("not now");
        }
    }

    @Test
    void getterThatThrowsLeavesTheOldState() throws Exception {
        Files.writeString(file(), "");
        try (var store = CheckpointStore.json(file(), Failing.class)) {
            assertThatThrownBy(() -> store.save(new Failing(1)))
                    .hasStackTraceContaining("not now")
                    .satisfies(e -> assertThat(((CheckpointException) e).step()).isEqualTo("encode the state"));
        }
        assertThat(file()).isEmptyFile();
    }

    private static CheckpointCodec<String> codec(byte[] encoded) {
        return new CheckpointCodec<>() {
            @Override
            public byte[] encode(String state) {
                return encoded;
            }

            @Override
            public String decode(byte[] json) {
                return new String(json, StandardCharsets.UTF_8);
            }
        };
    }

    @Test
    void codecThatWritesNothingOrNoJsonIsRefused() throws Exception {
        for (String encoded : new String[] {"", "  \n", "not json", "1 2", "{\"a\":1", "{\"a\":1}}"}) {
            try (var store = CheckpointStore.builder(file(), String.class)
                    .codec(codec(encoded.getBytes(StandardCharsets.UTF_8)))
                    .open()) {
                assertThatThrownBy(() -> store.save("any")).as(encoded).satisfies(e -> assertThat(
                                ((CheckpointException) e).kind())
                        .isEqualTo(Kind.NOT_SAVED));
            }
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void ownCodecIsGivenTheBytesThatItWrote() throws Exception {
        for (String json : new String[] {"{\"a\":[1,2,{}]}", " 42 ", "\"}\"", "[]", "\"\u00e4\ud83d\ude00\"", "true"}) {
            CheckpointCodec<String> codec = codec(json.getBytes(StandardCharsets.UTF_8));
            try (var store =
                    CheckpointStore.builder(file(), String.class).codec(codec).open()) {
                store.save("any");
                assertThat(store.load().state()).contains(json.strip());
            }
        }
    }

    record Strict(int number, String text) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"number\":\"7\",\"text\":\"a\"}",
                "{\"number\":7.9,\"text\":\"a\"}",
                "{\"number\":null,\"text\":\"a\"}",
                "null"
            })
    void valuesOfAnotherTypeAreNotBentIntoShape(String state) throws Exception {
        try (var store = CheckpointStore.json(file(), Strict.class)) {
            store.save(new Strict(1, "a"));
        }
        Files.writeString(file(), Files.readString(file()).replaceAll("(?s)  \"crc32c.*", "\"state\":" + state + "}"));
        try (var store = CheckpointStore.json(file(), Strict.class)) {
            assertThat(store.load()).isInstanceOf(LoadResult.Damaged.class);
        }
    }

    @Test
    void fieldsOfOtherReleasesAreTolerated() throws Exception {
        try (var store = CheckpointStore.json(file(), Strict.class)) {
            store.save(new Strict(1, "a"));
        }
        Files.writeString(
                file(),
                Files.readString(file()).replaceAll("(?s)  \"crc32c.*", "\"state\":{\"number\":3,\"later\":[]}}"));
        try (var store = CheckpointStore.json(file(), Strict.class)) {
            assertThat(store.load().state()).contains(new Strict(3, null));
        }
    }

    record Before(String name) {}

    record Primitives(
            String name, boolean a, byte b, short c, char d, int e, long f, float g, double h, Optional<String> i) {}

    @Test
    void primitiveComponentsThatTheFileDoesNotHaveAreZero() throws Exception {
        try (var store = CheckpointStore.json(file(), Before.class)) {
            store.save(new Before("ann"));
        }
        try (var store = CheckpointStore.json(file(), Primitives.class)) {
            assertThat(store.load().state())
                    .contains(new Primitives("ann", false, (byte) 0, (short) 0, '\0', 0, 0, 0, 0, Optional.empty()));
        }
    }

    @Test
    void migrationOfFieldsKeepsNumbersAsTheyAre() throws Exception {
        byte[] migrated = CheckpointMigration.ofFields(fields -> {
                    fields.put("new", List.of());
                    return fields;
                })
                .migrate(
                        "{\"a\":1.10,\"b\":123456789012345678901234567890,\"c\":0.1}".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(migrated, StandardCharsets.UTF_8))
                .contains("1.10", "123456789012345678901234567890", "0.1", "\"new\" : [ ]");
    }
}
