package io.github.shutdown4j.examples.guide.signals;

import io.github.shutdown4j.ShutdownCoordinator;

/** A program that a JMX client can stop and a signal can make quiet. */
public final class Controlled {

    private Controlled() {}

    public static void main(String[] args) throws InterruptedException {
        ShutdownCoordinator.builder()
                .mxBean("shop") // io.github.shutdown4j:type=ShutdownCoordinator,name=shop
                .quietOn("USR1")
                .server("shop", () -> System.out.println("started"), () -> System.out.println("stopped"))
                .build()
                .run();
    }
}
