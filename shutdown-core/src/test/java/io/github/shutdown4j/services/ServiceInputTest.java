package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static io.github.shutdown4j.services.ServicePolicy.Reaction.CONTINUE;
import static io.github.shutdown4j.services.ServicePolicy.Reaction.SHUTDOWN;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Invalid arguments of services are rejected at the call. */
class ServiceInputTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void refused(String message, ThrowingCallable call) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(call)
                .withMessage(message);
    }

    private static void refusedNull(String name, ThrowingCallable call) {
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(call).withMessage(name + " must not be null");
    }

    @Test
    void theBuilderRefusesBadServices() {
        ServiceGroupBuilder builder = ServiceGroup.builder().add("web", untilStopped());
        refused("name must not be blank, was \" \"", () -> builder.add(" ", untilStopped()));
        refused(
                "a service named 'web' was added before; give each its own name",
                () -> builder.add("web", untilStopped()));
        refused("startTimeout must be more than zero, was 0 s", () -> builder.startTimeout(Duration.ZERO));
        refusedNull("name", () -> builder.add(null, untilStopped()));
        refusedNull("service", () -> builder.add("x", null));
        refusedNull("policy", () -> builder.add("x", untilStopped(), null));
        refusedNull("start", () -> Service.of(null, () -> {}));
        refusedNull("stop", () -> Service.of(() -> {}, null));
        refusedNull("pass", () -> Service.loop(null));
        assertThat(builder.build().names()).containsExactly("web");
    }

    /** Otherwise the group would count as started, and no service would ever start or fail. */
    @Test
    void aStartTimeoutThatIsNoneIsRefusedAndNothingIsStarted() throws Exception {
        ServiceGroup group = ServiceGroup.builder().add("web", untilStopped()).build();
        refusedNull("defaultStartTimeout", () -> group.start(null));
        refused("defaultStartTimeout must be more than zero, was 0 s", () -> group.start(Duration.ZERO));
        refused("defaultStartTimeout must be more than zero, was -1 s", () -> group.maxStartTime(SECOND.negated()));
        group.start();
        assertThat(group.awaitReady(Duration.ofMinutes(1))).isTrue();
        assertThat(group.stop(Duration.ofMinutes(1))).hasSize(1);
    }

    @Test
    void buildRefusesAnUnknownName() {
        refused(
                "service 'web' comes after 'db', which is not in the group; known are [web]",
                () -> ServiceGroup.builder()
                        .add("web", untilStopped(), ServicePolicy.critical().withAfter("db"))
                        .build());
    }

    @Test
    void buildRefusesACircleAndShowsIt() {
        refused("services come after each other in a cycle: a after c after b after a", () -> ServiceGroup.builder()
                .add("outside", untilStopped(), ServicePolicy.critical().withAfter("a"))
                .add("first", untilStopped())
                .add("a", untilStopped(), ServicePolicy.critical().withAfter("first", "c"))
                .add("b", untilStopped(), ServicePolicy.critical().withAfter("a"))
                .add("c", untilStopped(), ServicePolicy.critical().withAfter("b"))
                .build());
        refused("services come after each other in a cycle: self after self", () -> ServiceGroup.builder()
                .add("self", untilStopped(), ServicePolicy.critical().withAfter("self"))
                .build());
    }

    @Test
    void policiesRefuseNonsense() {
        refused("each of after must not be blank, was \"\"", () -> ServicePolicy.critical()
                .withAfter(""));
        refusedNull("onFailure", () -> ServicePolicy.critical().withOnFailure(null));
        refusedNull("onEnd", () -> ServicePolicy.critical().withOnEnd(null));
        refusedNull("policy", () -> ServicePolicy.critical().withRestart(null));
        refused("maxRestarts must be at least 1, was 0", () -> RestartPolicy.upTo(0, SECOND));
        refused("within must be more than zero, was 0 s", () -> RestartPolicy.upTo(1, Duration.ZERO));
        RestartPolicy policy = RestartPolicy.upTo(1, SECOND);
        refused("initialDelay must be more than zero, was 0 s", () -> policy.withBackoff(Duration.ZERO, SECOND, 2));
        refused(
                "maxDelay must be at least initialDelay (1 s), was 999 ms",
                () -> policy.withBackoff(SECOND, Duration.ofMillis(999), 2));
        for (double multiplier : new double[] {0.99, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            refused(
                    "multiplier must be at least 1 and finite, was " + multiplier,
                    () -> policy.withBackoff(SECOND, SECOND, multiplier));
        }
    }

    @Test
    void aPolicyIsChangedByCopy() {
        ServicePolicy policy = ServicePolicy.optional()
                .withOnEnd(SHUTDOWN)
                .withAfter("a")
                .withAfter("b", "a")
                .withRestart(RestartPolicy.unlimited());
        assertThat(policy)
                .isEqualTo(new ServicePolicy(
                        CONTINUE, SHUTDOWN, Optional.of(RestartPolicy.unlimited()), Set.of("a", "b")));
        assertThat(ServicePolicy.critical())
                .isEqualTo(new ServicePolicy(SHUTDOWN, CONTINUE, Optional.empty(), Set.of()));
    }

    @Test
    void theGroupRefusesBadCalls() {
        ServiceGroup group = ServiceGroup.builder().add("web", untilStopped()).build();
        refused("timeout must not be negative, was -1 s", () -> group.stop(SECOND.negated()));
        refused("timeout must not be negative, was -1 s", () -> group.awaitReady(SECOND.negated()));
        refused("no service 'db' in the group; known are [web]", () -> group.state("db"));
        refusedNull("onStep", () -> group.stop(SECOND, null));
        refusedNull("name", () -> group.state(null));
        assertThat(group.state("web")).isEqualTo(ServiceState.WAITING);
    }
}
