package io.github.shutdown4j;

import java.util.function.Consumer;

import io.github.shutdown4j.report.ShutdownReport;

/** A listener for the report alone. */
final class ReportConsumer implements ShutdownListener {

    private final Consumer<? super ShutdownReport> consumer;

    ReportConsumer(Consumer<? super ShutdownReport> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void onFinished(ShutdownReport report) {
        consumer.accept(report);
    }
}
