package io.github.shutdown4j.examples.backend.web;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.examples.backend.stores.DatabaseErrors;

/** Converts exceptions to responses. */
final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static void register(RoutesConfig routes) {
        routes.exception(HttpResponseException.class, Problems::http);
        routes.exception(
                InvalidInput.class, (e, ctx) -> Problem.answer(ctx, 400, "the input is not valid", e.errors()));
        routes.exception(UnrecognizedPropertyException.class, Problems::unknownField);
        routes.exception(JsonMappingException.class, Problems::wrongType);
        routes.exception(JsonProcessingException.class, (e, ctx) -> Problem.answer(ctx, 400, e.getOriginalMessage()));
        routes.exception(SQLException.class, Problems::database);
        routes.exception(JobService.UnavailableException.class, (e, ctx) -> away(e.getMessage(), e, ctx));
        routes.exception(JobService.KeyConflictException.class, (e, ctx) -> Problem.answer(ctx, 422, e.getMessage()));
        routes.exception(HandlerError.class, (e, ctx) -> unexpected(e.getCause(), ctx));
        routes.exception(Exception.class, Problems::unexpected);
    }

    /** Wraps an Error of a handler, to which Javalin would otherwise respond with a 500 without a body. */
    private static final class HandlerError extends Exception {

        private static final long serialVersionUID = 1L;

        HandlerError(Error cause) {
            super(cause);
        }
    }

    /** Wraps a handler so that its Errors also get a response and a log line. */
    static Handler catchingErrors(Handler handler) {
        return ctx -> {
            try {
                handler.handle(ctx);
            } catch (Error e) {
                throw new HandlerError(e);
            }
        };
    }

    private static void http(HttpResponseException e, Context ctx) {
        String methods = e.getDetails().get("availableMethods");
        if (methods != null) {
            ctx.header(Header.ALLOW, methods);
        }
        Problem.answer(ctx, e.getStatus(), String.valueOf(e.getMessage()));
    }

    private static void unknownField(UnrecognizedPropertyException e, Context ctx) {
        String known =
                e.getKnownPropertyIds().stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
        String message = "is unknown, known are " + known;
        Problem.answer(
                ctx, 400, "the input is not valid", List.of(new Problem.FieldError(e.getPropertyName(), message)));
    }

    private static void wrongType(JsonMappingException e, Context ctx) {
        String field = e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
        Problem.answer(
                ctx,
                400,
                "the input is not valid",
                List.of(new Problem.FieldError(field.isEmpty() ? "body" : field, "is not of the right type")));
    }

    private static void database(SQLException e, Context ctx) {
        if (DatabaseErrors.isUnavailable(e)) {
            away("the database is not available", e, ctx);
        } else {
            unexpected(e, ctx); // a retry does not help
        }
    }

    private static void away(String what, Exception e, Context ctx) {
        log.warn("request {} {} answered 503, {}: {}", ctx.method(), ctx.path(), what, e.toString());
        Problem.answer(ctx, 503, what);
    }

    private static void unexpected(Throwable e, Context ctx) {
        String id = ctx.res().getHeader(RequestTracking.REQUEST_ID);
        log.error("request {} {} answered 500, id {}", ctx.method(), ctx.path(), id, e);
        Problem.answer(ctx, 500, "internal error; the log has its cause under this request id");
    }
}
