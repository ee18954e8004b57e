package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** The report of guards that are still held when the drain reaches its limit. */
@Timeout(180)
class PhaseEndWarningTest {

    private final FakeTicker ticker = new FakeTicker();
    private final CapturedLogs logs = CapturedLogs.open();

    @AfterEach
    void close() {
        logs.close();
    }

    private ConnectionTracker tracker(String name, GuardDetails details) {
        return ticker.keptBy(
                () -> ConnectionTracker.builder(name).details(details).build());
    }

    private void hold(ConnectionTracker tracker, String label, int count) {
        for (int i = 0; i < count; i++) {
            var unused = tracker.acquire(label + " " + i);
            ticker.advance(ofMillis(10));
        }
    }

    private PhaseReport drainUntilTimeout(List<ConnectionTracker> trackers) throws Exception {
        List<FutureTask<StepResult>> drains = trackers.stream()
                .map(tracker -> Background.onThread(() -> tracker.drain(ofSeconds(1))))
                .toList();
        ticker.awaitSleepers(drains.size());
        ticker.advance(ofSeconds(1));
        StepResult[] steps = new StepResult[drains.size()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = drains.get(i).get();
        }
        return new PhaseReport(ShutdownPhase.DRAIN, Duration.ZERO, ofSeconds(1), ofSeconds(1), List.of(steps));
    }

    private List<String> warned(ConnectionTracker... trackers) throws Exception {
        PhaseReport report = drainUntilTimeout(List.of(trackers));
        ShutdownLog.written().ended(report);
        ShutdownLog.awaitWritten(ofSeconds(30));
        return logs.texts(Level.WARN).stream()
                .filter(line -> line.startsWith("Shutdown: phase drain"))
                .flatMap(String::lines)
                .toList();
    }

    @Test
    void anEmptyPhaseLogsNothingAtInfo() {
        ShutdownLog log = ShutdownLog.written();
        List<StepResult> step = List.of(StepResult.done("database", Duration.ZERO, ofMillis(1), ""));
        log.ended(new PhaseReport(ShutdownPhase.ANNOUNCE, Duration.ZERO, ofMillis(1), Duration.ZERO, List.of()));
        log.ended(new PhaseReport(ShutdownPhase.ANNOUNCE, Duration.ZERO, ofSeconds(5), ofSeconds(5), List.of()));
        log.ended(new PhaseReport(ShutdownPhase.SAVE, Duration.ZERO, ofMillis(1), ofSeconds(5), List.of()));
        log.ended(new PhaseReport(ShutdownPhase.RELEASE, Duration.ZERO, ofMillis(1), ofSeconds(5), step));
        ShutdownLog.awaitWritten(ofSeconds(30));
        assertThat(logs.texts(Level.INFO))
                .containsExactly("Shutdown: phase announce done after 5 s", "Shutdown: phase release done after 1 ms");
    }

    @Test
    void namesTheTenOldestAndCountsTheRest() throws Exception {
        ConnectionTracker jobs = tracker("jobs", GuardDetails.on());
        hold(jobs, "job", 25);
        List<String> lines = warned(jobs);
        assertThat(lines).filteredOn(line -> line.contains("job ")).hasSize(10);
        assertThat(lines.get(0)).isEqualTo("Shutdown: phase drain abandoned 'jobs' after 1 s, unfinished:");
        assertThat(lines.get(1)).startsWith("    tracker 'jobs': job 0, for 1.25 s");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("    and 15 more");
    }

    @Test
    void countsTheGuardsWithoutDetails() throws Exception {
        ConnectionTracker requests = tracker("requests", GuardDetails.off());
        hold(requests, "request", 25);
        assertThat(warned(requests))
                .containsExactly(
                        "Shutdown: phase drain abandoned 'requests' after 1 s, unfinished:", "    25 without details");
    }

    @Test
    void namesTheOldestOfSeveralTrackers() throws Exception {
        ConnectionTracker young = tracker("young", GuardDetails.on());
        ConnectionTracker old = tracker("old", GuardDetails.on());
        ConnectionTracker plain = tracker("plain", GuardDetails.off());
        hold(old, "old", 8);
        hold(young, "young", 12);
        hold(plain, "plain", 5);
        List<String> lines = warned(young, old, plain);
        List<String> named =
                lines.stream().filter(line -> line.contains(", for ")).toList();
        assertThat(named).hasSize(10);
        assertThat(named.get(0)).startsWith("    tracker 'old': old 0, for 1.25 s");
        assertThat(named.get(7)).startsWith("    tracker 'old': old 7, for 1.18 s");
        assertThat(named.get(8)).startsWith("    tracker 'young': young 0, for 1.17 s");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("    and 15 more");
    }
}
