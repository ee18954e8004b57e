package io.github.shutdown4j;

/**
 * Management interface of a coordinator, registered by {@link ShutdownCoordinatorBuilder#mxBean} under the name
 * {@code io.github.shutdown4j:type=ShutdownCoordinator,name=...}.
 *
 * <pre>{@code
 * var name = new ObjectName("io.github.shutdown4j:type=ShutdownCoordinator,name=shop");
 * var control = JMX.newMXBeanProxy(connection, name, ShutdownControlMXBean.class);
 * control.shutdown("the deployment");
 * }</pre>
 *
 * <p>Attributes return at once, except {@link #getHealth}, which waits for health checks up to their limits. Operations
 * return at once, except {@link #reload}.
 */
public interface ShutdownControlMXBean {

    /**
     * Requests the shutdown as {@link ShutdownCoordinator#shutdown(String)} does.
     *
     * @param requestedBy the originator of the request, for the log and the report; not blank
     * @return true for the first request, false if the shutdown was requested before
     */
    boolean shutdown(String requestedBy);

    /**
     * Stops accepting new work, as {@link ShutdownCoordinator#quiet} does.
     *
     * @param requestedBy the originator of the request, for the log; not blank
     * @return true for the first call, unless the shutdown came before it
     */
    boolean quiet(String requestedBy);

    /** Reloads, waits at most one minute for the result, and returns it, one line for each subscriber. */
    String reload();

    /** Returns "running" until a shutdown is requested; then "requested", its phase, or "finished". */
    String getPhase();

    /** Returns whether the process accepts new work, from the latest results of the health checks. */
    boolean isReady();

    /** Returns the reason of the shutdown; empty if none was requested. */
    String getReason();

    /** Returns {@link ShutdownHealth#toJson}. */
    String getHealth();

    /** Returns {@link ShutdownPlan#toText}. */
    String getPlan();

    /** Returns the unfinished work of the current phase or, before a shutdown, the work in flight; empty if there is none. */
    String getUnfinished();

    /** Returns {@link ShutdownMetrics#inFlight}. */
    long getInFlight();

    /** Returns {@link ShutdownMetrics#admitted}. */
    long getAdmitted();

    /** Returns {@link ShutdownMetrics#refused}. */
    long getRefused();
}
