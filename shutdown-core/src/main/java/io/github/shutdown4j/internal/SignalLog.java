package io.github.shutdown4j.internal;

/** Says aloud which signal could not be taken over, why, what that means and what helps. */
public final class SignalLog {

    private SignalLog() {}

    /** Logs why the signal was not taken; says nothing if it was. */
    public static void notTaken(ComponentLogger log, String name, SignalRegistration claim) {
        if (claim instanceof SignalRegistration.Ignored) {
            log.warn(
                    "SIG{} is ignored and stays so, because this process was started that way (nohup, or"
                            + " \"command &\" in a script): sending it has no effect; to have it heard start with"
                            + " \"env --default-signal={} java ...\"",
                    name,
                    name);
        } else if (claim instanceof SignalRegistration.Refused refused) {
            log.warn("SIG{} cannot be taken over: {}", name, refused.why());
        } else if (claim instanceof SignalRegistration.Owned) {
            log.warn("SIG{} is already handled by another part of this process", name);
        }
    }
}
