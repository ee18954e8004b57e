package io.github.shutdown4j.examples.backend.web;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.shutdown4j.examples.backend.web.Problem.FieldError;

/** A job that a client orders; what the payload means is the affair of whoever does it. */
record JobInput(String type, JsonNode payload) {

    JobInput checked(List<String> types) throws InvalidInput {
        List<FieldError> errors = new ArrayList<>();
        if (type == null || !types.contains(type)) {
            errors.add(new FieldError("type", "must be one of " + String.join(", ", types)));
        }
        if (payload != null && !payload.isObject()) {
            errors.add(new FieldError("payload", "must be an object"));
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return this;
    }

    String payloadText() {
        return payload == null ? "{}" : payload.toString();
    }
}
