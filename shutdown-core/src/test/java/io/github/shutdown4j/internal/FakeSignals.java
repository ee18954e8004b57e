package io.github.shutdown4j.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The signals of a process on a chosen operating system; a delivery runs on the test's thread. */
public final class FakeSignals {

    /** A handler in the table: a name for the test, and its action. */
    private record Handler(String label, Consumer<Object> body) {
        @Override
        public String toString() {
            return label;
        }
    }

    private final Map<String, Object> handlers = new ConcurrentHashMap<>();
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private final Object ignored = new Handler("SIG_IGN", d -> {});
    private final List<String> reachedTheJvm = new ArrayList<>();
    private final Table table = new Table();

    public FakeSignals() {
        for (String name : List.of("INT", "TERM", "HUP")) {
            handlers.put(name, new Handler("JVM", d -> reachedTheJvm.add(name)));
        }
    }

    public ProcessSignals process() {
        return new ProcessSignals(table);
    }

    /** As in a process that was started with the signal ignored: handlers are accepted and never called. */
    public FakeSignals ignore(String name) {
        handlers.put(name, ignored);
        return this;
    }

    public FakeSignals refuse(String name, String why) {
        refused.put(name, why);
        return this;
    }

    /** Other code installs a handler for the signal; returns the previous one. */
    public Object replace(String name, Object handler) {
        return handlers.put(name, handler);
    }

    public Object foreignHandler(String label, Runnable body) {
        return new Handler(label, d -> body.run());
    }

    public Object present(String name) {
        return handlers.get(name);
    }

    public void deliver(String name) {
        table.deliver(handlers.get(name), name);
    }

    public List<String> reachedTheJvm() {
        return reachedTheJvm;
    }

    private final class Table implements SignalRegistry {

        @Override
        public Object handler(Consumer<Object> body) {
            return new Handler(ProcessSignals.LABEL, body);
        }

        @Override
        public Object exchange(String name, Object handler) {
            if (refused.containsKey(name)) {
                throw new IllegalArgumentException(refused.get(name));
            }
            return present(name) == ignored ? ignored : handlers.put(name, handler);
        }

        @Override
        public Object ignored() {
            return ignored;
        }

        @Override
        public void deliver(Object handler, Object delivery) {
            ((Handler) handler).body().accept(delivery);
        }
    }
}
