package io.github.shutdown4j.spring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** The context with the coordinator and its child contexts, such as those of a {@code SpringApplicationBuilder}. */
final class SpringContexts {

    private static final boolean HAS_TOMCAT = ClassUtils.isPresent(
            "org.springframework.boot.tomcat.TomcatWebServer", SpringContexts.class.getClassLoader());

    private static final long POLL_MILLIS = 10;

    private final List<Added> added = new CopyOnWriteArrayList<>();
    private final List<ConfigurableApplicationContext> serving = new CopyOnWriteArrayList<>();

    /** @param turn open once other code that closes the context may go on */
    private record Added(ConfigurableApplicationContext context, CountDownLatch turn) {

        /**
         * Closes the context. If other code is closing it, waits for the end of that: a second call of {@code close} returns
         * after 100 ms, while beans are still being destroyed. Older versions of Spring also interrupt a destruction that waits.
         */
        void close() throws InterruptedException {
            turn.countDown();
            if (context.isClosed()) {
                while (context.isActive()) { // until its beans are destroyed
                    Thread.sleep(POLL_MILLIS);
                }
            } else {
                context.close();
            }
        }
    }

    void add(ConfigurableApplicationContext context) {
        added.add(new Added(context, new CountDownLatch(1)));
    }

    boolean contains(ConfigurableApplicationContext context) {
        return added.stream().anyMatch(one -> one.context() == context);
    }

    /** From now on the context can be asked to refuse traffic; before, Spring cannot publish events. */
    void serves(ConfigurableApplicationContext context) {
        if (contains(context)) {
            serving.add(context);
        }
    }

    void servesNoLonger(ConfigurableApplicationContext context) {
        serving.remove(context);
    }

    void refuseTraffic() {
        for (ConfigurableApplicationContext context : serving) {
            AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        }
    }

    /** Waits, for the thread that is closing the context, until those below it are closed. */
    void awaitTurn(ConfigurableApplicationContext closing) throws InterruptedException {
        for (Added one : added) {
            if (one.context() == closing) {
                // With a limit, because older versions of Spring interrupt a closing thread that waits without one.
                var unused = one.turn().await(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            }
        }
    }

    void endWaits() {
        added.forEach(one -> one.turn().countDown());
    }

    /**
     * Closes the contexts in reverse order of their addition, each after the one before has destroyed its beans, whoever
     * closes it.
     *
     * @param drained whether no request is in flight
     */
    void close(boolean drained) throws InterruptedException {
        List<Added> lastFirst = new ArrayList<>(added);
        Collections.reverse(lastFirst);
        if (HAS_TOMCAT) {
            // Connections of the last moment get their response; a context that closes would abort them.
            lastFirst.forEach(one -> TomcatPort.close(one.context(), drained));
        }
        for (Added one : lastFirst) {
            one.close();
        }
    }
}
