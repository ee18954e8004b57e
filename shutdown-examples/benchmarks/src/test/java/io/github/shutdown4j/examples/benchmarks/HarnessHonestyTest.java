package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.examples.benchmarks.trackers.ClosedBit;
import io.github.shutdown4j.examples.benchmarks.trackers.Exactness;
import io.github.shutdown4j.examples.benchmarks.trackers.Floor;
import io.github.shutdown4j.examples.benchmarks.trackers.MapEntry;
import io.github.shutdown4j.examples.benchmarks.trackers.Ours;
import io.github.shutdown4j.examples.benchmarks.trackers.OursWithDetails;
import io.github.shutdown4j.examples.benchmarks.trackers.PhaserParties;
import io.github.shutdown4j.examples.benchmarks.trackers.ReadLock;
import io.github.shutdown4j.examples.benchmarks.trackers.SemaphorePermits;
import io.github.shutdown4j.examples.benchmarks.trackers.StampedRead;
import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

import static org.assertj.core.api.Assertions.assertThat;

/** The harness must detect slow subjects, and must not let a subject win by not counting. */
class HarnessHonestyTest {

    @TempDir
    Path folder;

    @Test
    void aSlowTrackerIsSeenAsSlow() throws Exception {
        JmhStations.Score floor = score(Floor.class);
        JmhStations.Score slow = score(SlowSubject.class);
        // Its delay alone takes microseconds, and two additions take nanoseconds.
        assertThat(slow.nanos() / floor.nanos()).isGreaterThan(10);
        assertThat(slow.processorNanos() / floor.processorNanos()).isGreaterThan(10);
    }

    @Test
    void whatATrackerAllocatesIsSeen() throws Exception {
        // A key is 16 bytes, its entry in the map 32.
        assertThat(score(MapEntry.class).bytes()).isBetween(40.0, 80.0);
    }

    @Test
    void theTimeOfThreadsThatShareAProcessorIsThatOfEach() throws Exception {
        int threads = 4 * Runtime.getRuntime().availableProcessors();
        try (JmhStations.One station = stations().start(Floor.class.getName(), threads)) {
            JmhStations.Score score = station.turn();
            // At most a quarter of the wall time is processor time; not a share of a share.
            assertThat(score.nanos()).isGreaterThan(2 * score.processorNanos());
            assertThat(score.processorNanos()).isBetween(1.0, 1_000.0);
        }
    }

    private JmhStations.Score score(Class<? extends Subject> type) throws Exception {
        try (JmhStations.One station = stations().start(type.getName(), 1)) {
            return station.turn();
        }
    }

    private JmhStations stations() throws Exception {
        return new JmhStations(run(new Report(Map.of())));
    }

    @ParameterizedTest
    @ValueSource(classes = {ForgetfulSubject.class, LosingSubject.class})
    void aTrackerThatLosesCountIsRejected(Class<? extends Subject> type) throws Exception {
        Report report = new Report(Map.of());
        Run run = run(report);
        Map<String, String> candidates = new LinkedHashMap<>();
        candidates.put("forgetful", type.getName());
        candidates.put("closed bit", ClosedBit.class.getName());
        Map<String, String> notes = new LinkedHashMap<>();
        assertThat(TrackerPart.admitted(run, new JmhStations(run), candidates, notes))
                .containsOnlyKeys("closed bit");
        assertThat(notes).containsExactly(Map.entry("closed bit", "exact"));
        assertThat(report.remarks()).singleElement().asString().contains("forgets work or fails: forgetful");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Ours.class,
                OursWithDetails.class,
                PhaserParties.class,
                ReadLock.class,
                SemaphorePermits.class,
                StampedRead.class,
                SlowSubject.class
            })
    void anExactTrackerIsAdmitted(Class<? extends Subject> type) throws Exception {
        Callable<Subject> subjects = () -> type.getConstructor().newInstance();
        assertThat(Exactness.mistake(subjects, 20)).isEmpty();
    }

    private Run run(Report report) {
        return new Run(false, folder, new Peers(folder), report);
    }
}
