package io.github.shutdown4j.examples.backend.web;

import java.util.List;
import java.util.Map;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.sse.SseHandler;
import io.swagger.v3.core.util.Json;

import io.github.shutdown4j.ShutdownHealth;
import io.github.shutdown4j.examples.backend.statistics.Count;
import io.github.shutdown4j.examples.backend.statistics.Statistics;

/** The one table of all routes: the server is set up from it, and so is the OpenAPI document. */
public final class Routes {

    private final ProjectHandlers projects;
    private final JobHandlers jobs;
    private final Statistics statistics;
    private final ShutdownHealth health;
    private final Metrics metrics;
    private final Events events;

    public Routes(
            Projects projects,
            JobDesk jobs,
            Statistics statistics,
            ShutdownHealth health,
            Metrics metrics,
            Events events) {
        this.projects = new ProjectHandlers(projects);
        this.jobs = new JobHandlers(jobs);
        this.statistics = statistics;
        this.health = health;
        this.metrics = metrics;
        this.events = events;
    }

    List<Route> table() {
        return List.of(
                Route.of(HandlerType.POST, "/projects", "Creates a project", projects::create)
                        .body(ProjectInput.class)
                        .answer(201, "created; Location says where", Project.class)
                        .answer(400, "the input is not valid", Problem.class)
                        .answer(409, "there is a project of this name", Problem.class),
                Route.get("/projects", "Lists projects, the oldest first", projects::list)
                        .parameter("limit", Integer.class, "how many at most, from 1 to 100; 20 by default")
                        .parameter("after", Long.class, "only those after this id: next of the page before")
                        .answer(200, "a page", ProjectPage.class)
                        .answer(400, "a parameter is not valid", Problem.class),
                Route.get("/projects/{id}", "Reads a project", projects::read)
                        .answer(200, "the project", Project.class)
                        .answer(404, "there is none of this id", Problem.class),
                Route.of(HandlerType.PUT, "/projects/{id}", "Changes a project", projects::change)
                        .body(ProjectInput.class)
                        .answer(200, "as it is now", Project.class)
                        .answer(400, "the input is not valid", Problem.class)
                        .answer(404, "there is none of this id", Problem.class)
                        .answer(409, "there is another project of this name", Problem.class),
                Route.of(HandlerType.DELETE, "/projects/{id}", "Deletes a project", projects::delete)
                        .answer(204, "deleted")
                        .answer(404, "there is none of this id", Problem.class),
                Route.of(HandlerType.POST, "/jobs", "Orders a job", jobs::order)
                        .body(JobInput.class)
                        .answer(202, "ordered, it will be done; Location says where to look", JobState.class)
                        .answer(400, "the input is not valid", Problem.class)
                        .answer(503, "the queue is not available", Problem.class),
                Route.get("/jobs/{id}", "Tells how far a job is", jobs::read)
                        .answer(200, "the job", JobState.class)
                        .answer(404, "there is none of this id", Problem.class),
                Route.get("/stats", "Tells what has happened so far", ctx -> ctx.json(statistics.counts()))
                        .answer(200, "counts of requests and jobs", Count[].class),
                Route.get("/events", "Streams the jobs in hand as server-sent events", new SseHandler(events::join))
                        .answer(200, "text/event-stream")
                        .uncounted(),
                Route.get("/health/live", "Whether the process should be left running", this::live)
                        .answer(200, "yes, also while it ends")
                        .answer(503, "no")
                        .uncounted(),
                Route.get("/health/ready", "Whether new work should be sent here", this::ready)
                        .answer(200, "yes")
                        .answer(503, "no; the body says why")
                        .uncounted(),
                Route.get("/metrics", "Numbers for Prometheus", metrics::write)
                        .answer(200, "text of Prometheus")
                        .uncounted(),
                Route.get("/openapi.json", "This document", this::document).answer(200, "OpenAPI 3"),
                Route.get("/docs", "This document, to read and to try", ApiPage::write)
                        .answer(200, "HTML"));
    }

    private void live(Context ctx) {
        ctx.status(health.isLive() ? 200 : 503).json(Map.of("live", health.isLive()));
    }

    private void ready(Context ctx) {
        boolean ready = health.isReady();
        ctx.status(ready ? 200 : 503).json(Map.of("ready", ready, "detail", health.detail()));
    }

    private void document(Context ctx) {
        ctx.contentType("application/json").result(Json.pretty(OpenApi.of(table())));
    }
}
