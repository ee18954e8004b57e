package io.github.shutdown4j.systemd;

/** Gives tests in other packages access to package-private code. */
public final class DescriptorProbe {

    private DescriptorProbe() {}

    /** Both ends of a pipe. */
    public static int[] pipe() {
        int[] ends = new int[2];
        LibC.pipe2(ends, LibC.CLOEXEC);
        return ends;
    }
}
