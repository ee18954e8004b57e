package io.github.shutdown4j;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.github.shutdown4j.report.ShutdownPhase;

/** Writes health as JSON on one line. Needs no databind. */
final class HealthJson {

    private HealthJson() {}

    static String of(ShutdownHealth.Snapshot health) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("live", health.live());
            json.writeBooleanField("ready", health.ready());
            json.writeStringField("detail", health.detail());
            json.writeStringField(
                    "phase", health.phase().map(ShutdownPhase::label).orElse(null));
            json.writeArrayFieldStart("checks");
            for (HealthCheck.Result check : health.checks()) {
                json.writeStartObject();
                json.writeStringField("name", check.name());
                json.writeBooleanField("healthy", check.healthy());
                json.writeStringField("detail", check.detail());
                json.writeNumberField("elapsedMillis", check.elapsed().toMillis());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException impossibleInMemory) {
            throw new UncheckedIOException(impossibleInMemory);
        }
        return text.toString();
    }
}
