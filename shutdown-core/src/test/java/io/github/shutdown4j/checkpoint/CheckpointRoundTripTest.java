package io.github.shutdown4j.checkpoint;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A state that would be decoded differently is refused by every save, not only by the first. */
@Timeout(180)
class CheckpointRoundTripTest {

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("state.json");
    }

    private <T> void assertRefused(Class<T> type, T good, T bad, String... words) throws Exception {
        try (var store = CheckpointStore.json(file(), type)) {
            store.save(good);
            assertThatThrownBy(() -> store.save(bad))
                    .hasMessageContainingAll(words)
                    .hasMessageContaining("the previous state is unchanged")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
        }
        try (var store = CheckpointStore.json(file(), type)) {
            assertThat(store.load()).isInstanceOf(LoadResult.Found.class);
        }
    }

    sealed interface Shape {}

    record Circle(int radius) implements Shape {}

    record Drawing(List<Shape> shapes) {}

    @Test
    void sealedInterfaceWithoutTypeInformation() throws Exception {
        assertRefused(Drawing.class, new Drawing(List.of()), new Drawing(List.of(new Circle(1))), "Shape");
    }

    static class Parent {
        public int number = 1;
    }

    static final class Child extends Parent {
        public int extra = 2;
    }

    static final class Twin extends Parent {}

    record Family(List<Parent> members) {}

    @Test
    void subclassThatWouldBeRestoredAsItsParent() throws Exception {
        Family good = new Family(List.of(new Parent()));
        assertRefused(Family.class, good, new Family(List.of(new Child())), "/members/0/extra is missing");
        assertRefused(Family.class, good, new Family(List.of(new Twin())), "another type", "Twin");
    }

    record Item(String name) {}

    @SuppressWarnings("rawtypes")
    record Raw(List items) {}

    @Test
    void recordInARawCollectionThatWouldBeRestoredAsAMap() throws Exception {
        assertRefused(Raw.class, new Raw(List.of("a", 1)), new Raw(List.of(new Item("a"))), "another type", "Item");
    }

    record Anything(Object value) {}

    @Test
    void decimalInAnObjectThatWouldLoseItsDigits() throws Exception {
        assertRefused(
                Anything.class, new Anything("a"), new Anything(new BigDecimal("1.10")), "/value was 1.10 and is 1.1");
    }

    record Large(String filler, List<Parent> members) {}

    @Test
    void lastSaveIsReadBackHoweverLarge() throws Exception {
        String filler = "x".repeat(100_000);
        try (var store = CheckpointStore.json(file(), Large.class)) {
            store.save(new Large(filler, List.of()));
        }
        Checkpoint<Large> checkpoint =
                Checkpoint.of(CheckpointStore.json(file(), Large.class), () -> new Large(filler, List.of(new Child())));
        assertThatThrownBy(checkpoint::finish).hasMessageContaining("/members/0/extra is missing");
    }

    /** Changes at each read, like a state that another thread modifies. */
    static final class Restless {
        private int number;

        public int getNumber() {
            return ++number;
        }

        public void setNumber(int number) {
            this.number = number - 1;
        }
    }

    @Test
    void stateThatChangesWhileItIsSaved() throws Exception {
        try (var store = CheckpointStore.json(file(), Restless.class)) {
            assertThatThrownBy(() -> store.save(new Restless()))
                    .hasMessageContaining("changes while it is saved: /number was 1 and is ");
        }
    }

    record Box<T>(T value) {}

    @Test
    void openWarnsOfTypesWithoutAWayBack() throws Exception {
        assertThat(warningsOf(CheckpointStore.builder(file(), Drawing.class)))
                .singleElement()
                .asString()
                .contains("Drawing.shapes[] is Shape", "no @JsonTypeInfo");
        assertThat(warningsOf(CheckpointStore.builder(file(), Raw.class)))
                .singleElement()
                .asString()
                .contains("Raw.items[] is declared as Object");
        assertThat(warningsOf(CheckpointStore.builder(file(), Box.class)))
                .singleElement()
                .asString()
                .contains("Box has type parameters", "CheckpointType");
        assertThat(warningsOf(CheckpointStore.builder(file(), Sets.class))).isEmpty();
        assertThat(warningsOf(CheckpointStore.builder(file(), Tagged.class))).isEmpty();
        assertThat(warningsOf(CheckpointStore.builder(file(), new CheckpointType<Box<Item>>() {})))
                .isEmpty();
    }

    @Test
    @SuppressWarnings("rawtypes")
    void aTypeThatNamesNoneIsRefused() {
        assertThatThrownBy(() -> new CheckpointType() {})
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must name its type");
    }

    private static List<String> warningsOf(CheckpointStoreBuilder<?> builder) throws Exception {
        try (var logs = CapturedLogs.open()) {
            builder.open().close();
            return logs.texts(Level.WARN);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Car.class), @JsonSubTypes.Type(Bike.class)})
    sealed interface Vehicle {}

    record Car(int doors) implements Vehicle {}

    record Bike(boolean bell) implements Vehicle {}

    record Tagged(Vehicle one, List<Vehicle> more, Map<String, Vehicle> named) {}

    @Test
    void sealedInterfaceWithTypeInformationIsRestored() throws Exception {
        Tagged tagged = new Tagged(new Car(3), List.of(new Bike(true), new Car(5)), Map.of("a", new Bike(false)));
        try (var store = CheckpointStore.json(file(), Tagged.class)) {
            store.save(tagged);
            assertThat(store.load().state()).contains(tagged);
        }
    }

    @Test
    void typeTokenTellsTheTypeArguments() throws Exception {
        var type = new CheckpointType<Map<String, Box<Item>>>() {};
        Map<String, Box<Item>> state = Map.of("a", new Box<>(new Item("x")));
        try (var store = CheckpointStore.builder(file(), type).open()) {
            store.save(state);
            assertThat(store.load().state()).contains(state);
        }
    }

    record Sets(Set<String> names, Map<String, Set<Item>> items, int[] numbers, List<Parent> parents) {}

    @Test
    void setsArraysAndClassesWithoutEqualsAreNoObstacle() throws Exception {
        Set<String> names = new LinkedHashSet<>(List.of("zoe", "ann", "bob", "x1", "y22", "z333"));
        Sets sets = new Sets(
                names,
                Map.of("k", Set.of(new Item("a"), new Item("b"), new Item("c"))),
                new int[] {3, 1, 2},
                new ArrayList<>(List.of(new Parent(), new Parent())));
        try (var store = CheckpointStore.json(file(), Sets.class)) {
            for (int i = 0; i < 3; i++) {
                store.save(sets);
            }
            assertThat(store.load().state().orElseThrow().names()).isEqualTo(names);
        }
    }
}
