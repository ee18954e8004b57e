package io.github.shutdown4j.examples.tomcat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.websocket.server.WsSci;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** An embedded Tomcat. The stop closes its port; Tomcat itself is stopped when the last connection is closed. */
public final class TomcatService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final Tomcat tomcat = new Tomcat();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, this::closePort))
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new TomcatService().run();
    }

    private void run() throws InterruptedException {
        Connector connector = new Connector(new DrainingProtocol());
        connector.setProperty("bindOnInit", "false"); // otherwise closeServerSocketGraceful does nothing
        connector.setPort(
                Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080")));
        connector.addUpgradeProtocol(new Http2Protocol());
        tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        context.getPipeline().addValve(new GuardValve(requests, coordinator.trigger()));
        Tomcat.addServlet(context, "work", new Work()).addMapping("/work");
        Wrapper events = Tomcat.addServlet(context, "events", new Events());
        events.setAsyncSupported(true);
        events.addMapping("/events");
        Tomcat.addServlet(context, "default", new DefaultServlet())
                .addMapping("/"); // the filter for WebSockets needs it
        context.addServletContainerInitializer(new WsSci(), null);
        context.addServletContainerInitializer((none, servlets) -> addEcho(servlets), null);
        coordinator.resources().register(Resource.of("tomcat", Resource.EARLY_PRIORITY, this::stop));
        coordinator.run();
    }

    private void addEcho(ServletContext servlets) throws ServletException {
        try {
            ((ServerContainer) servlets.getAttribute(ServerContainer.class.getName()))
                    .addEndpoint(EchoSocket.at("/echo", sockets));
        } catch (DeploymentException e) {
            throw new ServletException(e);
        }
    }

    private void start() throws LifecycleException {
        tomcat.start();
        System.out.println("listening on port " + tomcat.getConnector().getLocalPort());
    }

    private void closePort() {
        tomcat.getConnector().getProtocolHandler().closeServerSocketGraceful();
    }

    /** Connections that were accepted just before the port was closed get their response, with "Connection: close". */
    private void stop() throws Exception {
        tomcat.getConnector().getProtocolHandler().awaitConnectionsClose(2_000);
        tomcat.stop();
        tomcat.destroy();
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private static final class Events extends HttpServlet {

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            AsyncContext stream = request.startAsync();
            stream.setTimeout(0); // none
            response.setContentType("text/event-stream");
            response.getWriter().print("data: first\n\n");
            response.flushBuffer();
            ((ConnectionGuard) request.getAttribute(GuardValve.GUARD)).onDrain(stream::complete);
        }
    }

    private final class Work extends HttpServlet {

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            request.getInputStream().readAllBytes();
            doGet(request, response);
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            try {
                Thread.sleep(Long.parseLong(request.getParameter("ms")));
            } catch (InterruptedException e) {
                throw new ServletException(e);
            }
            finished.incrementAndGet();
            String lines = Optional.ofNullable(request.getParameter("lines")).orElse("1");
            response.getWriter().print("done\n".repeat(Integer.parseInt(lines)));
        }
    }
}
