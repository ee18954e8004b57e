package io.github.shutdown4j.internal;

/** Says whether this program was compiled to a native image, which neither loads nor makes a class while it runs. */
public final class NativeImage {

    private NativeImage() {}

    /** The property is set by GraalVM. */
    public static boolean runs() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }
}
