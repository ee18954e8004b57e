package io.github.shutdown4j.internal;

/** Detects GraalVM native images, which can neither load nor define classes at run time. */
public final class NativeImage {

    private NativeImage() {}

    /** The property is set by GraalVM. */
    public static boolean runs() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }
}
