package io.github.shutdown4j.examples.benchmarks.servers;

import org.slf4j.LoggerFactory;

/** The JVM without the library: it logs a line and has an empty hook. */
public final class PlainMain {

    private PlainMain() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(PlainMain.class).info("starts");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {}));
        System.out.println("READY 0");
        Thread.currentThread().join();
    }
}
