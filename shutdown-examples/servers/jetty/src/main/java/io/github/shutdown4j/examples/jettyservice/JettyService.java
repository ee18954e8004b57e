package io.github.shutdown4j.examples.jettyservice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.examples.jetty.DrainingConnector;

/** An embedded Jetty with HTTP/2 and WebSockets. It is closed after the last request and the last socket. */
public final class JettyService {

    /** The attribute with the guard of a request: its {@code onDrain} can end a response that does not end by itself. */
    private static final String GUARD = "guard";

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final Server server = new Server();
    private final DrainingConnector connector = new DrainingConnector(server, new HttpConfiguration());
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .server("jetty", this::start, this::close) // the port stays open until the release
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new JettyService().coordinator.run();
    }

    private void start() throws Exception {
        connector.setPort(
                Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080")));
        connector.addConnectionFactory(new HTTP2CServerConnectionFactory(new HttpConfiguration()));
        server.addConnector(connector);
        WebSocketUpgradeHandler upgrade = WebSocketUpgradeHandler.from(
                server,
                container -> container.addMapping("/echo", (request, response, done) -> new EchoSocket(sockets)));
        upgrade.setHandler(new Guarded(new Handler.Sequence(new Events(), new Work())));
        server.setHandler(upgrade);
        server.setErrorHandler(new AnnouncingErrors());
        server.start();
        System.out.println("listening on port " + connector.getLocalPort());
    }

    /** The connector closes the port, and each connection when it is idle for a second; on HTTP/2 with GOAWAY. */
    private void close() throws Exception {
        connector.stopAccepting();
        connector.awaitNone();
        server.stop();
    }

    /** Holds a guard for each request until its response is written. */
    private final class Guarded extends Handler.Wrapper {

        Guarded(Handler application) {
            super(application);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            Optional<ConnectionGuard> guard = requests.tryAcquire(Request.getPathInContext(request));
            if (guard.isEmpty()) {
                Response.writeError(request, response, callback, 503);
                return true;
            }
            Request.addCompletionListener(request, failure -> guard.get().close());
            request.setAttribute(GUARD, guard.get());
            Response announcing = new ConnectionClosingResponse(request, response);
            Callback withoutContent = Callback.from(() -> addConnectionClose(response), callback);
            return super.handle(request, announcing, withoutContent);
        }
    }

    /** Jetty forgets the headers of a response before it writes an error, and writes some errors without asking a handler. */
    private final class AnnouncingErrors extends ErrorHandler {

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            addConnectionClose(response);
            return super.handle(request, response, callback);
        }
    }

    /** Once the shutdown is announced, every response closes its connection. Jetty removes the header on HTTP/2. */
    private void addConnectionClose(Response response) {
        if (coordinator.trigger().isRequested() && !response.isCommitted()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    /** The shutdown may be announced while the handler works. */
    private final class ConnectionClosingResponse extends Response.Wrapper {

        ConnectionClosingResponse(Request request, Response response) {
            super(request, response);
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            addConnectionClose(this);
            super.write(last, content, callback);
        }
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private static final class Events extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!Request.getPathInContext(request).equals("/events")) {
                return false;
            }
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            Content.Sink.write(response, false, "data: first\n\n", Callback.NOOP);
            ((ConnectionGuard) request.getAttribute(GUARD))
                    .onDrain(() -> Content.Sink.write(response, true, "", callback));
            return true;
        }
    }

    private final class Work extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws IOException, InterruptedException {
            if (HttpMethod.POST.is(request.getMethod())) {
                Content.Source.asInputStream(request).readAllBytes();
            }
            Fields query = Request.extractQueryParameters(request);
            Thread.sleep(query.get("ms").getValueAsInt());
            finished.incrementAndGet();
            String lines = Optional.ofNullable(query.getValue("lines")).orElse("1");
            Content.Sink.write(response, true, "done\n".repeat(Integer.parseInt(lines)), callback);
            return true;
        }
    }
}
