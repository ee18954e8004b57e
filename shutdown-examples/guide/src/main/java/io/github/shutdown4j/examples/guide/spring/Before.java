package io.github.shutdown4j.examples.guide.spring;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Spring shuts down in its own hook. */
final class Before {

    private Before() {}

    public static void main(String[] args) {
        var context = new AnnotationConfigApplicationContext(Poller.class);
        context.registerShutdownHook();
    }
}
