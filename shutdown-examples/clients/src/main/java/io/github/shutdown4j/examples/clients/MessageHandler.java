package io.github.shutdown4j.examples.clients;

/** Processes messages in the application. */
@FunctionalInterface
interface MessageHandler {

    /** Handles one message; interrupted at the limit of the stop. */
    void handle(String message) throws InterruptedException;
}
