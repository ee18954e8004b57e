package io.github.shutdown4j.examples.guide.resources;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;

import static org.assertj.core.api.Assertions.assertThat;

/** A real HikariCP with a real database. */
class PoolTest {

    private static HikariDataSource pool() {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:");
        var config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(3);
        return new HikariDataSource(config);
    }

    private static StepResult release(HikariDataSource pool) throws InterruptedException {
        var resources = ResourceManager.create();
        resources.register(Resources.dataSource("database", pool));
        List<StepResult> steps = resources.release(Duration.ofSeconds(20));
        assertThat(pool.isClosed()).isTrue();
        assertThat(steps).hasSize(1);
        return steps.get(0);
    }

    @Test
    void connectionsInUseAreCounted() throws Exception {
        HikariDataSource pool = pool();
        Connection one = pool.getConnection();
        Connection two = pool.getConnection();
        pool.getConnection().close();
        StepResult step = release(pool);
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEqualTo("2 connections were in use at the close");
    }

    @Test
    void idlePoolReportsNothing() throws Exception {
        StepResult step = release(pool());
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
    }

    @Test
    void poolThatWasNeverUsedReportsNothing() throws Exception {
        StepResult step = release(new HikariDataSource());
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
    }
}
