package io.github.shutdown4j.examples.guide.resources;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;

import static org.assertj.core.api.Assertions.assertThat;

class OrderTest {

    private final ResourceManager resources = ResourceManager.create();

    @Test
    void theDatabaseGoesAfterThoseThatWriteToIt() throws InterruptedException {
        Order.databaseLast(resources, () -> {});
        resources.register(Resource.of("mails", () -> {}));
        Order.limit(resources, () -> {});
        assertThat(resources.plan()).hasSize(2);
        List<StepResult> steps = resources.release(Duration.ofSeconds(60));
        assertThat(steps).extracting(StepResult::name).hasSize(3).last().isEqualTo("database");
    }
}
