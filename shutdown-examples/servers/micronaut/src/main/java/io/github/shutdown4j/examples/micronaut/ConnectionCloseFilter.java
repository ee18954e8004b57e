package io.github.shutdown4j.examples.micronaut;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpVersion;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

import io.github.shutdown4j.trigger.ShutdownTrigger;

/** Once the shutdown is announced, every response closes its connection. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class ConnectionCloseFilter {

    private final ShutdownTrigger end;

    ConnectionCloseFilter(ShutdownTrigger end) {
        this.end = end;
    }

    @ResponseFilter
    void answer(HttpRequest<?> request, MutableHttpResponse<?> response) {
        if (end.isRequested() && request.getHttpVersion() == HttpVersion.HTTP_1_1) { // HTTP/2 has GOAWAY
            response.header(HttpHeaders.CONNECTION, "close");
        }
    }
}
