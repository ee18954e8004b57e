package io.github.shutdown4j.examples.benchmarks.peers;

import java.util.concurrent.CompletableFuture;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Jetty's handler, called as a connection calls it, with a callback that ends the request. */
public final class JettyGraceful extends Subject {

    private static final ThreadLocal<Callback> TRACKED = new ThreadLocal<>();

    private final GracefulHandler graceful = new GracefulHandler();
    private volatile CompletableFuture<Void> end = new CompletableFuture<>();

    public JettyGraceful() throws Exception {
        graceful.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                TRACKED.set(callback);
                return true;
            }
        });
        graceful.start();
    }

    @Override
    public void once(Blackhole blackhole) throws Exception {
        Object callback = enter();
        if (callback != null) {
            leave(callback);
        }
    }

    @Override
    public Object enter() throws Exception {
        if (graceful.isShutdown()) {
            return null; // the handler would write an answer, for which a request is needed
        }
        graceful.handle(null, null, Callback.NOOP);
        return TRACKED.get();
    }

    @Override
    public void leave(Object ticket) {
        ((Callback) ticket).succeeded();
    }

    @Override
    public void close() {
        end = graceful.shutdown();
    }

    @Override
    public boolean isIdle() {
        return end.isDone();
    }

    @Override
    public String inexactBecause() {
        return "counts with a LongAdder, whose sum is no snapshot";
    }
}
