package io.github.shutdown4j.examples.backend.web;

import java.util.Optional;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;

/** Submits jobs and returns their state. */
final class JobHandlers {

    private final JobService jobs;

    JobHandlers(JobService jobs) {
        this.jobs = jobs;
    }

    /** 202: accepted, not done yet. */
    void order(Context ctx) throws Exception {
        JobInput input = Body.of(ctx, JobInput.class).checked(jobs.types());
        String id = jobs.add(input.type(), input.payloadText());
        ctx.status(202).header(Header.LOCATION, "/jobs/" + id).json(new JobState(id, input.type(), "ordered"));
    }

    void read(Context ctx) throws Exception {
        String id = ctx.pathParam("id");
        // Text that cannot be an id may not even be a valid parameter for the database.
        Optional<JobState> found = id.matches("[\\w.-]{1,100}") ? jobs.find(id) : Optional.empty();
        ctx.json(found.orElseThrow(() -> new NotFoundResponse("nobody knows a job " + id)));
    }
}
