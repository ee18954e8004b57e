package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class ApiTest {

    private static WebFixture web;

    @BeforeAll
    static void start() throws Exception {
        web = new WebFixture(Duration.ZERO);
    }

    @AfterAll
    static void stop() throws Exception {
        web.close();
    }

    @BeforeEach
    void noProjects() throws Exception {
        try (Connection connection = web.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("delete from projects");
        }
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    private static JsonNode created(String name) throws Exception {
        return json(web.send("POST", "/projects", "{\"name\":\"" + name + "\",\"description\":\"d\"}"));
    }

    @Test
    void aProjectIsCreatedReadChangedAndDeleted() throws Exception {
        HttpResponse<String> created = web.send("POST", "/projects", "{\"name\":\" one \",\"description\":\"first\"}");
        assertThat(created.statusCode()).isEqualTo(201);
        String location = created.headers().firstValue("location").orElseThrow();
        assertThat(json(created).get("name").asText()).isEqualTo("one");
        assertThat(json(web.get(location))).isEqualTo(json(created));

        HttpResponse<String> changed = web.send("PUT", location, "{\"name\":\"two\"}");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json(changed).get("name").asText()).isEqualTo("two");
        assertThat(json(changed).get("description").asText()).isEmpty();
        assertThat(json(changed).get("createdAt")).isEqualTo(json(created).get("createdAt"));

        assertThat(web.send("DELETE", location, "").statusCode()).isEqualTo(204);
        assertThat(web.get(location).statusCode()).isEqualTo(404);
        assertThat(web.send("DELETE", location, "").statusCode()).isEqualTo(404);
        assertThat(web.send("PUT", location, "{\"name\":\"two\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void pagesFollowEachOtherToTheEnd() throws Exception {
        for (int i = 0; i < 5; i++) {
            created("project " + i);
        }
        List<String> names = new ArrayList<>();
        String next = "0";
        int pages = 0;
        while (!next.equals("null")) {
            JsonNode page = json(web.get("/projects?limit=2&after=" + next));
            page.get("items").forEach(item -> names.add(item.get("name").asText()));
            next = page.get("next").asText();
            pages++;
        }
        assertThat(names).containsExactly("project 0", "project 1", "project 2", "project 3", "project 4");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void aNameIsGivenOnce() throws Exception {
        created("mine");
        JsonNode other = created("other");
        assertThat(web.send("POST", "/projects", "{\"name\":\"mine\"}").statusCode())
                .isEqualTo(409);
        HttpResponse<String> conflict =
                web.send("PUT", "/projects/" + other.get("id").asText(), "{\"name\":\"mine\"}");
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(json(conflict).get("detail").asText()).contains("mine");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    POST   | /projects           | {"name":" "}             | 400 | must not be missing or blank
                    POST   | /projects           | {"nam":"x"}              | 400 | is unknown, known are description, name
                    POST   | /projects           | {"name":["x"]}           | 400 | is not of the right type
                    POST   | /projects           | {"name":                 | 400 | detail
                    POST   | /projects           | null                     | 400 | must be a JSON object
                    GET    | /projects?limit=0   | ''                       | 400 | from 1 to 100
                    GET    | /projects?after=x   | ''                       | 400 | after
                    GET    | /projects/x         | ''                       | 404 | no project x
                    GET    | /nothing            | ''                       | 404 | /nothing
                    PATCH  | /projects           | {}                       | 405 | Method Not Allowed
                    POST   | /jobs               | {"type":"C"}             | 400 | must be one of A, B
                    POST   | /jobs               | {"type":"A","payload":1} | 400 | must be an object
                    GET    | /jobs/none          | ''                       | 404 | none
                    """)
    void mistakesOfClientsAreExplained(String method, String path, String body, int status, String explanation)
            throws Exception {
        HttpResponse<String> response = web.send(method, path, body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(explanation);
        assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
        assertThat(json(response).get("status").asInt()).isEqualTo(status);
        assertThat(json(response).get("requestId").asText())
                .isEqualTo(response.headers().firstValue("x-request-id").orElseThrow());
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        String large = "{\"name\":\"" + "x".repeat(200_000) + "\"}";
        assertThat(web.send("POST", "/projects", large).statusCode()).isEqualTo(413);
    }

    @Test
    void aJobIsSubmittedAndFound() throws Exception {
        HttpResponse<String> submitted = web.send("POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1}}");
        assertThat(submitted.statusCode()).isEqualTo(202);
        HttpResponse<String> found =
                web.get(submitted.headers().firstValue("location").orElseThrow());
        assertThat(json(found).get("id")).isEqualTo(json(submitted).get("id"));
    }

    private static HttpResponse<String> submit(String body, String... keys) throws Exception {
        var request = web.request("/jobs").POST(BodyPublishers.ofString(body));
        for (String key : keys) {
            request.header("Idempotency-Key", key);
        }
        return web.client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aRepeatedSubmissionWithTheSameKeyIsTheSameJob() throws Exception {
        String key = "8e03978e-40d5-43dd-bc93-6894a57f9324";
        HttpResponse<String> first = submit("{\"type\":\"A\",\"payload\":{\"ms\":1}}", key);
        HttpResponse<String> second = submit("{ \"type\": \"A\", \"payload\": {\"ms\": 1} }", key);
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.headers().firstValue("location"))
                .isEqualTo(first.headers().firstValue("location"));
        assertThat(json(second)).isEqualTo(json(first));

        HttpResponse<String> other = submit("{\"type\":\"A\",\"payload\":{\"ms\":2}}", key);
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(json(other).get("detail").asText()).contains("a new job needs a new key");
        assertThat(submit("{\"type\":\"A\",\"payload\":{\"ms\":1}}", "x".repeat(255))
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void aKeyThatIsNotValidIsRefusedWithItsBound() throws Exception {
        String job = "{\"type\":\"A\"}";
        for (String bad : List.of("", "two words", "x".repeat(256))) {
            HttpResponse<String> refused = submit(job, bad);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            JsonNode error = json(refused).at("/errors/0");
            assertThat(error.get("field").asText()).isEqualTo("Idempotency-Key");
            assertThat(error.get("message").asText())
                    .contains("1 to 255 visible ASCII characters", "was " + bad.length() + " characters");
        }
        HttpResponse<String> twice = submit(job, "one", "two");
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body()).contains("must be sent once, was sent 2 times");
    }

    @ParameterizedTest
    @CsvSource({"jobs:a-1-0, jobs:a-1-0", "%C3%ABine%2F%2042, ëine/ 42"})
    void aJobOfAnotherWriterIsFound(String path, String id) throws Exception {
        HttpResponse<String> found = web.get("/jobs/" + path);
        assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
        assertThat(json(found).get("id").asText()).isEqualTo(id);
    }

    @Test
    void theRequestIdOfTheClientIsKept() throws Exception {
        HttpResponse<String> response = web.client.send(
                web.request("/projects").header("X-Request-Id", "mine-1").build(), BodyHandlers.ofString());
        assertThat(response.headers().firstValue("x-request-id")).hasValue("mine-1");
    }

    @Test
    void theDocumentHasEveryRouteAndAPageToReadIt() throws Exception {
        JsonNode document = json(web.get("/openapi.json"));
        assertThat(document.get("openapi").asText()).startsWith("3.");
        assertThat(document.get("paths").fieldNames())
                .toIterable()
                .contains("/projects", "/projects/{id}", "/jobs", "/jobs/{id}", "/health/ready", "/metrics");
        assertThat(document.at("/paths/~1projects~1{id}").fieldNames())
                .toIterable()
                .contains("get", "put", "delete");
        assertThat(document.at("/components/schemas").fieldNames())
                .toIterable()
                .contains("Project", "ProjectInput", "Problem", "JobInput");
        assertThat(document.at("/components/schemas/Project/properties/createdAt/format")
                        .asText())
                .isEqualTo("date-time");
        JsonNode key = document.at("/paths/~1jobs/post/parameters/0");
        assertThat(key.get("name").asText()).isEqualTo("Idempotency-Key");
        assertThat(key.get("in").asText()).isEqualTo("header");
        assertThat(key.get("description").asText()).contains("24 hours");
        assertThat(key.at("/schema/maxLength").asInt()).isEqualTo(255);
        assertThat(document.at("/paths/~1jobs/post/responses").fieldNames())
                .toIterable()
                .contains("202", "400", "422", "503");
        assertThat(document.at("/paths/~1projects/get/parameters/0/schema/maximum")
                        .asInt())
                .isEqualTo(100);
        String page = web.get("/docs").body();
        String script = page.replaceAll("(?s).*<script src=\"([^\"]+)\".*", "$1");
        assertThat(web.get(script).statusCode()).isEqualTo(200);
    }

    @Test
    void requestsAreCountedInTheDatabaseAndForPrometheus() throws Exception {
        assertThat(web.get("/jobs/unknown").statusCode()).isEqualTo(404);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> web.get("/stats").body().contains("GET /jobs/{id}"));
        assertThat(web.get("/metrics").body())
                .contains("shutdown_ready 1.0", "shutdown_phase 0.0", "statistics_written_total", "jvm_memory_used");
    }

    @Test
    void eachMetricHasADescription() throws Exception {
        List<String> families = web.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("# "))
                .toList();
        assertThat(families).anyMatch(line -> line.startsWith("# HELP shutdown_in_flight "));
        assertThat(families)
                .filteredOn(line -> line.startsWith("# HELP "))
                .allMatch(line -> line.split(" ", 4)[3].length() > 5, "has a description");
        assertThat(families)
                .filteredOn(line -> line.startsWith("# TYPE "))
                .allMatch(
                        line -> families.stream()
                                .anyMatch(help -> help.startsWith("# HELP " + line.split(" ")[2] + " ")),
                        "follows a description");
    }
}
