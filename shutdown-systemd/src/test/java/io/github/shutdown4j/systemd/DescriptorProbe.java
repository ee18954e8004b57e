package io.github.shutdown4j.systemd;

/** Opens for tests of other packages what only this one can reach. */
public final class DescriptorProbe {

    private DescriptorProbe() {}

    /** Both ends of a pipe. */
    public static int[] pipe() {
        int[] ends = new int[2];
        LibC.pipe2(ends, LibC.CLOEXEC);
        return ends;
    }
}
