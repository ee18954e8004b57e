package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.StepResult;

import static org.assertj.core.api.Assertions.assertThat;

/** The notifications of reloads before, between and after READY and STOPPING. */
class SystemdListenerReloadTest extends SystemdListenerFixture {

    @Test // scenario 88
    void readyFollowsAReloadAlsoWhenItFailed() {
        listen();
        listener.onReady();
        listener.onReloadStarted("SIGHUP");
        listener.onReloadStep(StepResult.done("limits", Duration.ZERO, Duration.ZERO, ""));
        listener.onReloadFinished(new ReloadReport(
                "SIGHUP",
                Duration.ofMillis(12),
                List.of(StepResult.failed(
                        "limits", Duration.ZERO, Duration.ZERO, new IllegalArgumentException("no number")))));
        listener.onReloadStarted("SIGHUP");
        listener.onReloadFinished(new ReloadReport("SIGHUP", Duration.ofMillis(12), List.of()));
        List<String> texts = socket.texts();
        assertThat(texts.get(1))
                .startsWith("RELOADING=1\nEXTEND_TIMEOUT_USEC=35000000\nMONOTONIC_USEC=")
                .endsWith("SIGHUP");
        assertThat(texts.get(2)).isEqualTo("EXTEND_TIMEOUT_USEC=35000000");
        assertThat(texts.get(3))
                .isEqualTo("READY=1\nSTATUS=running, reload failed: limits failed:"
                        + " java.lang.IllegalArgumentException: no number");
        assertThat(texts.get(5)).isEqualTo("READY=1\nSTATUS=running, reloaded in 12 ms");
    }

    @Test // a READY here would complete a start that is not complete
    void aReloadBeforeReadyIsNotSent() {
        listen();
        listener.onReloadStarted("SIGHUP");
        listener.onReloadFinished(new ReloadReport("SIGHUP", Duration.ZERO, List.of()));
        assertThat(socket.texts()).isEmpty();
    }

    @Test // EXTEND_TIMEOUT_USEC while the service merely runs would silence the watchdog
    void aReloadThatBeganBeforeReadyRequestsNoTime() {
        listen();
        listener.onReloadStarted("SIGHUP");
        listener.onReady();
        listener.onReloadStep(StepResult.done("limits", Duration.ZERO, Duration.ZERO, ""));
        listener.onReloadFinished(new ReloadReport("SIGHUP", Duration.ofMillis(12), List.of()));
        listener.onReloadStep(StepResult.done("late", Duration.ZERO, Duration.ZERO, ""));
        assertThat(socket.texts()).containsExactly("READY=1\nSTATUS=running", "STATUS=running, reloaded in 12 ms");
    }

    @Test // scenario 79: systemd refuses READY after STOPPING
    void aReloadThatEndsDuringTheStopIsNotSent() {
        listen();
        listener.onReady();
        listener.onReloadStarted("SIGHUP");
        listener.onShutdown(TERM);
        listener.onReloadFinished(new ReloadReport("SIGHUP", Duration.ZERO, List.of()));
        assertThat(socket.texts()).hasSize(3).noneMatch(text -> text.contains("reloaded"));
    }
}
