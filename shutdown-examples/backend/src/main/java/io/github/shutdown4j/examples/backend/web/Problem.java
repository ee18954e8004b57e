package io.github.shutdown4j.examples.backend.web;

import java.util.List;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

/** An error response as defined by RFC 9457. */
record Problem(
        @Schema(requiredMode = RequiredMode.REQUIRED) String type,
        @Schema(requiredMode = RequiredMode.REQUIRED) String title,
        @Schema(requiredMode = RequiredMode.REQUIRED) int status,
        @Schema(requiredMode = RequiredMode.REQUIRED) String detail,
        @Schema(requiredMode = RequiredMode.REQUIRED) List<FieldError> errors,
        @Schema(requiredMode = RequiredMode.REQUIRED) String requestId) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** The Retry-After of every 503. */
    static final String RETRY_AFTER_SECONDS = "5";

    /** The problem of one field of the input. */
    record FieldError(
            @Schema(requiredMode = RequiredMode.REQUIRED) String field,
            @Schema(requiredMode = RequiredMode.REQUIRED) String message) {}

    static void answer(Context ctx, int status, String detail) {
        answer(ctx, status, detail, List.of());
    }

    static void answer(Context ctx, int status, String detail, List<FieldError> errors) {
        String requestId = String.valueOf(ctx.res().getHeader(RequestTracking.REQUEST_ID));
        if (status == 503) {
            ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        ctx.status(status).json(of(status, detail, errors, requestId)).contentType(MEDIA_TYPE);
    }

    static Problem of(int status, String detail, List<FieldError> errors, String requestId) {
        return new Problem("about:blank", HttpStatus.forStatus(status).getMessage(), status, detail, errors, requestId);
    }
}
