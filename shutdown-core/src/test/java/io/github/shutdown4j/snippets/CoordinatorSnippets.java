package io.github.shutdown4j.snippets;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.sql.DataSource;

import io.github.shutdown4j.HealthCheck;
import io.github.shutdown4j.ReportFile;
import io.github.shutdown4j.ShutdownControlMXBean;
import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownMetrics;

final class CoordinatorSnippets {

    interface Gauges {
        void register(String name, LongSupplier value);
    }

    private CoordinatorSnippets() {}

    static void mxBean(MBeanServerConnection connection) throws Exception {
        var name = new ObjectName("io.github.shutdown4j:type=ShutdownCoordinator,name=shop");
        var control = JMX.newMXBeanProxy(connection, name, ShutdownControlMXBean.class);
        control.shutdown("the deployment");
    }

    static void metrics(ShutdownCoordinator coordinator, Gauges gauges) {
        ShutdownMetrics metrics = coordinator.metrics();
        gauges.register("shutdown_in_flight", metrics::inFlight);
        gauges.register("shutdown_phase", metrics::phaseNumber);
    }

    static ShutdownCoordinator reportFile() {
        return ShutdownCoordinator.builder()
                .listener(ReportFile.at(Path.of("/var/log/shop/shutdown-%t-%p.json")))
                .build();
    }

    static void healthCheck(ShutdownCoordinator coordinator, DataSource replica) {
        HealthCheck answers = () -> {
            try (var connection = replica.getConnection()) {
                return connection.isValid(1);
            }
        };
        coordinator.health().addCheck("replica", answers, Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
}
