package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A client of the installed backend. */
record Api(int port) {

    private static final ObjectMapper JSON = new ObjectMapper();

    String get(String path) throws IOException {
        return Load.exchange(port, "GET", path, "");
    }

    /** Counts them, page by page. */
    int projects() throws IOException {
        int count = 0;
        for (String after = "0"; !after.equals("null"); ) {
            String answer = get("/projects?limit=100&after=" + after);
            JsonNode page = JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
            count += page.get("items").size();
            after = page.get("next").asText();
        }
        return count;
    }

    /** Returns its id once it is running. */
    String orderJob(long millis) throws IOException {
        String answer = Load.exchange(port, "POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":" + millis + "}}");
        assertThat(answer).startsWith("HTTP/1.1 202 ");
        String id = JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                .get("id")
                .asText();
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(20))
                .until(() -> get("/jobs/" + id).contains("\"running\""));
        return id;
    }
}
