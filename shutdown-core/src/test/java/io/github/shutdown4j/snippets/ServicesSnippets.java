package io.github.shutdown4j.snippets;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupListener;
import io.github.shutdown4j.services.ServiceState;

final class ServicesSnippets {

    interface Carts {
        void removeExpired();
    }

    interface StatusPage {
        void show(String text);
    }

    private ServicesSnippets() {}

    static ServiceGroup builder(Service database, Service cleaner) {
        ServiceGroup services = ServiceGroup.builder()
                .add("database", database)
                .add("cleaner", cleaner)
                .startTimeout(Duration.ofSeconds(20)) // for each of them
                .build();
        return services;
    }

    static Service context(Carts carts) {
        Service cleaner = context -> {
            context.ready();
            while (!context.awaitStop(Duration.ofMinutes(5))) {
                carts.removeExpired();
            }
        };
        return cleaner;
    }

    static void listener(ServiceGroup services, StatusPage page) {
        services.addListener(new ServiceGroupListener() {
            public void onWaiting(List<String> notReady) {
                page.show("waiting for " + String.join(", ", notReady));
            }
        });
    }

    static boolean state(ServiceGroup services) {
        boolean searchable = services.state("search") == ServiceState.READY;
        return searchable;
    }
}
