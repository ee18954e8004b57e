package io.github.shutdown4j.examples.backend.web;

import java.util.Optional;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;

/** Orders jobs and tells how far they are. */
final class JobHandlers {

    private final JobService jobs;

    JobHandlers(JobService jobs) {
        this.jobs = jobs;
    }

    /** 202: it is not done yet, but from here on it will be. */
    void order(Context ctx) throws Exception {
        JobInput input = Body.of(ctx, JobInput.class).checked(jobs.types());
        String id = jobs.add(input.type(), input.payloadText());
        ctx.status(202).header(Header.LOCATION, "/jobs/" + id).json(new JobState(id, input.type(), "ordered"));
    }

    void read(Context ctx) throws Exception {
        String id = ctx.pathParam("id");
        // What no id can be, a database may not even be able to look for.
        Optional<JobState> found = id.matches("[\\w.-]{1,100}") ? jobs.find(id) : Optional.empty();
        ctx.json(found.orElseThrow(() -> new NotFoundResponse("nobody knows a job " + id)));
    }
}
