package io.github.shutdown4j.examples.benchmarks;

import com.sun.jna.Native;

/** The processor time of other processes, to the nanosecond or microsecond, without work in those processes. */
final class ProcessorTime {

    private static final int RUSAGE_CHILDREN = -1;
    /** Four numbers of eight bytes for the two times, fourteen for the rest. */
    private static final int RUSAGE_NUMBERS = 18;
    /** The kernel's number of the clock that counts the processor time of a whole process. */
    private static final int PROCESS_CLOCK = 2;

    static {
        Native.register(ProcessorTime.class, "c");
    }

    private ProcessorTime() {}

    static native int clock_gettime(int clock, long[] time);

    static native int getrusage(int who, long[] usage);

    /** The milliseconds of a running process. */
    static double ofProcess(long pid) {
        long[] time = new long[2];
        int clock = (~(int) pid << 3) | PROCESS_CLOCK;
        if (clock_gettime(clock, time) != 0) {
            throw new IllegalStateException("no clock of process " + pid);
        }
        return time[0] * 1e3 + time[1] / 1e6;
    }

    /** The milliseconds of all children that have ended. */
    static double ofEndedChildren() {
        long[] usage = new long[RUSAGE_NUMBERS];
        if (getrusage(RUSAGE_CHILDREN, usage) != 0) {
            throw new IllegalStateException("no usage of the children");
        }
        return (usage[0] + usage[2]) * 1e3 + (usage[1] + usage[3]) / 1e3;
    }
}
