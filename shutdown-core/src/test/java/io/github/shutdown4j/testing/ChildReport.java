package io.github.shutdown4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The shutdown report of another process, parsed from JSON. The exception of a step is available as text only, in the detail of
 * the step, and stack traces of unfinished work are not included.
 *
 * @param reason the reason, as {@code ShutdownReason.text()}
 * @param exitCode the exit code in the report, which the process may have changed since; empty if it was decided elsewhere
 * @param elapsed the time from the request to the end of the last phase
 * @param phases all phases, in order, with their steps
 */
public record ChildReport(String reason, OptionalInt exitCode, Duration elapsed, List<PhaseReport> phases) {

    public ChildReport {
        phases = List.copyOf(phases);
    }

    /** Returns the steps of all phases, in order. */
    public Stream<StepResult> steps() {
        return phases.stream().flatMap(phase -> phase.steps().stream());
    }

    /** Returns whether every step is {@link Outcome#DONE}. */
    public boolean isClean() {
        return steps().allMatch(step -> step.outcome() == Outcome.DONE);
    }

    static Optional<ChildReport> read(Path file) {
        try {
            return Optional.of(of(new ObjectMapper().readTree(Files.readString(file))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AssertionError("cannot read the report of the child", e);
        }
    }

    private static ChildReport of(JsonNode json) {
        List<PhaseReport> phases = new ArrayList<>();
        json.get("phases").forEach(phase -> phases.add(phase(phase)));
        return new ChildReport(
                json.get("reason").asText(), exitCode(json.get("exitCode")), time(json, "elapsedMillis"), phases);
    }

    private static OptionalInt exitCode(JsonNode json) {
        return json.isNull() ? OptionalInt.empty() : OptionalInt.of(json.asInt());
    }

    private static PhaseReport phase(JsonNode json) {
        List<StepResult> steps = new ArrayList<>();
        json.get("steps").forEach(step -> steps.add(step(step)));
        return new PhaseReport(
                ShutdownPhase.valueOf(json.get("phase").asText()),
                time(json, "startedAfterMillis"),
                time(json, "elapsedMillis"),
                time(json, "budgetMillis"),
                steps);
    }

    private static StepResult step(JsonNode json) {
        List<UnfinishedWork> unfinished = new ArrayList<>();
        json.get("unfinished")
                .forEach(work -> unfinished.add(new UnfinishedWork(
                        work.get("name").asText(),
                        time(work, "ageMillis"),
                        Optional.ofNullable(work.get("thread")).map(JsonNode::asText),
                        List.of())));
        return new StepResult(
                json.get("name").asText(),
                Outcome.valueOf(json.get("outcome").asText()),
                time(json, "startedAfterMillis"),
                time(json, "elapsedMillis"),
                json.get("detail").asText(),
                Optional.empty(),
                unfinished,
                json.get("unfinishedCount").asLong());
    }

    private static Duration time(JsonNode json, String field) {
        return Duration.ofNanos(Math.round(json.get(field).asDouble() * 1e6));
    }

    /** Returns one line for each phase and step. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(reason + ", after " + Durations.text(elapsed) + ", ");
        text.append(exitCode.isPresent() ? "exit code " + exitCode.getAsInt() : "exit code unchanged");
        for (PhaseReport phase : phases) {
            String name = phase.phase().label();
            text.append("\n  ").append(name).append(ended(": ", phase.outcome(), phase.elapsed()));
            for (StepResult step : phase.steps()) {
                text.append("\n    '").append(step.name()).append(ended("' ", step.outcome(), step.elapsed()));
                text.append(step.detail().isEmpty() ? "" : ": " + step.detail());
                step.unfinished()
                        .forEach(work -> text.append("\n      unfinished: ").append(work.text()));
            }
        }
        return text.toString();
    }

    private static String ended(String separator, Outcome outcome, Duration elapsed) {
        return separator + outcome.label() + " after " + Durations.text(elapsed);
    }
}
