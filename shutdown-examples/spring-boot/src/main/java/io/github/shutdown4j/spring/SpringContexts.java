package io.github.shutdown4j.spring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** The context with the coordinator and its child contexts, such as those of a {@code SpringApplicationBuilder}. */
final class SpringContexts {

    private static final boolean HAS_TOMCAT = ClassUtils.isPresent(
            "org.springframework.boot.tomcat.TomcatWebServer", SpringContexts.class.getClassLoader());

    private final List<ConfigurableApplicationContext> open = new CopyOnWriteArrayList<>();
    private final List<ConfigurableApplicationContext> serving = new CopyOnWriteArrayList<>();

    void add(ConfigurableApplicationContext context) {
        open.add(context);
    }

    /** From now on the context can be asked to refuse traffic; before, Spring cannot publish events. */
    void serves(ConfigurableApplicationContext context) {
        if (open.contains(context)) {
            serving.add(context);
        }
    }

    void remove(ConfigurableApplicationContext context) {
        serving.remove(context);
        open.remove(context);
    }

    void refuseTraffic() {
        for (ConfigurableApplicationContext context : serving) {
            AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        }
    }

    /** Closes the contexts in reverse order of their addition. */
    void close() {
        List<ConfigurableApplicationContext> lastFirst = new ArrayList<>(open);
        Collections.reverse(lastFirst);
        for (ConfigurableApplicationContext context : lastFirst) {
            if (HAS_TOMCAT) {
                TomcatPort.close(
                        context); // connections of the last moment get their response; the context would abort them
            }
            context.close();
        }
    }
}
