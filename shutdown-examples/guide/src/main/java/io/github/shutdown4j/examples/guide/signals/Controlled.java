package io.github.shutdown4j.examples.guide.signals;

import io.github.shutdown4j.ShutdownCoordinator;

/** A program that can be ended by a JMX client, and made quiet by a signal. */
public final class Controlled {

    private Controlled() {}

    public static void main(String[] args) throws InterruptedException {
        ShutdownCoordinator.builder()
                .mxBean("shop") // io.github.shutdown4j:type=ShutdownCoordinator,name=shop
                .quietOn("USR1")
                .service("ticker", () -> System.out.println("started"), () -> System.out.println("stopped"))
                .build()
                .run();
    }
}
