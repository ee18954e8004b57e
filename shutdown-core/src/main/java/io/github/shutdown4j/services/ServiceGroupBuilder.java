package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/**
 * Builds a {@link ServiceGroup}. Not thread-safe.
 *
 * <pre>{@code
 * ServiceGroup services = ServiceGroup.builder()
 *         .add("database", database)
 *         .add("cleaner", cleaner)
 *         .startTimeout(Duration.ofSeconds(20)) // for each of them
 *         .build();
 * }</pre>
 */
public final class ServiceGroupBuilder {

    private final Ticker ticker;
    private final Map<String, Added> added = new LinkedHashMap<>();
    private Optional<Duration> startTimeout = Optional.empty();

    private record Added(Service service, ServicePolicy policy) {}

    ServiceGroupBuilder(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Adds a {@linkplain ServicePolicy#critical() critical} service. */
    public ServiceGroupBuilder add(String name, Service service) {
        return add(name, service, ServicePolicy.critical());
    }

    /**
     * Adds a service.
     *
     * @throws IllegalArgumentException if the name is blank or already used
     */
    public ServiceGroupBuilder add(String name, Service service, ServicePolicy policy) {
        Checks.notBlank("name", name);
        Checks.notNull("service", service);
        Checks.notNull("policy", policy);
        Checks.nameIsNew("service", name, added.keySet());
        added.put(name, new Added(service, policy));
        return this;
    }

    /**
     * Sets the time from the start of each service until it must be ready, positive. The default is that of the
     * coordinator's configuration, or 60 s without a coordinator.
     */
    public ServiceGroupBuilder startTimeout(Duration startTimeout) {
        this.startTimeout = Optional.of(Checks.positive("startTimeout", startTimeout));
        return this;
    }

    /**
     * Creates the group; starts nothing.
     *
     * @throws IllegalArgumentException if a service comes after one that was not added, or if the services come after
     *     each other in a cycle, which the message shows
     */
    public ServiceGroup build() {
        ServiceGroupState groupState = new ServiceGroupState(ticker);
        Map<String, ManagedService> services = new LinkedHashMap<>();
        for (Map.Entry<String, Added> each : added.entrySet()) {
            Added what = each.getValue();
            services.put(each.getKey(), new ManagedService(each.getKey(), what.service(), what.policy(), groupState));
        }
        return new ServiceGroup(groupState, startTimeout, ServiceOrder.of(services));
    }
}
