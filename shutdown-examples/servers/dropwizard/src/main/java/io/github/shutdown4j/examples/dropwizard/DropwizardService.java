package io.github.shutdown4j.examples.dropwizard;

import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.ResourceConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** A Dropwizard application that is started as a service and stopped as a resource. */
public final class DropwizardService extends Application<Configuration> {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(() -> run("server", "config.yml"), () -> {}))
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new DropwizardService().coordinator.run();
    }

    @Override
    public void initialize(Bootstrap<Configuration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                new ResourceConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        environment.jersey().register(new Work());
        environment
                .servlets()
                .addFilter("guard", new GuardFilter(requests, coordinator.trigger()))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        JettyWebSocketServletContainerInitializer.configure(
                environment.getApplicationContext(),
                (servlets, container) -> container.addMapping("/echo", (request, response) -> new EchoSocket(sockets)));
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle starting) {
                addHttp2(starting);
                if (starting instanceof Server server) {
                    server.setErrorHandler(new AnnouncingErrors(coordinator.trigger()));
                }
            }
        });
        environment.lifecycle().addServerLifecycleListener(this::started);
    }

    /** HTTP/2 without TLS, beside HTTP/1.1; a connector of the type h2c of dropwizard-http2 does the same. */
    private static void addHttp2(LifeCycle starting) {
        if (starting instanceof Server server && server.getConnectors()[0] instanceof ServerConnector connector) {
            connector.addConnectionFactory(new HTTP2CServerConnectionFactory(new HttpConfiguration()));
        }
    }

    private void started(Server server) {
        server.setStopAtShutdown(false); // Jetty's hook would stop it as soon as the JVM exits
        // Closes the port and waits for requests in flight, up to server.shutdownGracePeriod.
        coordinator.resources().register(Resource.of("dropwizard", Resource.EARLY_PRIORITY, server::stop));
        System.out.println("listening on port " + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
    }

    /** Dropwizard would call System.exit; this way the service fails, and the report has the cause. */
    @Override
    protected void onFatalError(Throwable cause) {
        throw new IllegalStateException("Dropwizard cannot start", cause);
    }

    @Path("/work")
    public final class Work {

        @POST
        public String post(@QueryParam("ms") long ms, byte[] body) throws InterruptedException {
            return get(ms, 1);
        }

        @GET
        public String get(@QueryParam("ms") long ms, @QueryParam("lines") @DefaultValue("1") int lines)
                throws InterruptedException {
            Thread.sleep(ms);
            finished.incrementAndGet();
            return "done\n".repeat(lines);
        }
    }
}
