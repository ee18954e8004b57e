package io.github.shutdown4j.trigger;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.FakeSignals;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.testing.CapturedLogs;

import static io.github.shutdown4j.trigger.ShutdownSignal.INTERRUPT;
import static io.github.shutdown4j.trigger.ShutdownSignal.TERMINATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SignalHandlerTest {

    private static final Set<ShutdownSignal> BOTH = Set.of(INTERRUPT, TERMINATE);

    private final FakeSignals signals = new FakeSignals();
    private final ProcessSignals process = signals.process();
    private final List<ShutdownSignal> handled = new ArrayList<>();

    @Test
    void passesOnEveryDeliveryUntilClosed() {
        SignalHandler handler = SignalHandler.install(process, BOTH, handled::add);
        assertThat(handler.installed()).containsExactly(INTERRUPT, TERMINATE);
        signals.deliver("TERM");
        signals.deliver("INT");
        signals.deliver("TERM");
        assertThat(handled).containsExactly(TERMINATE, INTERRUPT, TERMINATE);
        handler.close();
        handler.close();
        signals.deliver("INT");
        assertThat(handled).hasSize(3);
        assertThat(signals.reachedTheJvm()).containsExactly("INT");
        assertThat(handler.installed()).containsExactly(INTERRUPT, TERMINATE);
    }

    @Test
    void handlesOnlyTheGivenSignals() {
        try (SignalHandler handler = SignalHandler.install(process, Set.of(TERMINATE), handled::add)) {
            signals.deliver("INT");
            assertThat(handler.installed()).containsExactly(TERMINATE);
            assertThat(handled).isEmpty();
        }
    }

    @Test
    @DisplayName("a second owner is refused and changes nothing (scenario 94)")
    void secondOwnerIsRefusedAndChangesNothing() {
        SignalHandler first = SignalHandler.install(process, Set.of(INTERRUPT), handled::add);
        Object terminateBefore = signals.present("TERM");
        assertThatThrownBy(() -> SignalHandler.install(process, BOTH, s -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("SIGINT already handled in this process");
        assertThat(signals.present("TERM")).isSameAs(terminateBefore);
        signals.deliver("INT");
        assertThat(handled).containsExactly(INTERRUPT);
        first.close();
        SignalHandler second = SignalHandler.install(process, BOTH, handled::add);
        assertThatThrownBy(() -> SignalHandler.install(process, BOTH, s -> {}))
                .hasMessageStartingWith("SIGINT and SIGTERM already handled in this process");
        second.close();
    }

    @Test
    void signalsThatCannotBeHandledAreLoggedOneLineEach() {
        signals.ignore("INT").refuse("TERM", "because of something");
        try (CapturedLogs logs = CapturedLogs.open();
                SignalHandler handler = SignalHandler.install(process, BOTH, handled::add)) {
            assertThat(handler.installed()).isEmpty();
            assertThat(logs.texts(Level.INFO))
                    .singleElement()
                    .asString()
                    .contains("SIGINT stays ignored", "env --default-signal=INT java");
            assertThat(logs.texts(Level.WARN))
                    .containsExactly("signals: SIGTERM cannot be handled: because of something");
        }
    }

    @Test
    void onlyAnIgnoredInterruptIsUsual() {
        signals.ignore("TERM");
        try (CapturedLogs logs = CapturedLogs.open();
                SignalHandler handler = SignalHandler.install(process, BOTH, handled::add)) {
            assertThat(handler.installed()).containsExactly(INTERRUPT);
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("SIGTERM stays ignored", "env --default-signal=TERM java");
        }
    }

    @Test
    void badInputFailsAtTheCallAndTakesNothing() {
        Object before = signals.present("TERM");
        assertThatThrownBy(() -> SignalHandler.install(null)).hasMessage("trigger must not be null");
        assertThatThrownBy(() -> SignalHandler.install(process, BOTH, null)).hasMessage("onSignal must not be null");
        assertThatThrownBy(() -> SignalHandler.install(process, null, handled::add))
                .hasMessage("signals must not be null");
        assertThat(signals.present("TERM")).isSameAs(before);
    }
}
