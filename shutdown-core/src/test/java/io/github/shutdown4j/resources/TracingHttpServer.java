package io.github.shutdown4j.resources;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/** Records how it is stopped. */
final class TracingHttpServer extends HttpServer {

    private final List<String> trace;
    private final HttpServer server;

    TracingHttpServer(List<String> trace, HttpServer server) {
        this.trace = trace;
        this.server = server;
    }

    @Override
    public void stop(int delay) {
        trace.add("stop after " + delay + " s");
        server.stop(delay);
    }

    @Override
    public void bind(InetSocketAddress address, int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void start() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setExecutor(Executor executor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executor getExecutor() {
        throw new UnsupportedOperationException();
    }

    @Override
    public HttpContext createContext(String path, HttpHandler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HttpContext createContext(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeContext(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeContext(HttpContext context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InetSocketAddress getAddress() {
        return server.getAddress();
    }
}
