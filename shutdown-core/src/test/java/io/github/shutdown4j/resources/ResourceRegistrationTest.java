package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ResourceRegistrationTest {

    private final ResourceManager resources = ResourceManager.create();

    @Test
    void registerReturnsItsArgument() {
        Probe probe = Probe.blocking("a", 1);

        assertThat(resources.register(probe)).isSameAs(probe);
    }

    @Test
    void groupsArePlannedByPriorityAndEqualsInOrderOfRegistration() { // scenario 47
        add("z", 5);
        add("most", Integer.MAX_VALUE);
        add("minus", -1);
        add("a", 5);
        add("least", Integer.MIN_VALUE);

        assertThat(plan()).containsExactly(List.of("least"), List.of("minus"), List.of("z", "a"), List.of("most"));
    }

    @Test
    void whatWaitsForAHigherNumberGoesLaterThanItsOwn() {
        resources.register(probe("db", 10).after("flusher"));
        add("cache", 10);
        add("flusher", 100);
        add("other", 100);

        assertThat(plan()).containsExactly(List.of("cache"), List.of("flusher", "other"), List.of("db"));
    }

    @Test
    void resourceGoesAfterAllThatItWaitsForHoweverDeepTheseAre() {
        resources.register(probe("last", 10).after("late", "deep"));
        add("first", 0);
        resources.register(probe("second", 0).after("first"));
        resources.register(probe("deep", 10).after("second"));
        add("early", 10);
        resources.register(probe("late", 10).after("early"));

        assertThat(plan())
                .containsExactly(
                        List.of("first"),
                        List.of("second"),
                        List.of("deep", "early"),
                        List.of("late"),
                        List.of("last"));
    }

    @Test
    void waitingForAnEarlierResourceChangesNothing() {
        add("queue", 0);
        resources.register(probe("db", 10).after("queue"));
        add("cache", 10);

        assertThat(plan()).containsExactly(List.of("queue"), List.of("db", "cache"));
    }

    @Test
    void equalsThatWaitForEachOtherFormGroupsOfTheirOwn() {
        resources.register(probe("c", 7).after("b", "a"));
        resources.register(probe("b", 7).after("a"));
        add("a", 7);
        add("free", 7);
        add("last", 8);

        assertThat(plan()).containsExactly(List.of("a", "free"), List.of("b"), List.of("c"), List.of("last"));
    }

    @Test
    void effectivePriorityIsHandedOn() {
        resources.register(probe("x", Integer.MIN_VALUE).after("y"));
        resources.register(probe("y", 0).after("z"));
        add("z", Integer.MAX_VALUE);

        assertThat(plan()).containsExactly(List.of("z"), List.of("y"), List.of("x"));
    }

    @Test
    void planHasPriorityLimitAndMissingNames() {
        resources.register(probe("db", 10).after("queue", "typo").timeout(Duration.ofSeconds(3)));
        add("queue", 0);

        PlannedResource db = resources.plan().get(1).get(0);
        assertThat(db)
                .isEqualTo(
                        new PlannedResource("db", 10, Set.of("queue", "typo"), Set.of("typo"), Duration.ofSeconds(3)));
        assertThat(resources.plan().get(0).get(0).limit()).isEqualTo(Duration.ofSeconds(10));
        assertThat(ResourceManager.withTimeout(Duration.ofSeconds(2)).plan()).isEmpty();
    }

    @Test
    void circleIsRefusedAndPrinted() { // scenario 47
        resources.register(probe("a", 1).after("b"));
        resources.register(probe("b", 2).after("c"));
        Probe c = probe("c", 3).after("a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.register(c))
                .withMessageContaining("'c'")
                .withMessageContaining("c -> a -> b -> c");
        assertThat(plan()).containsExactly(List.of("b"), List.of("a"));
        assertThat(resources.unregister(c)).isFalse();
    }

    @Test
    void waitingForItselfIsACircle() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.register(probe("a", 1).after("a")))
                .withMessageContaining("a -> a");
    }

    @Test
    void circleThatWasTakenApartIsNone() {
        Probe a = resources.register(probe("a", 1).after("b"));
        assertThat(resources.unregister(a)).isTrue();
        resources.register(probe("b", 1).after("a"));
        add("a", 1);

        assertThat(plan()).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void longChainsOverflowNoStack() { // scenario 53
        for (int i = 0; i < 10_000; i++) {
            resources.register(probe("r" + i, 0).after("r" + (i + 1)));
        }
        assertThat(resources.plan()).hasSize(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.register(probe("r10000", 0).after("r0")))
                .withMessageContaining("r10000 -> r0 -> r1 -> ");
    }

    @Test
    void nameTwiceIsRefusedNamingBoth() {
        add("db", 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.register(Resource.of("db", () -> {})))
                .withMessageContaining("'db'")
                .withMessageContaining(Probe.class.getName())
                .withMessageContaining(CloseableResource.class.getName());
        assertThat(plan()).containsExactly(List.of("db"));
    }

    @Test
    void sameObjectUnderTwoNamesIsRefused() {
        AtomicInteger asked = new AtomicInteger();
        Resource changing = answering(() -> "name" + asked.incrementAndGet(), () -> 1, Set::of, Optional::empty);
        resources.register(changing);
        assertThat(asked).hasValue(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.register(changing))
                .withMessageContaining("'name2'")
                .withMessageContaining("'name1'");
    }

    @Test
    void unregisteredNameIsFree() {
        Probe a = resources.register(probe("a", 1));

        assertThat(resources.unregister(a)).isTrue();
        assertThat(resources.unregister(a)).isFalse();
        assertThat(resources.unregister(probe("a", 1))).isFalse();
        assertThat(resources.plan()).isEmpty();
        resources.register(a);
        assertThat(plan()).containsExactly(List.of("a"));
    }

    @Test
    void invalidPropertiesAreRefusedAndNothingIsRegistered() {
        Set<String> withNull = new HashSet<>(Arrays.asList("x", null));
        refused(NullPointerException.class, "name()", answering(() -> null, () -> 1, Set::of, Optional::empty));
        refused(IllegalArgumentException.class, "name()", answering(() -> " ", () -> 1, Set::of, Optional::empty));
        refused(NullPointerException.class, "after()", answering(() -> "a", () -> 1, () -> null, Optional::empty));
        refused(NullPointerException.class, "after()", answering(() -> "a", () -> 1, () -> withNull, Optional::empty));
        refused(
                IllegalArgumentException.class,
                "after()",
                answering(() -> "a", () -> 1, () -> Set.of(""), Optional::empty));
        refused(NullPointerException.class, "timeout()", answering(() -> "a", () -> 1, Set::of, () -> null));
        refused(
                IllegalArgumentException.class,
                "timeout() of resource 'a' must be more than zero, was 0 s",
                answering(() -> "a", () -> 1, Set::of, () -> Optional.of(Duration.ZERO)));
        assertThatThrownBy(() -> resources.register(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("resource must not be null");
        assertThatThrownBy(() -> resources.unregister(null)).isInstanceOf(NullPointerException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> ResourceManager.withTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> resources.release(Duration.ofMillis(-1)));
    }

    @Test
    void answersThatThrowAreRefusedWithTheirCause() {
        IllegalStateException no = new IllegalStateException("no");
        Supplier<?> thrower = () -> {
            throw no;
        };
        for (String method : List.of("name()", "priority()", "after()", "timeout()")) {
            Resource bad = answering(
                    () -> method.equals("name()") ? (String) thrower.get() : "a",
                    () -> method.equals("priority()") ? (Integer) thrower.get() : 1,
                    () -> method.equals("after()") ? Set.of((String) thrower.get()) : Set.of(),
                    () -> method.equals("timeout()") ? Optional.of((Duration) thrower.get()) : Optional.empty());
            refused(IllegalArgumentException.class, method, bad);
            assertThatThrownBy(() -> resources.register(bad)).hasCause(no);
        }
    }

    @Test
    void withMethodsChangeOneThingEach() {
        Resource changed = Resource.of("db", 10, () -> {})
                .withAfter("b")
                .withAfter("a", "b")
                .withTimeout(Duration.ofSeconds(3))
                .withPriority(7);
        resources.register(changed);

        assertThat(resources.plan())
                .containsExactly(List.of(
                        new PlannedResource("db", 7, Set.of("a", "b"), Set.of("a", "b"), Duration.ofSeconds(3))));
        assertThatIllegalArgumentException().isThrownBy(() -> changed.withTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> changed.withAfter(" "));
        assertThatIllegalArgumentException().isThrownBy(changed::withAfter);
        assertThatThrownBy(() -> changed.withAfter("x", null)).isInstanceOf(NullPointerException.class);
    }

    private void refused(Class<? extends Exception> type, String text, Resource bad) {
        assertThatThrownBy(() -> resources.register(bad)).isInstanceOf(type).hasMessageContaining(text);
        assertThat(resources.plan()).isEmpty();
    }

    private void add(String name, int priority) {
        resources.register(probe(name, priority));
    }

    private static Probe probe(String name, int priority) {
        return new Probe(name, priority, () -> {});
    }

    private List<List<String>> plan() {
        List<List<String>> names = new ArrayList<>();
        resources
                .plan()
                .forEach(group ->
                        names.add(group.stream().map(PlannedResource::name).toList()));
        return names;
    }

    private static Resource answering(
            Supplier<String> name,
            Supplier<Integer> priority,
            Supplier<Set<String>> after,
            Supplier<Optional<Duration>> timeout) {
        return new Resource() {
            @Override
            public String name() {
                return name.get();
            }

            @Override
            public int priority() {
                return priority.get();
            }

            @Override
            public Set<String> after() {
                return after.get();
            }

            @Override
            public Optional<Duration> timeout() {
                return timeout.get();
            }

            @Override
            public void release() {}
        };
    }

    /** Also for a resource registered long after the start, when nobody reads the plan any more. */
    @Test
    void whatMayKeepAResourceFromItsReleaseIsLoggedAtTheRegistration() {
        try (CapturedLogs logs = CapturedLogs.open()) {
            resources.register(new Warned());
            assertThat(logs.texts(Level.WARN))
                    .containsExactly("resources: 'timer' hides its scheduler; register it itself");
        }
    }

    @Test
    void whatMayKeepAResourceFromItsReleaseIsAWarningOfThePlan() {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder().build();
        coordinator.resources().register(new Warned());
        assertThat(coordinator.plan().warnings())
                .containsExactly("resource 'timer' hides its scheduler; register it itself");
    }

    private static final class Warned extends NamedResource implements TaskHolder {
        Warned() {
            super("timer", 1);
        }

        @Override
        public void release() {}

        @Override
        public List<UnfinishedWork> tasks() {
            return List.of();
        }

        @Override
        public int taskCount() {
            return 0;
        }

        @Override
        public String planWarning() {
            return "hides its scheduler; register it itself";
        }
    }
}
