package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.javalin.http.Context;

/** JSON to and from records; a misspelled field is refused, not ignored. */
final class Body {

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Body() {}

    static <T> T of(Context ctx, Class<T> type) throws IOException, InvalidInput {
        T body = MAPPER.readValue(ctx.bodyAsBytes(), type);
        if (body == null) {
            throw new InvalidInput("body", "must be a JSON object");
        }
        return body;
    }
}
