package io.github.shutdown4j;

import java.util.List;

import io.github.shutdown4j.report.ShutdownReport;

/** Another way to control a coordinator, which is there from its start to its end. */
interface Attachment {

    /** The coordinator starts. Throws if the process does not let it, and has done nothing then. */
    void attach(ShutdownCoordinator coordinator);

    /** Gives back what it has taken; may be called more than once, and without an attach. */
    void detach();

    /** Detaches all at the end. */
    static ShutdownListener detaching(List<Attachment> attachments) {
        List<Attachment> all = List.copyOf(attachments);
        return new ShutdownListener() {
            @Override
            public void onFinished(ShutdownReport report) {
                all.forEach(Attachment::detach);
            }
        };
    }
}
