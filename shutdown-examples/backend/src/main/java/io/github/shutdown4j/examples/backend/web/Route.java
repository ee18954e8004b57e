package io.github.shutdown4j.examples.backend.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * One line of the table of routes: what is called, and what the documentation says about it.
 *
 * @param counted whether the request is work in hand that the drain waits for; probes and streams are not
 * @param body the type of the request's body
 */
record Route(
        HandlerType method,
        String path,
        String summary,
        Handler handler,
        boolean counted,
        Optional<Class<?>> body,
        List<Parameter> parameters,
        List<Answer> answers) {

    /** A parameter of the query. */
    record Parameter(String name, Class<?> type, String meaning) {}

    /** What may come back; without a type it has no body, or none that is JSON. */
    record Answer(int status, String meaning, Optional<Class<?>> type) {}

    static Route get(String path, String summary, Handler handler) {
        return of(HandlerType.GET, path, summary, handler);
    }

    static Route of(HandlerType method, String path, String summary, Handler handler) {
        return new Route(method, path, summary, handler, true, Optional.empty(), List.of(), List.of());
    }

    Route uncounted() {
        return new Route(method, path, summary, handler, false, body, parameters, answers);
    }

    Route body(Class<?> type) {
        return new Route(method, path, summary, handler, counted, Optional.of(type), parameters, answers);
    }

    Route parameter(String name, Class<?> type, String meaning) {
        List<Parameter> more = plus(parameters, new Parameter(name, type, meaning));
        return new Route(method, path, summary, handler, counted, body, more, answers);
    }

    Route answer(int status, String meaning) {
        return answer(new Answer(status, meaning, Optional.empty()));
    }

    Route answer(int status, String meaning, Class<?> type) {
        return answer(new Answer(status, meaning, Optional.of(type)));
    }

    private Route answer(Answer answer) {
        return new Route(method, path, summary, handler, counted, body, parameters, plus(answers, answer));
    }

    private static <T> List<T> plus(List<T> list, T one) {
        List<T> more = new ArrayList<>(list);
        more.add(one);
        return List.copyOf(more);
    }
}
