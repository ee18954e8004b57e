package io.github.shutdown4j.testing;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.OperatingSystemMXBean;

/** Processor time: what something costs, on a machine that is loaded as well. */
public final class ProcessorTime {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private ProcessorTime() {}

    /** Returns what all threads of this JVM have used since its start, the collector and the compiler included. */
    public static Duration used() {
        return Duration.ofNanos(SYSTEM.getProcessCpuTime());
    }
}
