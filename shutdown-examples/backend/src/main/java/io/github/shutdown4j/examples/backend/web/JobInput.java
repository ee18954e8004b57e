package io.github.shutdown4j.examples.backend.web;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

import io.github.shutdown4j.examples.backend.web.Problem.FieldError;

/** A job submitted by a client. The payload is for the handler of its type; given fields must be valid. */
record JobInput(
        @Schema(
                requiredMode = RequiredMode.REQUIRED,
                allowableValues = {"A", "B"})
        String type,

        @Schema(implementation = JobInput.Payload.class) JsonNode payload) {

    private static final int LONGEST_MILLIS = 86_400_000;
    private static final int MOST_ITEMS = 1_000_000;

    /** Only for the document. */
    @Schema(oneOf = {Indivisible.class, Items.class})
    interface Payload {}

    /** The payload of type A. */
    @Schema(name = "PayloadA", description = "type A: one piece of work")
    record Indivisible(
            @Schema(minimum = "0", maximum = "86400000", description = "how long it takes")
            Integer ms,

            @Schema(description = "whether it fails") Boolean fail) {}

    /** The payload of type B. */
    @Schema(name = "PayloadB", description = "type B: items, between which it can be left")
    record Items(
            @Schema(minimum = "0", maximum = "1000000") Integer items,

            @Schema(minimum = "0", maximum = "86400000", description = "how long each takes")
            Integer ms) {}

    JobInput checked(List<String> types) throws InvalidInput {
        List<FieldError> errors = new ArrayList<>();
        if (type == null || !types.contains(type)) {
            errors.add(new FieldError("type", "must be one of " + String.join(", ", types)));
        }
        if (payload != null && !payload.isObject()) {
            errors.add(new FieldError("payload", "must be an object"));
        } else if (payload != null) {
            check("ms", LONGEST_MILLIS, errors);
            check("items", MOST_ITEMS, errors);
            if (payload.has("fail") && !payload.get("fail").isBoolean()) {
                errors.add(new FieldError("payload.fail", "must be true or false"));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return this;
    }

    private void check(String name, int most, List<FieldError> errors) {
        JsonNode value = payload.get(name);
        boolean good = value == null
                || (value.canConvertToInt()
                        && value.isIntegralNumber()
                        && value.intValue() >= 0
                        && value.intValue() <= most);
        if (!good) {
            errors.add(new FieldError("payload." + name, "must be a whole number from 0 to " + most));
        }
    }

    String payloadText() {
        return payload == null ? "{}" : payload.toString();
    }
}
