package io.github.shutdown4j.resources;

import java.lang.reflect.Method;

import io.github.shutdown4j.internal.Checks;

/**
 * A pool of connections, which is closed. If it is one of HikariCP, whose {@code close} aborts connections that are in
 * use, the report says how many there were. What an abort does is up to the JDBC driver.
 */
final class PoolResource extends NamedResource {

    private final AutoCloseable pool;
    private volatile String summary = "";

    PoolResource(String name, AutoCloseable pool) {
        super(name, DATABASE_PRIORITY);
        this.pool = Checks.notNull("pool", pool);
    }

    @Override
    public void release() throws Exception {
        int inUse = inUse();
        if (inUse > 0) {
            summary = inUse + (inUse == 1 ? " connection was" : " connections were") + " in use at the close";
        }
        pool.close();
    }

    @Override
    public String summary() {
        return summary;
    }

    /** How many connections are in use; negative if the pool does not say. Never throws: it must be closed all the same. */
    private int inUse() {
        try {
            Method getter = pool.getClass().getMethod("getHikariPoolMXBean");
            Object bean = getter.invoke(pool); // null while no connection has been asked for
            Object active = bean == null
                    ? null
                    : getter.getReturnType().getMethod("getActiveConnections").invoke(bean);
            return active instanceof Integer count ? count : -1;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError otherPool) {
            return -1;
        }
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' closing the pool " + pool.getClass().getName();
    }
}
