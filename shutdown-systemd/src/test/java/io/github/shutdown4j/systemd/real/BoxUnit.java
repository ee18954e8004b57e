package io.github.shutdown4j.systemd.real;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One unit in a {@link SystemdBox}. Whatever is not as expected of it fails with its state and its journal, and a wait
 * for a state fails at once when the unit has come to an end instead.
 */
public final class BoxUnit {

    /** Longer than anything takes here on a machine that is busy with something else. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(50);

    private static final List<String> ENDS = List.of("inactive", "failed");

    private static final String TOLD = "ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,StatusText,"
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

    /** Starts it, and returns when it is active. */
    public void start() {
        succeeds("start");
        assertThat(show("ActiveState")).as(this::story).isIn("active", "deactivating");
    }

    /** A command that must succeed, and how long it took. */
    public SystemdBox.Answer succeeds(String verb) {
        SystemdBox.Answer answer = box.systemctl(verb, name);
        assertThat(answer.exitCode()).as(() -> verb + ": " + answer + story()).isZero();
        return answer;
    }

    /** A command that must fail, and how long it took. */
    public SystemdBox.Answer fails(String verb) {
        SystemdBox.Answer answer = box.systemctl(verb, name);
        assertThat(answer.exitCode()).as(() -> verb + ": " + answer + story()).isNotZero();
        return answer;
    }

    /** Stops it, however that ends; and how long it took. */
    public SystemdBox.Answer stop() {
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

    /** Waits until it has been restarted by systemd this often. */
    public void awaitRestarts(int count) {
        await("NRestarts", seen -> Integer.parseInt(seen) >= count, "to be at least " + count);
    }

    /** Waits until the journal contains this. */
    public void awaitJournal(String text) {
        await("journal", seen -> seen.contains(text), "to contain \"" + text + "\"", this::journal);
    }

    /** Waits for the end, which must be this one; what was to be the end is not waited for when there is another. */
    public void awaitEnd(String state, String result) {
        await("ActiveState", ENDS::contains, "to be " + state);
        assertEnded(state, result);
    }

    public void assertEnded(String state, String result) {
        assertThat(show("ActiveState") + " " + show("Result")).as(this::story).isEqualTo(state + " " + result);
    }

    /** What an operator would ask for, and what the manager and the service have logged. */
    public String story() {
        return "\n--- " + name + "\n"
                + box.systemctl("show", "-p", TOLD, name).output()
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
