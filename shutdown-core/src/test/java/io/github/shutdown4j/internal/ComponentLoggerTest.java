package io.github.shutdown4j.internal;

import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.HostileFailures;

import static org.assertj.core.api.Assertions.assertThat;

class ComponentLoggerTest {

    private final ComponentLogger log = new ComponentLogger(ComponentLoggerTest.class, "component");

    @Test
    void lineIsWrittenThoughItsExceptionCannotBePrinted() {
        try (CapturedLogs logs = CapturedLogs.open()) {
            log.error("'{}' failed", "web", HostileFailures.exception());
            assertThat(logs.texts(Level.ERROR))
                    .singleElement()
                    .asString()
                    .startsWith("component: 'web' failed")
                    .contains("HostileException");
        }
    }

    @Test
    void loggerThatThrowsIsCalledAtMostTwiceAndAffectsNoCaller() {
        try (CapturedLogs logs = CapturedLogs.failing()) {
            log.warn("a line");
            assertThat(logs.lines()).hasSize(1);
            log.warn("a line", new IllegalStateException("of a thread"));
            assertThat(logs.lines()).hasSizeBetween(2, 3);
        }
    }
}
