package io.github.shutdown4j.systemd.real;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** Delays the class that unpacks and loads JNA's native library by this many milliseconds, as on a slow disk. */
public final class SlowNativeAgent {

    private SlowNativeAgent() {}

    static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", SlowNativeAgent.class.getName());
        return manifest;
    }

    public static void premain(String millis, Instrumentation instrumentation) {
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte[] transform(
                    ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
                if ("com/sun/jna/Native".equals(name)) {
                    sleep(Long.parseLong(millis));
                }
                return null; // unchanged
            }
        });
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
