package io.github.shutdown4j.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.shutdown4j.internal.ProcessExit;

/** A process that cannot end; records the calls. */
public class FakeProcess implements ProcessExit {

    private final List<Integer> exits = new CopyOnWriteArrayList<>();
    private final List<Integer> halts = new CopyOnWriteArrayList<>();
    private final List<Thread> hooks = new CopyOnWriteArrayList<>();

    @Override
    public void exit(int code) {
        exits.add(code);
    }

    @Override
    public void halt(int code) {
        halts.add(code);
    }

    @Override
    public void addHook(Thread hook) {
        hooks.add(hook);
    }

    @Override
    public void removeHook(Thread hook) {
        hooks.remove(hook);
    }

    public List<Integer> exits() {
        return List.copyOf(exits);
    }

    public List<Integer> halts() {
        return List.copyOf(halts);
    }

    public List<Thread> hooks() {
        return List.copyOf(hooks);
    }
}
