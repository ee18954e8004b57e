package io.github.shutdown4j.examples.backend.web;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;

/**
 * A row of the table of routes: the handler and its documentation.
 *
 * @param counted whether the request is work in flight that the drain waits for; probes and streams are not
 * @param body the type of the request's body
 * @param stores whether it needs PostgreSQL or Redis, so that it may have to answer 503 at any time
 */
record Route(
        HandlerType method,
        String path,
        String tag,
        String summary,
        Handler handler,
        boolean counted,
        boolean stores,
        Optional<Class<?>> body,
        List<Parameter> parameters,
        List<Answer> answers) {

    static final String JSON = "application/json";

    /** A parameter outside the path and the body; {@code in} is query or header. */
    record Parameter(String in, String name, String meaning, Schema<?> schema) {}

    /** A possible response; without a type its body is a text. */
    record Answer(int status, String meaning, String media, Optional<Class<?>> type) {}

    static Route get(String path, String tag, String summary, Handler handler) {
        return of(HandlerType.GET, path, tag, summary, handler);
    }

    static Route of(HandlerType method, String path, String tag, String summary, Handler handler) {
        return new Route(method, path, tag, summary, handler, true, false, Optional.empty(), List.of(), List.of());
    }

    Route uncounted() {
        return new Route(method, path, tag, summary, handler, false, stores, body, parameters, answers);
    }

    Route needingStores() {
        return new Route(method, path, tag, summary, handler, counted, true, body, parameters, answers);
    }

    Route body(Class<?> type) {
        return new Route(method, path, tag, summary, handler, counted, stores, Optional.of(type), parameters, answers);
    }

    /** Of the query; a whole number between two bounds. */
    Route parameter(String name, String meaning, long least, long most, long byDefault) {
        IntegerSchema schema = new IntegerSchema();
        schema.setFormat("int64");
        schema.setMinimum(BigDecimal.valueOf(least));
        schema.setMaximum(BigDecimal.valueOf(most));
        schema.setDefault(byDefault);
        return parameter(new Parameter("query", name, meaning, schema));
    }

    /** Optional; visible ASCII. */
    Route header(String name, String meaning, int longest) {
        Schema<?> schema = new StringSchema().minLength(1).maxLength(longest).pattern("^[!-~]+$");
        return parameter(new Parameter("header", name, meaning, schema));
    }

    private Route parameter(Parameter parameter) {
        List<Parameter> more = plus(parameters, parameter);
        return new Route(method, path, tag, summary, handler, counted, stores, body, more, answers);
    }

    /** Without a body. */
    Route answer(int status, String meaning) {
        return answer(new Answer(status, meaning, "", Optional.empty()));
    }

    /** JSON. */
    Route answer(int status, String meaning, Class<?> type) {
        return answer(new Answer(status, meaning, JSON, Optional.of(type)));
    }

    /** A text of some other kind. */
    Route answer(int status, String meaning, String media) {
        return answer(new Answer(status, meaning, media, Optional.empty()));
    }

    /** A {@link Problem}. */
    Route problem(int status, String meaning) {
        return answer(new Answer(status, meaning, Problem.MEDIA_TYPE, Optional.of(Problem.class)));
    }

    private Route answer(Answer answer) {
        return new Route(method, path, tag, summary, handler, counted, stores, body, parameters, plus(answers, answer));
    }

    private static <T> List<T> plus(List<T> list, T one) {
        List<T> more = new ArrayList<>(list);
        more.add(one);
        return List.copyOf(more);
    }
}
