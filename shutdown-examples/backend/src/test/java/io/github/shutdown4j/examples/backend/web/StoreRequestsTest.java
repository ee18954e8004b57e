package io.github.shutdown4j.examples.backend.web;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StoreRequestsTest {

    private static final Context NONE = null;

    private final Logger log = (Logger) LoggerFactory.getLogger(StoreRequests.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void readLog() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void leaveLog() {
        log.detachAppender(lines);
    }

    /** Runs this inside this many requests. */
    private static void within(StoreRequests requests, int number, Handler inner) throws Exception {
        requests.limited(number == 1 ? inner : ctx -> within(requests, number - 1, inner))
                .handle(NONE);
    }

    private static void isRefused(StoreRequests requests) {
        assertThatThrownBy(() -> within(requests, 1, ctx -> {})).isInstanceOf(ServiceUnavailableResponse.class);
    }

    @ParameterizedTest
    @CsvSource({"20, 100", "80, 160", "1000, 200"})
    void moreRequestsThanTwiceTheConnectionsAreRefused(int poolSize, int most) throws Exception {
        StoreRequests requests = new StoreRequests(poolSize);
        within(requests, most - 1, ctx -> within(requests, 1, ignored -> {}));
        within(requests, most, ctx -> isRefused(requests));
    }

    @Test
    void eachSeriesOfRefusalsIsLoggedOnce() throws Exception {
        StoreRequests requests = new StoreRequests(20);
        for (int series = 1; series <= 2; series++) {
            within(requests, 99, ctx -> {
                for (int i = 0; i < 3; i++) {
                    within(requests, 1, ignored -> isRefused(requests));
                }
            });
            assertThat(lines.list).hasSize(series).last().satisfies(line -> assertThat(line.getFormattedMessage())
                    .contains("100"));
        }
    }
}
