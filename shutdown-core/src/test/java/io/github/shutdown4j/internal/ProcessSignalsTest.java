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
    private final List<String> heard = new ArrayList<>();

    @Test
    void takenSignalComesToUsUntilTheFormerHandlerIsBack() {
        Object former = signals.present("TERM");
        SignalRegistration.Taken claim = take("TERM");
        signals.deliver("TERM");
        signals.deliver("TERM");
        signals.deliver("INT");
        assertThat(heard).containsExactly("TERM", "TERM");
        assertThat(signals.reachedTheJvm()).containsExactly("INT");
        claim.close();
        assertThat(signals.present("TERM")).isSameAs(former);
        claim.close();
        assertThat(signals.present("TERM")).isSameAs(former);
    }

    @Test
    void signalHasOneOwnerAtATime() {
        SignalRegistration.Taken first = take("INT");
        Object ours = signals.present("INT");
        assertThat(process.take("INT", () -> heard.add("second"))).isInstanceOf(SignalRegistration.Owned.class);
        assertThat(signals.present("INT")).isSameAs(ours);
        first.close();
        take("INT").close();
    }

    @Test
    void ownerInAnotherCopyOfTheLibraryIsRecognised() {
        SignalRegistration.Taken first = take("INT");
        Object theirs = signals.present("INT");
        ProcessSignals copy = signals.process();
        assertThat(copy.take("INT", () -> heard.add("copy"))).isInstanceOf(SignalRegistration.Owned.class);
        assertThat(signals.present("INT")).isSameAs(theirs);
        signals.deliver("INT");
        assertThat(heard).containsExactly("INT");
        first.close();
        assertThat(copy.take("INT", () -> {})).isInstanceOf(SignalRegistration.Taken.class);
    }

    @Test
    void inheritedIgnoreStays() {
        signals.ignore("INT");
        Object ignored = signals.present("INT");
        assertThat(process.take("INT", () -> heard.add("INT"))).isInstanceOf(SignalRegistration.Ignored.class);
        assertThat(signals.present("INT")).isSameAs(ignored);
        assertThat(process.take("INT", () -> heard.add("INT"))).isInstanceOf(SignalRegistration.Ignored.class);
    }

    @Test
    void refusalTellsWhyAndLeavesNothing() {
        signals.refuse("HUP", "this operating system does not have it");
        for (int i = 0; i < 2; i++) {
            assertThat(process.take("HUP", () -> {}))
                    .isEqualTo(new SignalRegistration.Refused("this operating system does not have it"));
        }
    }

    @Test
    void signalsTheJvmNeedsItselfAreNeverTouched() {
        for (String name : List.of("QUIT", "USR2", "PIPE", "BUS", "XFSZ", "KILL", "SIGTERM", "")) {
            assertThatThrownBy(() -> process.take(name, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("was " + name);
        }
    }

    @Test
    void handlerThatReplacedOursStays() {
        SignalRegistration.Taken claim = take("TERM");
        Object theirs = signals.foreignHandler("theirs", () -> heard.add("theirs"));
        signals.replace("TERM", theirs);
        try (CapturedLogs logs = CapturedLogs.open()) {
            claim.close();
            assertThat(signals.present("TERM")).isSameAs(theirs);
            assertThat(logs.texts(Level.INFO)).singleElement().asString().contains("SIGTERM");
        }
    }

    @Test
    void closedHandlerThatIsPutBackPassesOnToTheOneBefore() {
        SignalRegistration.Taken claim = take("TERM");
        Object formerOfTheirs = signals.replace("TERM", signals.foreignHandler("theirs", () -> {}));
        claim.close();
        signals.replace("TERM", formerOfTheirs);
        signals.deliver("TERM");
        assertThat(heard).isEmpty();
        assertThat(signals.reachedTheJvm()).containsExactly("TERM");
    }

    @Test
    void handlerThatThrowsIsLoggedAndHeardAgain() {
        try (CapturedLogs logs = CapturedLogs.open()) {
            process.take("TERM", () -> {
                heard.add("TERM");
                throw new OutOfMemoryError("on purpose");
            });
            signals.deliver("TERM");
            signals.deliver("TERM");
            assertThat(heard).hasSize(2);
            assertThat(logs.texts(Level.ERROR)).hasSize(2).allMatch(t -> t.contains("SIGTERM failed"));
        }
    }

    @Test
    void runtimeWithoutSignalsRefusesAll() {
        ProcessSignals none = new ProcessSignals(new UnavailableSignals("no signals here"));
        assertThat(none.take("TERM", () -> {})).isEqualTo(new SignalRegistration.Refused("no signals here"));
    }

    private SignalRegistration.Taken take(String name) {
        return (SignalRegistration.Taken) process.take(name, () -> heard.add(name));
    }
}
