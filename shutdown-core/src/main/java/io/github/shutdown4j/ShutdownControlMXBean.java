package io.github.shutdown4j;

/**
 * A coordinator as a JMX client sees it; see {@link ShutdownCoordinatorBuilder#mxBean}. Its name is
 * {@code io.github.shutdown4j:type=ShutdownCoordinator,name=...}.
 *
 * <p>Attributes answer at once, except {@link #getHealth}, which waits for health checks for as long as their limits say.
 * Operations return at once, except {@link #reload}.
 */
public interface ShutdownControlMXBean {

    /**
     * Requests the shutdown, as {@link ShutdownCoordinator#shutdown(String)}.
     *
     * @param by who asks, for the log and the report; not blank
     * @return true for the first request, false if the shutdown was requested before
     */
    boolean shutdown(String by);

    /**
     * Takes no new work from now on, as {@link ShutdownCoordinator#quiet}.
     *
     * @param by who asks, for the log; not blank
     * @return true for the first call, unless the shutdown came before it
     */
    boolean quiet(String by);

    /** Reloads, waits up to one minute for the end of it, and says how it went, one line for each subscriber. */
    String reload();

    /** "running" until a shutdown is requested; then "requested", its phase, or "finished". */
    String getPhase();

    /** Whether new work should be sent here; health checks are not asked, what they have said before counts. */
    boolean isReady();

    /** Why the process ends; empty if it does not. */
    String getReason();

    /** {@link ShutdownHealth#toJson}. */
    String getHealth();

    /** {@link ShutdownPlan#toText}. */
    String getPlan();

    /** What is unfinished now: in the phase in progress, or before a shutdown the work in hand; empty if nothing is. */
    String getUnfinished();

    /** {@link ShutdownMetrics#inFlight}. */
    long getInFlight();

    /** {@link ShutdownMetrics#admitted}. */
    long getAdmitted();

    /** {@link ShutdownMetrics#refused}. */
    long getRefused();
}
