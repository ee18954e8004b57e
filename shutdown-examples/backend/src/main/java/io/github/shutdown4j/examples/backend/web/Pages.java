package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;

/** The HTML pages: Swagger UI, whose scripts are a Maven dependency, and the live page. */
final class Pages {

    private static final String VERSION_OF_UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

    /** The path of a file of Swagger UI. It has the version, so that a browser may keep the file. */
    static final String FILE_OF_UI = "/webjars/swagger-ui/{version}/{file}";

    /** The files that {@code docs.html} asks for, with their types. */
    private static final Map<String, String> FILES_OF_UI =
            Map.of("swagger-ui.css", "text/css", "swagger-ui-bundle.js", "text/javascript");

    private Pages() {}

    static void docs(Context ctx) throws IOException {
        Properties ui = new Properties();
        try (InputStream properties = Pages.class.getResourceAsStream(VERSION_OF_UI)) {
            ui.load(properties);
        }
        ctx.html(text("/docs.html").replace("{version}", ui.getProperty("version")));
    }

    /** Reads the file as a resource. The static files of Javalin would index the whole jar at each start of the process. */
    static void fileOfUi(Context ctx) {
        String type = FILES_OF_UI.get(ctx.pathParam("file"));
        InputStream file = type == null ? null : Pages.class.getResourceAsStream("/META-INF/resources" + ctx.path());
        if (file == null) {
            throw new NotFoundResponse();
        }
        ctx.contentType(type).header(Header.CACHE_CONTROL, "max-age=31536000").result(file);
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
