package io.github.shutdown4j.internal;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProcessSignalsTest {

    private final FakeSignals signals = new FakeSignals();
    private final ProcessSignals process = signals.process();
    private final List<String> received = new ArrayList<>();

    @Test
    void installedHandlerReceivesDeliveriesUntilThePreviousOneIsRestored() {
        Object previous = signals.present("TERM");
        SignalRegistration.Installed registration = install("TERM");
        signals.deliver("TERM");
        signals.deliver("TERM");
        signals.deliver("INT");
        assertThat(received).containsExactly("TERM", "TERM");
        assertThat(signals.reachedTheJvm()).containsExactly("INT");
        registration.close();
        assertThat(signals.present("TERM")).isSameAs(previous);
        registration.close();
        assertThat(signals.present("TERM")).isSameAs(previous);
    }

    @Test
    void signalHasOneOwnerAtATime() {
        SignalRegistration.Installed first = install("INT");
        Object ours = signals.present("INT");
        assertThat(process.install("INT", () -> received.add("second"))).isInstanceOf(SignalRegistration.Owned.class);
        assertThat(signals.present("INT")).isSameAs(ours);
        first.close();
        install("INT").close();
    }

    @Test
    void ownerInAnotherCopyOfTheLibraryIsRecognised() {
        SignalRegistration.Installed first = install("INT");
        Object theirs = signals.present("INT");
        ProcessSignals copy = signals.process();
        assertThat(copy.install("INT", () -> received.add("copy"))).isInstanceOf(SignalRegistration.Owned.class);
        assertThat(signals.present("INT")).isSameAs(theirs);
        signals.deliver("INT");
        assertThat(received).containsExactly("INT");
        first.close();
        assertThat(copy.install("INT", () -> {})).isInstanceOf(SignalRegistration.Installed.class);
    }

    @Test
    void handlerOfTheJvmIsRecognisedByItsText() throws Exception {
        Object handler = new SunMiscSignals().handler(delivery -> {});
        assertThat(handler.toString()).contains(ProcessSignals.LABEL);
    }

    @Test
    void inheritedIgnoreStays() {
        signals.ignore("INT");
        Object ignored = signals.present("INT");
        assertThat(process.install("INT", () -> received.add("INT"))).isInstanceOf(SignalRegistration.Ignored.class);
        assertThat(signals.present("INT")).isSameAs(ignored);
        assertThat(process.install("INT", () -> received.add("INT"))).isInstanceOf(SignalRegistration.Ignored.class);
    }

    @Test
    void inheritedIgnoreIsNotLoggedAsAnotherHandler() {
        signals.ignore("INT");
        try (CapturedLogs logs = CapturedLogs.open()) {
            process.install("INT", () -> received.add("INT"));
            assertThat(logs.texts(Level.INFO)).isEmpty();
        }
    }

    @Test
    void refusalHasAReasonAndChangesNothing() {
        signals.refuse("HUP", "this operating system does not have it");
        for (int i = 0; i < 2; i++) {
            assertThat(process.install("HUP", () -> {}))
                    .isEqualTo(new SignalRegistration.Refused("this operating system does not have it"));
        }
    }

    @Test
    void signalsOfTheJvmAreRejected() {
        for (String name : List.of("QUIT", "USR2", "PIPE", "BUS", "XFSZ", "KILL", "SIGTERM", "")) {
            assertThatThrownBy(() -> process.install(name, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("was " + name);
        }
    }

    @Test
    void handlerInstalledLaterStays() {
        SignalRegistration.Installed registration = install("TERM");
        Object theirs = signals.foreignHandler("theirs", () -> received.add("theirs"));
        signals.replace("TERM", theirs);
        try (CapturedLogs logs = CapturedLogs.open()) {
            registration.close();
            assertThat(signals.present("TERM")).isSameAs(theirs);
            assertThat(logs.texts(Level.INFO)).singleElement().asString().contains("SIGTERM");
        }
    }

    @Test
    void closedHandlerThatIsRestoredDelegatesToThePreviousOne() {
        SignalRegistration.Installed registration = install("TERM");
        Object previousOfTheirs = signals.replace("TERM", signals.foreignHandler("theirs", () -> {}));
        registration.close();
        signals.replace("TERM", previousOfTheirs);
        signals.deliver("TERM");
        assertThat(received).isEmpty();
        assertThat(signals.reachedTheJvm()).containsExactly("TERM");
    }

    @Test
    void handlerThatThrowsIsLoggedAndCalledAgain() {
        try (CapturedLogs logs = CapturedLogs.open()) {
            process.install("TERM", () -> {
                received.add("TERM");
                throw new OutOfMemoryError("on purpose");
            });
            signals.deliver("TERM");
            signals.deliver("TERM");
            assertThat(received).hasSize(2);
            assertThat(logs.texts(Level.ERROR)).hasSize(2).allMatch(t -> t.contains("SIGTERM failed"));
        }
    }

    @Test
    void runtimeWithoutSignalSupportRefusesAll() {
        ProcessSignals none = new ProcessSignals(new UnavailableSignals("no signals here"));
        assertThat(none.install("TERM", () -> {})).isEqualTo(new SignalRegistration.Refused("no signals here"));
    }

    private SignalRegistration.Installed install(String name) {
        return (SignalRegistration.Installed) process.install(name, () -> received.add(name));
    }

    @Test
    void previousHandlerWhoseTextCannotBeHadIsTakenForAForeignOneAndRestored() {
        Object foreign = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        };
        signals.replace("TERM", foreign);
        SignalRegistration.Installed registration = install("TERM");
        signals.deliver("TERM");
        assertThat(received).containsExactly("TERM");
        registration.close();
        assertThat(signals.present("TERM")).isSameAs(foreign);
    }
}
