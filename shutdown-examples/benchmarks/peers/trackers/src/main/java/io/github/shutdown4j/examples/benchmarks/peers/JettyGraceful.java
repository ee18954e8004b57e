package io.github.shutdown4j.examples.benchmarks.peers;

import java.lang.reflect.Proxy;
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

    /** The handler wraps it and calls nothing on it. */
    private static final Request NO_CLIENT = (Request) Proxy.newProxyInstance(
            Request.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, args) -> null);

    private static final ThreadLocal<Callback> TRACKED = new ThreadLocal<>();

    private final GracefulHandler graceful = new GracefulHandler() {
        @Override
        protected void handleShutdownRejection(Request request, Response response, Callback callback) {
            TRACKED.remove();
            callback.succeeded(); // there is no client to respond to
        }
    };
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
        graceful.handle(NO_CLIENT, null, Callback.NOOP);
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
}
