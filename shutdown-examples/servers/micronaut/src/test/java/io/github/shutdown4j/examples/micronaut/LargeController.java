package io.github.shutdown4j.examples.micronaut;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

import io.github.shutdown4j.examples.process.LargeAnswerStop;

/** What {@link LargeAnswerStop} asks for. */
@Controller("/large")
final class LargeController {

    @Get(produces = MediaType.TEXT_PLAIN)
    String get() {
        return "x".repeat(LargeAnswerStop.SIZE);
    }
}
