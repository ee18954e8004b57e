package io.github.shutdown4j.examples.micronaut;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

import io.github.shutdown4j.ShutdownTrigger;

/** From the announcement on, each answer is the last on its connection. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class TellToLeave {

    private final ShutdownTrigger end;

    TellToLeave(ShutdownTrigger end) {
        this.end = end;
    }

    @ResponseFilter
    void answer(MutableHttpResponse<?> response) {
        if (end.isRequested()) {
            response.header(HttpHeaders.CONNECTION, "close");
        }
    }
}
