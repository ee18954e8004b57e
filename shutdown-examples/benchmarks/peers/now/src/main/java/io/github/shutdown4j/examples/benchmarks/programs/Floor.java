package io.github.shutdown4j.examples.benchmarks.programs;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The minimum that a program with a coordinator needs, without a coordinator: the lambdas that it passes, handlers of
 * two signals, a hook, the two threads that remain and the two that end, and as many classes, which it only loads and
 * initializes. The second argument is the number of classes loaded until it is ready; the names follow, and those
 * beyond that number are loaded a moment later.
 */
public final class Floor {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Floor() {}

    /** What the program passes to a library. */
    private interface Callback {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(Floor.class).info("starts");
        List<Callback> callbacks = List.of(() -> {}, () -> {}, () -> {});
        int later = 2 + Integer.parseInt(args[1]);
        load(args, 2, later);
        handleSignals(new Exit());
        Runtime.getRuntime().addShutdownHook(new Thread(new Body(List.of()), "hook"));
        thread("timer", new Stay());
        Thread starter = thread("starter", new Body(callbacks));
        thread("service", new Stay());
        thread("preloader", new Later(args, later));
        starter.join();
        Ready.reportAndWait(args[0]);
    }

    private static Thread thread(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void load(String[] names, int from, int to) throws ClassNotFoundException {
        for (int i = from; i < to; i++) {
            var unused = Class.forName(names[i]);
        }
    }

    private static void handleSignals(SignalHandler handler) {
        for (String name : List.of("TERM", "INT")) {
            Signal.handle(new Signal(name), handler);
        }
    }

    private record Exit() implements SignalHandler {

        @Override
        public void handle(Signal signal) {
            System.exit(0);
        }
    }

    private record Body(List<Callback> callbacks) implements Runnable {

        @Override
        public void run() {
            try {
                for (Callback callback : callbacks) {
                    callback.run();
                }
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private record Stay() implements Runnable {

        @Override
        public void run() {
            try {
                NEVER.await();
            } catch (InterruptedException end) {
                // No other code does that.
            }
        }
    }

    private record Later(String[] names, int from) implements Runnable {

        @Override
        public void run() {
            try {
                Thread.sleep(100);
                load(names, from, names.length);
            } catch (InterruptedException | ClassNotFoundException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
