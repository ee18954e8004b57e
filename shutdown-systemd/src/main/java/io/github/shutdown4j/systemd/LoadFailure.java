package io.github.shutdown4j.systemd;

/** Describes for operators why JNA cannot load its library, and the remedy. */
final class LoadFailure {

    private LoadFailure() {}

    /** Returns the innermost cause in one line. */
    static String cause(Throwable thrown) {
        Throwable cause = innermost(thrown);
        return cause.toString().lines().findFirst().orElse("").strip();
    }

    /** Returns the remedy. */
    static String remedy(Throwable thrown) {
        String text = innermost(thrown).toString();
        if (text.contains("IllegalCallerException")) {
            return "Start java with --enable-native-access=ALL-UNNAMED (class path) or"
                    + " --enable-native-access=com.sun.jna,io.github.shutdown4j.systemd (module path).";
        }
        if (text.contains("UnsatisfiedLinkError")) {
            return "JNA unpacks its library into a directory that must be writable and not mounted noexec:"
                    + " name one with -Djna.tmpdir=DIR (in a unit: StateDirectory=), or install libjnidispatch.so"
                    + " and start java with -Djna.nounpack=true -Djna.boot.library.path=DIR.";
        }
        if (text.contains("incompatible JNA")) {
            return "Another version of JNA's native library comes first: remove -Djna.nosys=false"
                    + " or -Djna.boot.library.path.";
        }
        if (text.contains("java.util.logging") || text.contains("java/util/logging")) {
            return "JNA needs the module java.logging: add it to the runtime image, or start java with"
                    + " --add-modules java.logging.";
        }
        if (text.contains("ClassNotFoundException") || text.contains("NoClassDefFoundError")) {
            return "Add net.java.dev.jna:jna to the class path.";
        }
        return "The service continues without notifying systemd; a unit of Type=notify will time out.";
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; depth < 20 && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        return cause;
    }
}
