package io.github.shutdown4j.examples.guide.spring;

import org.springframework.context.SmartLifecycle;

/** A bean that Spring starts, and stops in its phase. */
public class Poller implements SmartLifecycle {

    private volatile boolean running;

    @Override
    public void start() {
        running = true;
        System.out.println("poller started");
    }

    @Override
    public void stop() {
        running = false;
        System.out.println("poller stopped");
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
