package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.swagger.v3.core.util.Json;

import io.github.shutdown4j.examples.backend.statistics.Count;
import io.github.shutdown4j.examples.backend.statistics.Statistics;

/** The table of all routes, from which the server and the OpenAPI document are created. */
public final class Routes {

    private static final String HTML = "text/html";
    private static final String PROJECTS = "projects";
    private static final String JOBS = "jobs";
    private static final String OPERATIONS = "operations";
    private static final String PAGES = "pages";

    private final ProjectHandlers projects;
    private final JobHandlers jobs;
    private final Duration keysKept;
    private final Statistics statistics;
    private final Health health;
    private final Metrics metrics;
    private final Events events;

    public Routes(
            Projects projects, JobService jobs, Statistics statistics, Health health, Metrics metrics, Events events) {
        this.projects = new ProjectHandlers(projects);
        this.jobs = new JobHandlers(jobs);
        keysKept = jobs.keysKept();
        this.statistics = statistics;
        this.health = health;
        this.metrics = metrics;
        this.events = events;
    }

    List<Route> table() {
        List<Route> table = new ArrayList<>();
        table.addAll(ofProjects());
        table.addAll(ofJobs());
        table.addAll(ofOperations());
        table.addAll(ofPages());
        return List.copyOf(table);
    }

    private List<Route> ofProjects() {
        return List.of(
                Route.of(HandlerType.POST, "/projects", PROJECTS, "Creates a project", projects::create)
                        .needingStores()
                        .body(ProjectInput.class)
                        .answer(201, "created; Location is its address", Project.class)
                        .problem(400, "the input is not valid")
                        .problem(409, "there is a project of this name"),
                Route.get("/projects", PROJECTS, "Lists projects, the oldest first", projects::list)
                        .needingStores()
                        .parameter("limit", "the size of a page", 1, ProjectHandlers.LONGEST_PAGE, 20)
                        .parameter(
                                "after", "only projects after this id: next of the page before", 0, Long.MAX_VALUE, 0)
                        .answer(200, "a page", ProjectPage.class)
                        .problem(400, "a parameter is not valid"),
                Route.get("/projects/{id}", PROJECTS, "Reads a project", projects::read)
                        .needingStores()
                        .answer(200, "the project", Project.class)
                        .problem(404, "there is none of this id"),
                Route.of(HandlerType.PUT, "/projects/{id}", PROJECTS, "Changes a project", projects::change)
                        .needingStores()
                        .body(ProjectInput.class)
                        .answer(200, "as it is now", Project.class)
                        .problem(400, "the input is not valid")
                        .problem(404, "there is none of this id")
                        .problem(409, "there is another project of this name"),
                Route.of(HandlerType.DELETE, "/projects/{id}", PROJECTS, "Deletes a project", projects::delete)
                        .needingStores()
                        .answer(204, "deleted")
                        .problem(404, "there is none of this id"));
    }

    private List<Route> ofJobs() {
        return List.of(
                Route.of(HandlerType.POST, "/jobs", JOBS, "Submits a job", jobs::submit)
                        .needingStores()
                        .header(
                                IdempotencyKey.HEADER,
                                "chosen by the client for each new job, for example a UUID; a request with the same key,"
                                        + " type and payload, also to another instance, makes no second job and gets the"
                                        + " same response for " + keysKept.toHours() + " hours",
                                IdempotencyKey.LONGEST)
                        .body(JobInput.class)
                        .answer(202, "accepted, the job will be done; Location is its address", JobState.class)
                        .problem(400, "the input is not valid")
                        .problem(422, "the key belongs to a job of another type or payload"),
                Route.get("/jobs/{id}", JOBS, "The state of a job", jobs::read)
                        .needingStores()
                        .answer(200, "the job", JobState.class)
                        .problem(404, "there is none of this id"));
    }

    private List<Route> ofOperations() {
        return List.of(
                Route.get("/stats", OPERATIONS, "Counts of requests and jobs so far", this::stats)
                        .needingStores()
                        .answer(200, "counts and average times", Count[].class),
                Route.get("/events", OPERATIONS, "Streams the state of this process once a second", events::stream)
                        .answer(200, "events named state, and one named goodbye at the end", Events.MEDIA_TYPE)
                        .answer(303, "a browser's address bar is sent to the page that shows them")
                        .uncounted(),
                Route.get("/health/live", OPERATIONS, "Whether the process should be left running", health::live)
                        .answer(200, "yes, also while it ends", Health.Liveness.class)
                        .answer(503, "no", Health.Liveness.class)
                        .uncounted(),
                Route.get("/health/ready", OPERATIONS, "Whether new work should be sent here", health::ready)
                        .answer(200, "yes", Health.Readiness.class)
                        .answer(503, "not ready; detail and checks give the reasons", Health.Readiness.class)
                        .uncounted(),
                Route.get("/metrics", OPERATIONS, "Metrics for Prometheus", metrics::write)
                        .answer(200, "Prometheus text format", "text/plain")
                        .uncounted());
    }

    private List<Route> ofPages() {
        return List.of(
                Route.get("/", PAGES, "The live page: jobs, stores and the shutdown", Pages::live)
                        .answer(200, "a page", HTML)
                        .uncounted(),
                Route.get("/docs", PAGES, "This document, to read and to try", Pages::docs)
                        .answer(200, "a page", HTML),
                Route.get("/openapi.json", PAGES, "This document", this::document)
                        .answer(200, "OpenAPI 3", Route.JSON));
    }

    private void stats(Context ctx) throws Exception {
        ctx.json(statistics.counts());
    }

    private void document(Context ctx) {
        ctx.contentType(Route.JSON).result(Json.pretty(OpenApi.of(table())));
    }
}
