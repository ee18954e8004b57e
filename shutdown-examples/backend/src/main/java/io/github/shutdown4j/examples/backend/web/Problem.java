package io.github.shutdown4j.examples.backend.web;

import java.util.List;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;

/** What went wrong, as RFC 9457 wants it told. */
record Problem(String type, String title, int status, String detail, List<FieldError> errors, String requestId) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** What is wrong with one field of the input. */
    record FieldError(String field, String message) {}

    static void answer(Context ctx, int status, String detail) {
        answer(ctx, status, detail, List.of());
    }

    static void answer(Context ctx, int status, String detail, List<FieldError> errors) {
        String title = HttpStatus.forStatus(status).getMessage();
        String requestId = String.valueOf(ctx.res().getHeader(RequestTracking.REQUEST_ID));
        ctx.status(status)
                .json(new Problem("about:blank", title, status, detail, errors, requestId))
                .contentType(MEDIA_TYPE);
    }
}
