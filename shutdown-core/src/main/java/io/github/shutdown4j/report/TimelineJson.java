package io.github.shutdown4j.report;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonGenerator;

/** Writes a report as a flat list of spans, each with its start since the request and its duration. */
final class TimelineJson {

    private TimelineJson() {}

    static String of(ShutdownReport report) {
        return ReportJson.document(report, "spans", json -> {
            for (PhaseReport phase : report.phases()) {
                span(json, phase, TimelineSpan.of(phase));
                for (TimelineSpan step : TimelineSpan.steps(phase)) {
                    span(json, phase, step);
                }
            }
        });
    }

    private static void span(JsonGenerator json, PhaseReport phase, TimelineSpan span) throws IOException {
        json.writeStartObject();
        json.writeStringField("phase", phase.phase().name());
        if (span.step().isPresent()) {
            json.writeStringField("step", span.name());
        }
        ReportJson.duration(json, "startMillis", span.start());
        ReportJson.duration(json, "elapsedMillis", span.elapsed());
        json.writeStringField("outcome", span.outcome().name());
        if (span.step().isPresent()) {
            json.writeStringField("detail", span.step().get().detail());
            json.writeNumberField("unfinished", span.step().get().unfinishedCount());
        }
        json.writeEndObject();
    }
}
