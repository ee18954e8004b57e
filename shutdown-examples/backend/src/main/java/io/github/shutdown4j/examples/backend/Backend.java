package io.github.shutdown4j.examples.backend;

/** Web, jobs and cron on PostgreSQL and Redis, stopped without losing anything. */
public final class Backend {

    private Backend() {}

    public static void main(String[] args) {}
}
