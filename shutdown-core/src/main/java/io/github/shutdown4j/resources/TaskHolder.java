package io.github.shutdown4j.resources;

import java.util.List;

import io.github.shutdown4j.report.UnfinishedWork;

/** A resource whose release waits for tasks on other threads, whose stacks are more useful than its own. */
interface TaskHolder {

    /** The running tasks that were found last, not all if there are many. Does not block. */
    List<UnfinishedWork> tasks();

    /** The number of all running tasks. */
    int taskCount();

    /** A problem that can prevent a graceful end of the tasks, with the remedy; empty if none is known. */
    String planWarning();
}
