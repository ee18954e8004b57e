package io.github.shutdown4j.examples.backend.jobs;

/**
 * The limits of a consumer, which may change while it runs.
 *
 * @param batch the number of jobs that it fetches at once
 * @param inFlight the number of jobs that it runs concurrently
 * @param deliveries the number of attempts before a job becomes a dead letter
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
