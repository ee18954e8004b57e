package io.github.shutdown4j.resources;

import java.lang.reflect.Method;

import io.github.shutdown4j.internal.Checks;

/**
 * Closes a connection pool. The {@code close} of HikariCP aborts connections in use; the report counts them. The effect of
 * an abort depends on the JDBC driver.
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

    /** Returns the number of connections in use, negative if unknown. Never throws, because the pool must be closed anyway. */
    private int inUse() {
        try {
            Method getter = pool.getClass().getMethod("getHikariPoolMXBean");
            Object bean = getter.invoke(pool); // null until the first connection is requested
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
