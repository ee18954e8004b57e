package io.github.shutdown4j.snippets;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.SignalHandler;
import io.github.shutdown4j.trigger.Subscription;

final class TriggerSnippets {

    interface Response {
        void status(int code);
    }

    interface Upload {
        void run();

        void abort();
    }

    interface Producer {
        CompletionStage<Void> flushAsync();
    }

    interface Schema {
        void migrate() throws IOException;
    }

    interface Consumer {
        void wakeup();
    }

    interface Button {
        void onClick(Runnable action);
    }

    interface Alerts {
        void send(String text);
    }

    private TriggerSnippets() {}

    static void refused(ConnectionTracker requests, Runnable handler, Response response) {
        try {
            requests.run(() -> handler.run());
        } catch (ShuttingDownException closing) {
            response.status(503);
        }
    }

    static void startUp(ShutdownCoordinator coordinator, Schema schema) throws InterruptedException {
        CheckedRunnable startUp = schema::migrate; // throws IOException: then the process exits with 1
        coordinator.run(startUp);
    }

    static void subscription(ShutdownCoordinator coordinator, Upload upload) {
        try (Subscription subscription = coordinator.trigger().subscribe(reason -> upload.abort())) {
            upload.run();
        }
    }

    static void reason(ShutdownCoordinator coordinator, Alerts alerts) {
        coordinator.trigger().subscribe(reason -> {
            if (reason instanceof ShutdownReason.ServiceFailed failed) {
                alerts.send(failed.service() + " failed: " + failed.cause());
            }
        });
    }

    static void async(ResourceManager resources, Producer producer) {
        AsyncAction flush = producer::flushAsync; // returns a CompletionStage, which is awaited
        resources.register(Resource.of("producer", flush));
    }

    static void signal(Thread worker) throws InterruptedException {
        try (var signals = SignalHandler.install(Set.of(ShutdownSignal.TERMINATE), signal -> worker.interrupt())) {
            worker.join();
        }
    }

    static void trigger(Consumer consumer, Button stop) {
        ShutdownTrigger trigger = ShutdownTrigger.create();
        trigger.subscribe(reason -> consumer.wakeup());
        stop.onClick(() -> trigger.request(new ShutdownReason.Requested("the stop button")));
    }
}
