package io.github.shutdown4j.internal;

/** Logs signals that cannot be handled, with cause, effect and remedy, and handlers of other code that are kept. */
public final class SignalLog {

    private SignalLog() {}

    /** Logs why the handler was not installed, or the previous one not restored; logs nothing if it was. */
    public static void notInstalled(ComponentLogger log, String name, SignalRegistration registration) {
        if (registration instanceof SignalRegistration.Ignored && name.equals("INT")) { // as for every background job
            log.info(
                    "SIG{} stays ignored, because this process was started in the background by a script;"
                            + " to handle it, start with \"env --default-signal={} java ...\"",
                    name,
                    name);
        } else if (registration instanceof SignalRegistration.Ignored) {
            log.warn(
                    "SIG{} stays ignored, because this process was started that way (nohup, or"
                            + " \"command &\" in a script): sending it has no effect; to handle it, start with"
                            + " \"env --default-signal={} java ...\"",
                    name,
                    name);
        } else if (registration instanceof SignalRegistration.Refused refused) {
            log.warn("SIG{} cannot be handled: {}", name, refused.why());
        } else if (registration instanceof SignalRegistration.Owned) {
            log.warn("SIG{} is already handled by another part of this process", name);
        } else if (registration instanceof SignalRegistration.Kept) {
            log.info("SIG{} has another handler meanwhile, which is kept", name);
        }
    }
}
