package io.github.shutdown4j;

import io.github.shutdown4j.internal.BlockLog;
import io.github.shutdown4j.internal.SignalClaim;

/** Says aloud which signal could not be taken over, why, what that means and what helps. */
final class SignalLog {

    private SignalLog() {}

    static void notTaken(BlockLog log, String name, SignalClaim claim) {
        if (claim instanceof SignalClaim.Ignored) {
            log.warn(
                    "SIG{} is ignored and stays so, because this process was started that way (nohup, or"
                            + " \"command &\" in a script): sending it has no effect; to have it heard start with"
                            + " \"env --default-signal={} java ...\"",
                    name,
                    name);
        } else if (claim instanceof SignalClaim.Refused refused) {
            log.warn("SIG{} cannot be taken over: {}", name, refused.why());
        } else if (claim instanceof SignalClaim.Owned) {
            log.warn("SIG{} is already handled by another part of this process", name);
        }
    }
}
