package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

import io.javalin.http.Context;

/** The page of Swagger UI, whose scripts Maven brings. */
final class ApiPage {

    private static final String VERSION_OF_UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

    private ApiPage() {}

    static void write(Context ctx) throws IOException {
        Properties ui = new Properties();
        try (InputStream page = ApiPage.class.getResourceAsStream("/docs.html");
                InputStream properties = ApiPage.class.getResourceAsStream(VERSION_OF_UI)) {
            ui.load(properties);
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            ctx.html(text.replace("{version}", ui.getProperty("version")));
        }
    }
}
