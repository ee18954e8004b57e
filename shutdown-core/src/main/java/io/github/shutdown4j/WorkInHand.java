package io.github.shutdown4j;

import java.util.List;

/** What the coordinator asks a block while it waits for it: who has not finished yet. Cheap, from any thread. */
interface WorkInHand {

    /** How many guards, services, resources or saves are unfinished now. */
    long unfinishedCount();

    /** The oldest of them first, {@code limit} at most; fewer than the count where no details are kept. */
    List<UnfinishedWork> unfinished(int limit);
}
