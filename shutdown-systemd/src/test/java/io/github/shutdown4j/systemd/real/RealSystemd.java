package io.github.shutdown4j.systemd.real;

import java.io.IOException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Tests in a real systemd. All classes share one, booted before the first of them and shut down after the last. */
@Tag("systemd")
@ExtendWith(RealSystemd.Boot.class)
abstract class RealSystemd {

    static SystemdBox box;

    /** A unit that runs {@link UnitService} with these options and is ready when the service is. */
    static BoxUnit service(String settings, String... options) throws IOException {
        return box.service("Type=notify\n" + settings + "\nExecStart=" + box.java(UnitService.class, options));
    }

    /** The store of the whole test run closes the box. */
    static final class Boot implements BeforeAllCallback {

        @Override
        public void beforeAll(ExtensionContext context) throws Exception {
            ExtensionContext.Store store = context.getRoot().getStore(Namespace.create(RealSystemd.class));
            SystemdBox booted = store.get(SystemdBox.class, SystemdBox.class);
            if (booted == null) {
                booted = SystemdBox.boot();
                store.put(SystemdBox.class, booted);
            }
            box = booted;
        }
    }
}
