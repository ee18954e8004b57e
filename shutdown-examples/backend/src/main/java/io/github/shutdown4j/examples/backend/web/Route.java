package io.github.shutdown4j.examples.backend.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

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

    /** A parameter of the query; a whole number between two bounds. */
    record Parameter(String name, String meaning, long least, long most, long byDefault) {}

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

    Route parameter(String name, String meaning, long least, long most, long byDefault) {
        List<Parameter> more = plus(parameters, new Parameter(name, meaning, least, most, byDefault));
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
