package io.github.shutdown4j.examples.backend.web;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

import io.javalin.http.Context;

/**
 * The header by which a client may repeat a request whose response it has not received: requests with the same key have their
 * effect once.
 */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";
    static final int LONGEST = 255;

    private IdempotencyKey() {}

    /** Empty if the client has sent none. */
    static Optional<String> of(Context ctx) throws InvalidInput {
        List<String> values = Collections.list(ctx.req().getHeaders(HEADER));
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw new InvalidInput(HEADER, "must be sent once, was sent " + values.size() + " times");
        }
        String key = values.get(0);
        if (key.isEmpty() || key.length() > LONGEST || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidInput(
                    HEADER,
                    "must be 1 to " + LONGEST + " visible ASCII characters without blanks, was " + key.length()
                            + " characters");
        }
        return Optional.of(key);
    }
}
