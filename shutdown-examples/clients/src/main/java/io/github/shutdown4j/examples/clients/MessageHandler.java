package io.github.shutdown4j.examples.clients;

/** What the application does with a message. */
@FunctionalInterface
interface MessageHandler {

    /** Handles one message; may be interrupted when the time to stop is over. */
    void handle(String message) throws InterruptedException;
}
