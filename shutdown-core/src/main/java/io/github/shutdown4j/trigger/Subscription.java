package io.github.shutdown4j.trigger;

/** What a subscriber holds; closing it ends the subscription. Closing twice is closing once. */
public interface Subscription extends AutoCloseable {

    /** Ends the subscription. A call that is already under way is not waited for. */
    @Override
    void close();
}
