package io.github.shutdown4j.examples.benchmarks.peers;

import java.net.InetSocketAddress;

import io.undertow.Undertow;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;

/** Undertow with its GracefulShutdownHandler, waited for and stopped in a hook. */
public final class UndertowServer {

    private UndertowServer() {}

    public static void main(String[] args) {
        GracefulShutdownHandler graceful = new GracefulShutdownHandler(new BlockingHandler(exchange -> {
            Thread.sleep(Long.parseLong(exchange.getQueryParameters().get("ms").getFirst()));
            exchange.getResponseSender().send("done\n");
        }));
        Undertow server = Undertow.builder()
                .addHttpListener(0, "localhost")
                .setHandler(graceful)
                .build();
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            graceful.shutdown();
            try {
                var unused = graceful.awaitShutdown(20_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            server.stop();
        }));
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        System.out.println("READY " + address.getPort());
    }
}
