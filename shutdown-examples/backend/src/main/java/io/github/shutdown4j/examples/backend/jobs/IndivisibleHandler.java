package io.github.shutdown4j.examples.backend.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Type A: takes {@code {"ms": 100}} milliseconds, or fails with {@code {"fail": true}}. It models an indivisible job, so it does
 * not check whether it should stop.
 */
public final class IndivisibleHandler implements JobHandler {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void run(Job job, JobContext context) throws Exception {
        JsonNode payload = JSON.readTree(job.payload());
        Thread.sleep(payload.path("ms").asLong(0));
        if (payload.path("fail").asBoolean()) {
            throw new IllegalStateException("the job fails as its payload requests");
        }
        context.finish(connection -> null); // a real job has its effect here
    }
}
