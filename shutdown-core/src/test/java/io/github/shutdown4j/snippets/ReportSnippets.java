package io.github.shutdown4j.snippets;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

final class ReportSnippets {

    interface Alerts {
        void send(String text);
    }

    private ReportSnippets() {}

    static void report(ShutdownReport report, Alerts alerts) {
        for (PhaseReport phase : report.phases()) {
            for (StepResult step : phase.steps()) {
                if (step.outcome() != Outcome.DONE) {
                    alerts.send(phase.phase().label() + ": '" + step.name() + "' "
                            + step.outcome().label());
                }
            }
        }
    }

    static void unfinished(ConnectionTracker requests) {
        for (UnfinishedWork request : requests.unfinished(10)) { // the ten oldest
            System.out.println(request.text());
        }
    }
}
