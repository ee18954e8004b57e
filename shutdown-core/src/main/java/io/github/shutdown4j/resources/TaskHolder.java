package io.github.shutdown4j.resources;

import java.util.List;

import io.github.shutdown4j.report.UnfinishedWork;

/** A resource whose release waits for tasks on other threads: their stacks say more than that of the release. */
interface TaskHolder {

    /** The tasks under way, as they were found last, not all if there are many; empty if none was found. Does not wait. */
    List<UnfinishedWork> tasks();

    /** How many there were in all. */
    int taskCount();

    /** What may keep its tasks from ending in order, with the remedy; empty if nothing is known. */
    String planWarning();
}
