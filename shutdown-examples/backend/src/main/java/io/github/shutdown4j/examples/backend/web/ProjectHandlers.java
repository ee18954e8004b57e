package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

import io.javalin.http.ConflictResponse;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;

/** Create, list, read, change, delete. */
final class ProjectHandlers {

    private static final String UNIQUE_VIOLATION = "23505"; // of the SQL standard
    static final int LONGEST_PAGE = 100;

    private final Projects projects;

    ProjectHandlers(Projects projects) {
        this.projects = projects;
    }

    void create(Context ctx) throws IOException, InvalidInput, SQLException {
        ProjectInput input = Body.of(ctx, ProjectInput.class).checked();
        try {
            Project created = projects.create(input);
            ctx.status(201).header(Header.LOCATION, "/projects/" + created.id()).json(created);
        } catch (SQLException e) {
            throw translated(e, input);
        }
    }

    void list(Context ctx) throws InvalidInput, SQLException {
        int limit = (int) number(ctx, "limit", 20, 1, LONGEST_PAGE);
        long after = number(ctx, "after", 0, 0, Long.MAX_VALUE);
        List<Project> found = projects.list(after, limit + 1); // one more, to know whether there is a next page
        List<Project> page = found.subList(0, Math.min(limit, found.size()));
        ctx.json(
                new ProjectPage(page, found.size() > limit ? page.get(limit - 1).id() : null));
    }

    void read(Context ctx) throws SQLException {
        ctx.json(projects.find(id(ctx)).orElseThrow(() -> missing(ctx)));
    }

    void change(Context ctx) throws IOException, InvalidInput, SQLException {
        ProjectInput input = Body.of(ctx, ProjectInput.class).checked();
        try {
            ctx.json(projects.change(id(ctx), input).orElseThrow(() -> missing(ctx)));
        } catch (SQLException e) {
            throw translated(e, input);
        }
    }

    void delete(Context ctx) throws SQLException {
        if (!projects.delete(id(ctx))) {
            throw missing(ctx);
        }
        ctx.status(204);
    }

    private static SQLException translated(SQLException e, ProjectInput input) {
        if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
            throw new ConflictResponse("there is a project named \"" + input.name() + "\" already");
        }
        return e;
    }

    /** Text that is not a number is not the id of a project. */
    private static long id(Context ctx) {
        try {
            return Long.parseLong(ctx.pathParam("id"));
        } catch (NumberFormatException e) {
            throw missing(ctx);
        }
    }

    private static NotFoundResponse missing(Context ctx) {
        return new NotFoundResponse("there is no project " + ctx.pathParam("id"));
    }

    private static long number(Context ctx, String name, long byDefault, long least, long most) throws InvalidInput {
        String text = ctx.queryParam(name);
        try {
            long value = text == null ? byDefault : Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // handled below
        }
        throw new InvalidInput(name, "must be a whole number from " + least + " to " + most);
    }
}
