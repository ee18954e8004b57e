package io.github.shutdown4j.internal;

import java.util.function.Consumer;

/** The signal registry of a runtime without signal support: refuses every exchange. */
record UnavailableSignals(String why) implements SignalRegistry {

    @Override
    public Object handler(Consumer<Object> body) {
        return ProcessSignals.LABEL;
    }

    @Override
    public Object exchange(String name, Object handler) {
        throw new IllegalArgumentException(why);
    }

    @Override
    public Object ignored() {
        return this;
    }

    @Override
    public void deliver(Object handler, Object delivery) {}
}
