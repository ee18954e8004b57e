package io.github.shutdown4j.examples.backend;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Everything that a person can reach, requested from the packaged jar, because the class path of tests has more. */
@Timeout(240)
class PackagedJarTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private static BackendProcess backend;

    @BeforeAll
    static void start() throws Exception {
        backend = BackendProcess.onTestServers(directory).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        try (BackendProcess alsoClosed = backend) {
            alsoClosed.signal("TERM");
            alsoClosed.awaitExit(0);
            assertThat(alsoClosed.output()).contains("clean after").doesNotContain("WARN", "ERROR", "Exception");
        }
    }

    private static JsonNode document() throws Exception {
        HttpResponse<String> response = backend.get("/openapi.json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    @Test
    void everyRouteOfTheDocumentAnswersToGetAndHeadAsDocumented() throws Exception {
        JsonNode paths = document().get("paths");
        List<String> asked = new ArrayList<>();
        for (Iterator<String> names = paths.fieldNames(); names.hasNext(); ) {
            String path = names.next();
            if (paths.get(path).has("get") && !path.equals("/events")) {
                String concrete = path.replace("{id}", "1000000");
                HttpResponse<String> got = backend.get(concrete);
                HttpResponse<String> head = send("HEAD", concrete);
                JsonNode documented = paths.at("/" + path.replace("/", "~1") + "/get/responses/" + got.statusCode());
                assertThat(documented.isMissingNode())
                        .as(path + " " + got.statusCode())
                        .isFalse();
                assertThat(head.statusCode()).as("HEAD " + path).isEqualTo(got.statusCode());
                assertThat(head.body()).isEmpty();
                assertThat(type(head)).as("HEAD " + path).isEqualTo(type(got));
                assertThat(documented.get("content").fieldNames().next()).isEqualTo(type(got));
                asked.add(path);
            }
        }
        assertThat(asked).hasSizeGreaterThan(9).contains("/", "/docs", "/openapi.json", "/health/ready", "/metrics");
    }

    private static String type(HttpResponse<?> response) {
        return response.headers().firstValue("content-type").orElse("none").replaceAll(";.*", "");
    }

    private static HttpResponse<String> send(String method, String path) throws Exception {
        return backend.client()
                .send(
                        backend.request(path)
                                .method(method, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void theDocumentHasRequiredFieldsAndAllowedValues() throws Exception {
        JsonNode document = document();
        assertThat(values(document.at("/components/schemas/JobInput/properties/type/enum")))
                .containsExactly("A", "B");
        assertThat(values(document.at("/components/schemas/JobInput/required"))).containsExactly("type");
        assertThat(document.at("/components/schemas/Payload/oneOf")).hasSize(2);
        assertThat(document.at("/components/schemas/PayloadB/properties/items/maximum")
                        .asInt())
                .isEqualTo(1_000_000);
        assertThat(document.at("/components/schemas/ProjectInput/properties/name/maxLength")
                        .asInt())
                .isEqualTo(100);
        assertThat(values(document.at("/components/schemas/ProjectInput/required")))
                .containsExactly("name");
        assertThat(values(document.at("/components/schemas/Problem/required")))
                .contains("title", "status", "detail", "requestId");
        assertThat(values(document.at("/tags").findValues("name")))
                .containsExactly("projects", "jobs", "operations", "pages");
        assertThat(document.at("/paths/~1projects/get/parameters/0/schema/maximum")
                        .asInt())
                .isEqualTo(100);
        for (String path : List.of("~1projects/get", "~1jobs/post", "~1jobs~1{id}/get", "~1stats/get", "~1docs/get")) {
            assertThat(document.at("/paths/" + path + "/responses/503/content")
                            .fieldNames()
                            .next())
                    .isEqualTo("application/problem+json");
            assertThat(document.at("/paths/" + path + "/tags")).hasSize(1);
        }
        assertThat(document.at("/paths/~1events/get/responses/200/content")
                        .fieldNames()
                        .next())
                .isEqualTo("text/event-stream");
    }

    private static List<String> values(Iterable<JsonNode> array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }

    @Test
    void theStreamIsSentToAllClientsButAnAddressBar() throws Exception {
        for (String accept : List.of("", "*/*", "text/event-stream", "application/json")) {
            var request = backend.request("/events");
            if (!accept.isEmpty()) {
                request.header("Accept", accept);
            }
            HttpResponse<Stream<String>> response = backend.client().send(request.build(), BodyHandlers.ofLines());
            assertThat(type(response)).as(accept).isEqualTo("text/event-stream");
            try (Stream<String> lines = response.body()) {
                assertThat(lines.limit(2)).as(accept).anyMatch(line -> line.equals("event: state"));
            }
        }
        HttpResponse<String> addressBar = backend.client()
                .send(
                        backend.request("/events")
                                .header("Accept", "text/html,*/*;q=0.8")
                                .build(),
                        BodyHandlers.ofString());
        assertThat(addressBar.statusCode()).isEqualTo(303);
        assertThat(addressBar.headers().firstValue("location")).hasValue("/");
        assertThat(send("HEAD", "/events").statusCode()).isEqualTo(200);
    }

    @Test
    void thePageOfTheDocumentShowsTheRoutesInABrowser() throws Exception {
        try (Browser browser =
                Browser.open(directory.resolve("docs"), "http://localhost:" + backend.port() + "/docs")) {
            browser.awaitText(text -> text.contains("Creates a project") && text.contains("Submits a job"));
            assertThat(browser.text()).contains("/health/ready", "operations").doesNotContain("Failed to load");
        }
    }

    @Test
    void theLivePageFollowsTheProcessToItsEndAndToTheNextOne() throws Exception {
        Path file = Files.writeString(directory.resolve("slow.toml"), "[shutdown]\nannounce_delay_secs = 8\n");
        int port = FreePort.find();
        Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
        environment.put("PORT", "" + port);
        String[] arguments = {"--config", file.toString()};
        try (BackendProcess shown = new BackendProcess(directory, environment, arguments).awaitReady();
                Browser browser = Browser.open(directory.resolve("live"), "http://localhost:" + port + "/")) {
            browser.awaitText(text -> text.contains("Phase: running") && text.contains("postgresql"));
            browser.awaitText(text -> text.contains("In flight: 1")); // the test's own stream
            shown.signal("TERM");
            browser.awaitText(text -> text.contains("shutting down: announce") && text.contains("Ready: no"));
            browser.awaitText(text -> text.contains("Phase: stopped") || text.contains("no connection"));
            shown.awaitExit(0);
            try (BackendProcess next = new BackendProcess(directory, environment, arguments).awaitReady()) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> browser.text().contains("Phase: running"));
                next.signal("KILL");
                next.awaitExit(137);
            }
        }
    }
}
