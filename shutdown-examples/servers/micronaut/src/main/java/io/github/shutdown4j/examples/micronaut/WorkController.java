package io.github.shutdown4j.examples.micronaut;

import java.util.concurrent.atomic.AtomicLong;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/** The application. */
@Controller("/work")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WorkController {

    private final AtomicLong finished;

    WorkController(AtomicLong finished) {
        this.finished = finished;
    }

    @Post(consumes = MediaType.ALL, produces = MediaType.TEXT_PLAIN)
    String post(@QueryValue long ms, @Body byte[] body) throws InterruptedException {
        return get(ms, 1);
    }

    @Get(produces = MediaType.TEXT_PLAIN)
    String get(@QueryValue long ms, @QueryValue(defaultValue = "1") int lines) throws InterruptedException {
        Thread.sleep(ms);
        finished.incrementAndGet();
        return "done\n".repeat(lines);
    }
}
