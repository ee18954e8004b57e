package io.github.shutdown4j.examples.backend.web;

import java.util.Optional;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;

/** Submits jobs and returns their state. */
final class JobHandlers {

    private static final int LONGEST_ID = 200;

    private final JobService jobs;

    JobHandlers(JobService jobs) {
        this.jobs = jobs;
    }

    /** 202: accepted, not done yet. A repetition gets the response of the first request. */
    void submit(Context ctx) throws Exception {
        Optional<String> key = IdempotencyKey.of(ctx);
        JobInput input = Body.of(ctx, JobInput.class).checked(jobs.types());
        String id = jobs.add(input.type(), input.payloadText(), key);
        ctx.status(202).header(Header.LOCATION, "/jobs/" + id).json(new JobState(id, input.type(), "queued"));
    }

    void read(Context ctx) throws Exception {
        String id = ctx.pathParam("id");
        Optional<JobState> found = isPossible(id) ? jobs.find(id) : Optional.empty();
        ctx.json(found.orElseThrow(() -> new NotFoundResponse("unknown job " + id)));
    }

    /** Other writers choose their ids freely; but not all text is a valid parameter for the database. */
    private static boolean isPossible(String id) {
        return id.length() <= LONGEST_ID
                && id.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }
}
