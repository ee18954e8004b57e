package io.github.shutdown4j.report;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;

/** Writes a report as JSON, with durations in fractional milliseconds. Does not need jackson-databind. */
final class ReportJson {

    private ReportJson() {}

    static String of(ShutdownReport report) {
        return document(report, "phases", json -> {
            for (PhaseReport phase : report.phases()) {
                phase(json, phase);
            }
        });
    }

    /** Writes the elements of an array. */
    interface Elements {
        void write(JsonGenerator json) throws IOException;
    }

    /** Writes one object: the fields of the whole report, and an array of its parts. */
    static String document(ShutdownReport report, String array, Elements elements) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("reason", report.reason().text());
            json.writeStringField("requestedAt", report.requestedAt().toString());
            duration(json, "elapsedMillis", report.elapsed());
            json.writeStringField("outcome", report.outcome().name());
            exitCode(json, report);
            json.writeArrayFieldStart(array);
            elements.write(json);
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException impossibleInMemory) {
            throw new UncheckedIOException(impossibleInMemory);
        }
        return text.toString();
    }

    private static void phase(JsonGenerator json, PhaseReport phase) throws IOException {
        json.writeStartObject();
        json.writeStringField("phase", phase.phase().name());
        json.writeStringField("outcome", phase.outcome().name());
        duration(json, "startedAfterMillis", phase.startedAfter());
        duration(json, "elapsedMillis", phase.elapsed());
        duration(json, "budgetMillis", phase.budget());
        json.writeArrayFieldStart("steps");
        for (StepResult step : phase.steps()) {
            step(json, step);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, StepResult step) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", step.name());
        json.writeStringField("outcome", step.outcome().name());
        duration(json, "startedAfterMillis", step.startedAfter());
        duration(json, "elapsedMillis", step.elapsed());
        json.writeStringField("detail", step.detail());
        if (step.failure().isPresent()) {
            json.writeStringField("failure", Failures.text(step.failure().get()));
        }
        json.writeNumberField("unfinishedCount", step.unfinishedCount());
        json.writeArrayFieldStart("unfinished");
        for (UnfinishedWork work : step.unfinished()) {
            unfinished(json, work);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void unfinished(JsonGenerator json, UnfinishedWork work) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", work.name());
        duration(json, "ageMillis", work.age());
        if (work.thread().isPresent()) {
            json.writeStringField("thread", work.thread().get());
        }
        json.writeArrayFieldStart("stack");
        for (StackTraceElement frame : work.stack()) {
            json.writeString(frame.toString());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Both fields are always present, so that readers cannot miss an exit code that was decided elsewhere. */
    private static void exitCode(JsonGenerator json, ShutdownReport report) throws IOException {
        if (report.exitDecidedElsewhere()) {
            json.writeNullField("exitCode");
        } else {
            json.writeNumberField("exitCode", report.exitCode());
        }
        json.writeBooleanField("exitDecidedElsewhere", report.exitDecidedElsewhere());
    }

    static void duration(JsonGenerator json, String field, Duration duration) throws IOException {
        json.writeNumberField(field, Durations.nanos(duration) / 1e6);
    }
}
