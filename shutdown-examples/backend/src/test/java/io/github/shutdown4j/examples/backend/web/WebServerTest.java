package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class WebServerTest {

    /** Javalin initializes parts of itself at the first request, without a lock. */
    @Test
    void theFirstRequestIsNotThatOfAClient() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            assertThat(web.answers).as("its own, one of them to the page").hasValue(2);
            assertThat(web.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(web.answers).hasValue(3);
        }
    }
}
