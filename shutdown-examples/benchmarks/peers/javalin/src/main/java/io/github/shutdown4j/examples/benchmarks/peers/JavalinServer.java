package io.github.shutdown4j.examples.benchmarks.peers;

import io.javalin.Javalin;

/** Javalin with the stop timeout that its documentation names for a graceful end, stopped in a hook. */
public final class JavalinServer {

    private JavalinServer() {}

    public static void main(String[] args) {
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jetty.modifyServer(server -> server.setStopTimeout(20_000));
            config.routes.get("/work", context -> {
                Thread.sleep(Long.parseLong(context.queryParam("ms")));
                context.result("done\n");
            });
        });
        app.start("localhost", 0);
        Runtime.getRuntime().addShutdownHook(new Thread(app::stop));
        System.out.println("READY " + app.port());
    }
}
