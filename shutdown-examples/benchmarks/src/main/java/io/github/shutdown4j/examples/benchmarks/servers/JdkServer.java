package io.github.shutdown4j.examples.benchmarks.servers;

import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;

import com.sun.net.httpserver.HttpServer;
import org.slf4j.LoggerFactory;

/**
 * The JDK's server with a minimal hook: {@code wait} waits for the requests in flight and stops the server, a number
 * calls {@code stop} with as many seconds, and {@code nothing} leaves the server to the JVM, which then waits 300 ms
 * for its thread, since that is in native code.
 */
public final class JdkServer {

    private JdkServer() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(JdkServer.class).info("starts");
        Phaser inFlight = new Phaser(1);
        HttpServer server = Work.serve(Executors.newCachedThreadPool(), exchange -> {
            inFlight.register();
            try {
                Work.answer(exchange);
            } finally {
                inFlight.arriveAndDeregister();
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (args[0].equals("wait")) {
                inFlight.arriveAndAwaitAdvance();
                server.stop(0);
            } else if (!args[0].equals("nothing")) {
                server.stop(Integer.parseInt(args[0]));
            }
        }));
        server.start();
        Work.ready(server);
    }
}
