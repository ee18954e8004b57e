package io.github.shutdown4j.systemd.real;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One unit in a {@link SystemdBox}. Every failure contains its state and its journal; a wait for a state fails at once
 * when the unit ends instead.
 */
public final class BoxUnit {

    /** Longer than any step takes on a loaded machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration POLL = Duration.ofMillis(50);

    private static final List<String> ENDS = List.of("inactive", "failed");

    private static final String SHOWN = "ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,StatusText,"
            + "NRestarts,TimeoutStopUSec,WatchdogUSec,WatchdogTimestamp,StateChangeTimestamp";

    private final SystemdBox box;
    private final String name;

    BoxUnit(SystemdBox box, String name) {
        this.box = box;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Starts it and returns when it is active. */
    public void start() {
        succeeds("start");
        assertThat(show("ActiveState")).as(this::story).isIn("active", "deactivating");
    }

    /** Runs a command that must succeed; returns how long it took. */
    public Answer succeeds(String verb) {
        Answer answer = box.systemctl(verb, name);
        assertThat(answer.exitCode()).as(() -> verb + ": " + answer + story()).isZero();
        return answer;
    }

    /** Runs a command that must fail; returns how long it took. */
    public Answer fails(String verb) {
        Answer answer = box.systemctl(verb, name);
        assertThat(answer.exitCode()).as(() -> verb + ": " + answer + story()).isNotZero();
        return answer;
    }

    /** Stops it, with any result; returns how long it took. */
    public Answer stop() {
        return box.systemctl("stop", name);
    }

    public void kill(String signal) {
        box.systemctl("kill", "--kill-who=main", "--signal=" + signal, name);
    }

    public String show(String property) {
        return box.show(name, property);
    }

    public String status() {
        return show("StatusText");
    }

    public String journal() {
        return box.journal(name);
    }

    public void awaitState(String state) {
        await("ActiveState", state::equals, "to be " + state);
    }

    public void awaitResult(String result) {
        await("Result", result::equals, "to be " + result);
    }

    public void awaitStatus(String text) {
        await("StatusText", status -> status.contains(text), "to contain \"" + text + "\"");
    }

    /** Waits until systemd has restarted it this often. */
    public void awaitRestarts(int count) {
        await("NRestarts", seen -> Integer.parseInt(seen) >= count, "to be at least " + count);
    }

    /** Waits until the journal contains this. */
    public void awaitJournal(String text) {
        await("journal", seen -> seen.contains(text), "to contain \"" + text + "\"", this::journal);
    }

    /** Waits for the end, which must have this result; fails at once at a different end. */
    public void awaitEnd(String state, String result) {
        await("ActiveState", ENDS::contains, "to be " + state);
        assertEnded(state, result);
    }

    public void assertEnded(String state, String result) {
        assertThat(show("ActiveState") + " " + show("Result")).as(this::story).isEqualTo(state + " " + result);
    }

    /** The properties that an operator would look at, and the journal of the manager and the service. */
    public String story() {
        return "\n--- " + name + "\n"
                + box.systemctl("show", "-p", SHOWN, name).output()
                + "---\n"
                + box.enter(
                                "journalctl",
                                "--no-pager",
                                "-o",
                                "short-monotonic",
                                "_SYSTEMD_UNIT=" + name,
                                "+",
                                "UNIT=" + name)
                        .output()
                + "---\n";
    }

    private void await(String property, Predicate<String> expected, String text) {
        await(property, expected, text, () -> show(property));
    }

    private void await(String what, Predicate<String> expected, String text, Supplier<String> look) {
        long begin = System.nanoTime();
        while (true) {
            boolean failed = show("ActiveState").equals("failed");
            String seen = look.get();
            if (expected.test(seen)) {
                return;
            }
            if (failed || System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new AssertionError("waited for " + what + " " + text + ", was \"" + seen + "\"" + story());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
