package io.github.shutdown4j;

/** An additional way to control a coordinator, attached from its start to its end. */
interface Attachment {

    /** Called when the coordinator starts. If the attachment is impossible, throws and has no effect. */
    void attach(ShutdownCoordinator coordinator);

    /** Undoes {@link #attach}; may be called repeatedly, and without an attach. */
    void detach();
}
