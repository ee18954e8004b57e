package io.github.shutdown4j;

import java.util.List;

import io.github.shutdown4j.report.ShutdownReport;

/** An additional way to control a coordinator, attached from its start to its end. */
interface Attachment {

    /** Called when the coordinator starts. If the attachment is impossible, throws and has no effect. */
    void attach(ShutdownCoordinator coordinator);

    /** Undoes {@link #attach}; may be called repeatedly, and without an attach. */
    void detach();

    /** Detaches all attachments at the end. */
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
