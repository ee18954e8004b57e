package io.github.shutdown4j.examples.backend.jobs;

/**
 * What a consumer takes upon itself. They may change while it runs.
 *
 * @param batch how many jobs it fetches at once
 * @param inFlight how many it does at once
 * @param deliveries how often a job is tried before it becomes a dead letter
 */
public record JobLimits(int batch, int inFlight, int deliveries) {

    public JobLimits {
        atLeastOne("batch", batch);
        atLeastOne("inFlight", inFlight);
        atLeastOne("deliveries", deliveries);
    }

    public static JobLimits defaults() {
        return new JobLimits(10, 5, 5);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }
}
