package io.github.shutdown4j.examples.guide.lifecycle;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.report.ShutdownReport;

/** An embedded coordinator, which does not end the process. */
public final class Embedding {

    private Embedding() {}

    public static void main(String[] args) throws InterruptedException {
        var coordinator = ShutdownCoordinator.builder()
                .embedded() // takes no signals, registers no hook, never exits
                .build();
        coordinator.start();
        coordinator.shutdown("the end of the test");
        ShutdownReport report = coordinator.await();
        System.out.println(report.toText());
    }
}
