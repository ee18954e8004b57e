import org.jspecify.annotations.NullMarked;

/** Notifies systemd of the state of a process. Does nothing without systemd. */
@NullMarked
@SuppressWarnings("requires-automatic") // JNA's jar has no descriptor, only a name
module io.github.shutdown4j.systemd {
    requires transitive io.github.shutdown4j;
    requires com.sun.jna;
    requires static org.jspecify;

    exports io.github.shutdown4j.systemd;
}
