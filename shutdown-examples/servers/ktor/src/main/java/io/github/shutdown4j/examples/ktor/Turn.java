package io.github.shutdown4j.examples.ktor;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * The turn of a request on its connection. Requests that a client has sent at once are handled at the same time and answered
 * in their order, so only the answer to the last of them may close the connection.
 *
 * @param admitted how many requests of the connection were admitted; the negative number of the last one once its answer
 *     closes the connection
 */
record Turn(AtomicInteger admitted, int number) {

    private static final AttributeKey<AtomicInteger> ADMITTED = AttributeKey.valueOf(Turn.class, "admitted");

    /** Empty if an answer before this request closes the connection. */
    static Optional<Turn> of(Channel connection) {
        connection.attr(ADMITTED).setIfAbsent(new AtomicInteger());
        AtomicInteger admitted = connection.attr(ADMITTED).get();
        int number = admitted.updateAndGet(count -> count < 0 ? count : count + 1);
        return number < 0 ? Optional.empty() : Optional.of(new Turn(admitted, number));
    }

    /** Whether no other request was admitted after this one; from then on, none is. */
    boolean endsConnection() {
        return admitted.compareAndSet(number, -number) || admitted.get() == -number;
    }
}
