package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** The attachments of one coordinator: at most one MXBean, and at most one signal that makes it quiet. */
final class Attachments {

    private final List<Attachment> all;
    private boolean hasMxBean;
    private @Nullable String quietSignal;

    Attachments() {
        this(new ArrayList<>(2));
    }

    /** @param all in the order of {@link #attach} */
    Attachments(List<Attachment> all) {
        this.all = all;
    }

    /** See {@link ShutdownCoordinatorBuilder#mxBean}. */
    void addMxBean(String name) {
        if (hasMxBean) {
            throw new IllegalStateException("mxBean was given before; a coordinator has one");
        }
        all.add(mxBean(name));
        hasMxBean = true;
    }

    private static Attachment mxBean(String name) {
        try {
            return MxBeanAttachment.named(name);
        } catch (LinkageError missing) {
            throw new IllegalStateException(
                    "mxBean(\"" + name
                            + "\") needs the module java.management, which this process does not have; add it to the"
                            + " runtime image, start java with --add-modules java.management, or do without",
                    missing);
        }
    }

    /** See {@link ShutdownCoordinatorBuilder#quietOn}. */
    void addQuietSignal(String signal) {
        if (quietSignal != null) {
            throw new IllegalStateException("quietOn was called before, with \"" + quietSignal + "\"");
        }
        all.add(new QuietSignal(signal));
        quietSignal = signal;
    }

    /**
     * Returns a copy for one coordinator, to attach and detach: what is added later does not change it. Adds a listener that
     * detaches it if the process continues after the shutdown.
     *
     * @throws IllegalStateException if there is a signal, but the mode takes none
     */
    Attachments copyFor(ExitMode mode, List<ShutdownListener> listeners) {
        if (mode == ExitMode.EMBEDDED && quietSignal != null) {
            throw new IllegalStateException("quietOn needs signals, and embedded() takes none");
        }
        Attachments copy = new Attachments(List.copyOf(all));
        if (mode != ExitMode.EXIT) {
            listeners.add(new ReportConsumer(report -> copy.detach()));
        }
        return copy;
    }

    /** Attaches all to a coordinator that starts. If one is impossible, throws and has no effect. */
    void attach(ShutdownCoordinator coordinator) {
        try {
            for (Attachment attachment : all) {
                attachment.attach(coordinator);
            }
        } catch (RuntimeException | Error refused) {
            detach();
            throw refused;
        }
    }

    /** Undoes {@link #attach}; may be called repeatedly, and without an attach. An attachment that fails is logged. */
    void detach() {
        for (Attachment attachment : all) {
            try {
                attachment.detach();
            } catch (RuntimeException | Error failure) {
                ShutdownLog.LOGGER.warn("cannot detach {}", attachment, failure);
            }
        }
    }
}
