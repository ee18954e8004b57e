package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Saved by one release, loaded by the next, and after a rollback by the first again. The same table is in
 * {@code docs/checkpoint.md}.
 */
@Timeout(300)
class CheckpointEvolutionTest {

    @TempDir
    Path directory;

    record Base(String name) {}

    record AddedText(String name, String note) {}

    record AddedNumber(String name, int count) {}

    record AddedOptional(String name, Optional<String> note) {}

    record AddedList(String name, List<String> notes) {}

    record Renamed(String title) {}

    record TextAsList(List<String> name) {}

    record Number(int value) {}

    record Wider(long value) {}

    record AsText(String value) {}

    record Narrower(byte value) {}

    enum Colour {
        RED,
        GREEN
    }

    enum FewerColours {
        GREEN
    }

    record Coloured(Colour colour) {}

    record ColouredByFewer(FewerColours colour) {}

    record ByColour(Map<Colour, Integer> counts) {}

    record ByFewerColours(Map<FewerColours, Integer> counts) {}

    record Inner(String a) {}

    record InnerMore(String a, int b) {}

    record Outer(Inner inner) {}

    record OuterMore(InnerMore inner) {}

    record OptionalName(Optional<String> name) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
    sealed interface Shape {}

    record Circle(int radius) implements Shape {}

    record Drawing(Shape shape) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Square.class, name = "square")})
    sealed interface OtherShape {}

    record Square(int side) implements OtherShape {}

    record OtherDrawing(OtherShape shape) {}

    /**
     * One change of a state.
     *
     * @param expected what the next release loads; null if it must refuse the file
     */
    record Change(String what, Object saved, Class<?> next, Object expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Change> changes() {
        return Stream.of(
                new Change("added, an object", new Base("a"), AddedText.class, new AddedText("a", null)),
                new Change("added, a primitive", new Base("a"), AddedNumber.class, new AddedNumber("a", 0)),
                new Change(
                        "added, an Optional",
                        new Base("a"),
                        AddedOptional.class,
                        new AddedOptional("a", Optional.empty())),
                new Change("added, a list", new Base("a"), AddedList.class, new AddedList("a", null)),
                new Change("removed", new AddedText("a", "b"), Base.class, new Base("a")),
                new Change("renamed", new Base("a"), Renamed.class, new Renamed(null)),
                new Change("made Optional", new Base("a"), OptionalName.class, new OptionalName(Optional.of("a"))),
                new Change("no longer Optional", new OptionalName(Optional.of("a")), Base.class, new Base("a")),
                new Change("int to long", new Number(7), Wider.class, new Wider(7)),
                new Change("long to int, fits", new Wider(7), Number.class, new Number(7)),
                new Change("long to int, too large", new Wider(1L << 40), Number.class, null),
                new Change("int to byte, too large", new Number(1000), Narrower.class, null),
                new Change("number to text", new Number(7), AsText.class, new AsText("7")),
                new Change("text to number", new AsText("7"), Number.class, null),
                new Change("text to list", new Base("a"), TextAsList.class, null),
                new Change(
                        "enum constant added",
                        new ColouredByFewer(FewerColours.GREEN),
                        Coloured.class,
                        new Coloured(Colour.GREEN)),
                new Change(
                        "enum constant gone, unused",
                        new Coloured(Colour.GREEN),
                        ColouredByFewer.class,
                        new ColouredByFewer(FewerColours.GREEN)),
                new Change("enum constant gone, used", new Coloured(Colour.RED), ColouredByFewer.class, null),
                new Change(
                        "enum constant gone, a key", new ByColour(Map.of(Colour.RED, 1)), ByFewerColours.class, null),
                new Change(
                        "nested, added",
                        new Outer(new Inner("x")),
                        OuterMore.class,
                        new OuterMore(new InnerMore("x", 0))),
                new Change(
                        "nested, removed",
                        new OuterMore(new InnerMore("x", 3)),
                        Outer.class,
                        new Outer(new Inner("x"))),
                new Change("sealed, subtype gone", new Drawing(new Circle(1)), OtherDrawing.class, null));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void nextReleaseAndRollback(Change change) throws Exception {
        Path file = directory.resolve("state.json");
        save(file, change.saved());
        byte[] saved = Files.readAllBytes(file);
        next(file, change.next(), change.expected());
        assertThat(file).hasBinaryContent(saved);
        assertThat(load(file, change.saved().getClass())).isEqualTo(change.saved());
    }

    private static <T> void save(Path file, T state) throws Exception {
        @SuppressWarnings("unchecked") // a record's own class
        Class<T> type = (Class<T>) state.getClass();
        try (var store = CheckpointStore.json(file, type)) {
            store.save(state);
        }
    }

    private static Object load(Path file, Class<?> type) throws Exception {
        try (var store = CheckpointStore.json(file, type)) {
            return store.load().state().orElseThrow();
        }
    }

    private static void next(Path file, Class<?> type, Object expected) throws Exception {
        if (expected != null) {
            assertThat(load(file, type)).isEqualTo(expected);
            return;
        }
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> load(file, type))
                    .hasMessageContaining(type.getSimpleName())
                    .hasMessageContaining("it is left untouched")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.INCOMPATIBLE));
        }
    }
}
