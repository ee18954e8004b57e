package io.github.shutdown4j;

import java.util.List;

/** Hears what becomes of a group of services, with no lock held. For the coordinator, which thus needs no stages. */
interface ServiceFollower {

    /** On the thread of the start: whom it waits for, at its beginning and whenever they have become others. */
    void onWaiting(List<String> names);

    /** All are ready. On the thread of the start, which has nothing else to do. */
    void onReady();

    /** There is a reason to end the process. On the last steps of the thread that has brought it. */
    void onReason(ShutdownReason reason);
}
