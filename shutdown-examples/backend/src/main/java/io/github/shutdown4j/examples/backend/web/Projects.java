package io.github.shutdown4j.examples.backend.web;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The projects in the database, single ones read through a cache. */
public final class Projects {

    private static final String COLUMNS = "id, name, description, created_at, changed_at";

    private final DataSource database;
    private final ProjectCache cache;

    public Projects(DataSource database, ProjectCache cache) {
        this.database = database;
        this.cache = cache;
    }

    Project create(ProjectInput input) throws SQLException {
        String insert = "insert into projects (name, description) values (?, ?) returning " + COLUMNS;
        return query(insert, input.name(), input.description()).get(0);
    }

    List<Project> list(long after, int limit) throws SQLException {
        return query("select " + COLUMNS + " from projects where id > ? order by id limit ?", after, limit);
    }

    Optional<Project> find(long id) throws SQLException {
        return cache.find(id, () -> query("select " + COLUMNS + " from projects where id = ?", id).stream()
                .findFirst());
    }

    Optional<Project> change(long id, ProjectInput input) throws SQLException {
        String update =
                "update projects set name = ?, description = ?, changed_at = now() where id = ? returning " + COLUMNS;
        Optional<Project> changed =
                query(update, input.name(), input.description(), id).stream().findFirst();
        cache.evict(id);
        return changed;
    }

    boolean delete(long id) throws SQLException {
        boolean deleted = !query("delete from projects where id = ? returning " + COLUMNS, id)
                .isEmpty();
        cache.evict(id);
        return deleted;
    }

    private List<Project> query(String sql, Object... values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                List<Project> found = new ArrayList<>();
                while (row.next()) {
                    found.add(new Project(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getTimestamp(4).toInstant(),
                            row.getTimestamp(5).toInstant()));
                }
                return found;
            }
        }
    }
}
