package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;

import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.report.ShutdownPhase;

/** A process with one {@link Instance}; the payload {@code die} kills it. Prints "phase" and the name of each phase. */
final class JobsProgram {

    private JobsProgram() {}

    /** The URLs of Redis and the database, and the factor by which all intervals are shortened. */
    public static void main(String[] args) throws Exception {
        try (HikariDataSource pool = Pools.open(args[1], Duration.ofSeconds(1))) {
            Instance instance = new Instance(args[0], pool);
            instance.times = JobTimes.defaults().fasterBy(Integer.parseInt(args[2]));
            instance.rebalanceEvery = Duration.ofMillis(200);
            instance.limits = new JobLimits(10, 5, 2);
            instance.config = Instance.limits(Duration.ofSeconds(30), Duration.ofSeconds(20));
            JobHandler usual = instance.handlers.get(JobType.A);
            instance.handlers.put(JobType.A, (job, context) -> {
                if (job.payload().equals("die")) {
                    Runtime.getRuntime().halt(137);
                }
                usual.run(job, context);
            });
            ShutdownListener printer = new ShutdownListener() {
                @Override
                public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
                    System.out.println("phase " + phase);
                }
            };
            var unused = instance.build(builder -> builder.listener(printer)).run();
        }
    }
}
