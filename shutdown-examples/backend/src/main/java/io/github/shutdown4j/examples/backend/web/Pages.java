package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

import io.javalin.http.Context;

/** The HTML pages: Swagger UI, whose scripts are a Maven dependency, and the live page. */
final class Pages {

    private static final String VERSION_OF_UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

    private Pages() {}

    static void docs(Context ctx) throws IOException {
        Properties ui = new Properties();
        try (InputStream properties = Pages.class.getResourceAsStream(VERSION_OF_UI)) {
            ui.load(properties);
        }
        ctx.html(text("/docs.html").replace("{version}", ui.getProperty("version")));
    }

    static void live(Context ctx) throws IOException {
        ctx.html(text("/live.html"));
    }

    private static String text(String resource) throws IOException {
        try (InputStream page = Pages.class.getResourceAsStream(resource)) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
