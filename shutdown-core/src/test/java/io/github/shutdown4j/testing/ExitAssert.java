package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;

/**
 * Assertions about the end of a {@link ChildJvm}. Every failure contains the report and the output of the child. The static
 * method can be imported together with that of AssertJ, which is not required.
 */
public final class ExitAssert {

    private final ChildExit exit;

    private ExitAssert(ChildExit exit) {
        this.exit = exit;
    }

    /** Starts the assertions. */
    public static ExitAssert assertThat(ChildExit exit) {
        return new ExitAssert(exit);
    }

    /** Asserts the exit code. */
    public ExitAssert hasExitCode(int code) {
        return check(exit.code() == code, "expected exit code " + code + ", was " + exit.code());
    }

    /** Asserts the bounds of the time from the last signal or mark to the exit. */
    public ExitAssert tookBetween(Duration least, Duration most) {
        Duration took = exit.sinceMark();
        return check(
                took.compareTo(least) >= 0 && took.compareTo(most) <= 0,
                "expected the exit between " + Durations.text(least) + " and " + Durations.text(most)
                        + " after the mark, was " + Durations.text(took));
    }

    /** Asserts that the reason in the report contains this text, such as {@code "SIGTERM"}. */
    public ExitAssert endedBecauseOf(String reason) {
        String was = report().reason();
        return check(was.contains(reason), "expected a reason with \"" + reason + "\", was \"" + was + "\"");
    }

    /** Asserts that every phase ran once, in order. */
    public ExitAssert ranPhasesInOrder() {
        List<ShutdownPhase> ran =
                report().phases().stream().map(PhaseReport::phase).toList();
        List<ShutdownPhase> all = Arrays.asList(ShutdownPhase.values());
        return check(ran.equals(all), "expected the phases " + labels(all) + ", were " + labels(ran));
    }

    private static List<String> labels(List<ShutdownPhase> phases) {
        return phases.stream().map(ShutdownPhase::label).toList();
    }

    /** Asserts that each of these steps is done: names of services, trackers, checkpoints or resources. */
    public ExitAssert completed(String... steps) {
        for (String name : steps) {
            List<StepResult> found = named(name).stream().map(Turn::step).toList();
            check(
                    found.stream().allMatch(step -> step.outcome() == Outcome.DONE),
                    "expected '" + name + "' to be done, was "
                            + found.stream().map(step -> step.outcome().label()).toList());
        }
        return this;
    }

    /** Asserts that each of these steps had ended when the next one began; of two saves of a checkpoint the first counts. */
    public ExitAssert ranInOrder(String... steps) {
        for (int i = 1; i < steps.length; i++) {
            Turn before = named(steps[i - 1]).get(0);
            Turn after = named(steps[i]).get(0);
            check(
                    before.end().compareTo(after.start()) <= 0,
                    "expected '" + steps[i - 1] + "' to end before '" + steps[i] + "' began, but it ended "
                            + Durations.text(before.end()) + " after the request, and the other began "
                            + Durations.text(after.start()) + " after it");
        }
        return this;
    }

    /** Asserts that no step timed out or was skipped, and no guard was abandoned. */
    public ExitAssert abandonedNothing() {
        List<String> abandoned = report().steps()
                .filter(step -> step.outcome() == Outcome.TIMED_OUT
                        || step.outcome() == Outcome.SKIPPED
                        || !step.unfinished().isEmpty())
                .map(step -> "'" + step.name() + "' " + step.outcome().label() + ": " + step.detail())
                .toList();
        return check(abandoned.isEmpty(), "expected nothing to be abandoned, was " + abandoned);
    }

    /** Asserts that lines with these texts were written in this order, to either stream, with any lines in between. */
    public ExitAssert printed(String... parts) {
        int from = 0;
        for (String part : parts) {
            int at = from;
            while (at < exit.lines().size() && !exit.lines().get(at).text().contains(part)) {
                at++;
            }
            check(
                    at < exit.lines().size(),
                    "expected a line with \"" + part + "\""
                            + (from == 0 ? "" : " after line " + from + ", \"" + line(from) + "\""));
            from = at + 1;
        }
        return this;
    }

    /** Asserts that no line with this text was written. */
    public ExitAssert didNotPrint(String part) {
        List<String> found = exit.lines().stream()
                .map(ChildJvm.Line::text)
                .filter(line -> line.contains(part))
                .toList();
        return check(
                found.isEmpty(),
                "expected no line with \"" + part + "\", there "
                        + (found.size() == 1 ? "is" : "are " + found.size() + ", the first") + " "
                        + found.stream()
                                .map(line -> "\"" + line + "\"")
                                .findFirst()
                                .orElse(""));
    }

    private String line(int number) {
        return exit.lines().get(number - 1).text();
    }

    private ChildReport report() {
        return exit.report()
                .orElseThrow(() -> failure("expected a shutdown report, but there is none: the process was halted or "
                        + "killed, or no coordinator ran to its end, or it was not started by ChildJvms"));
    }

    /** A step and when it was, since the request. */
    private record Turn(StepResult step, Duration start) {
        Duration end() {
            return start.plus(step.elapsed());
        }
    }

    private List<Turn> named(String name) {
        List<Turn> found = new ArrayList<>();
        for (PhaseReport phase : report().phases()) {
            for (StepResult step : phase.steps()) {
                if (step.name().equals(name)) {
                    found.add(new Turn(step, phase.startedAfter().plus(step.startedAfter())));
                }
            }
        }
        check(
                !found.isEmpty(),
                "expected a step '" + name + "', there are "
                        + report().steps().map(StepResult::name).toList());
        return found;
    }

    private ExitAssert check(boolean holds, String otherwise) {
        if (!holds) {
            throw failure(otherwise);
        }
        return this;
    }

    private AssertionError failure(String what) {
        String report = exit.report().map(ChildReport::toString).orElse("none");
        return new AssertionError(what + "\nexit code " + exit.code() + ", " + Durations.text(exit.sinceMark())
                + " after the mark\nreport: " + report + "\noutput:\n" + ChildOutput.text(exit.lines()));
    }
}
