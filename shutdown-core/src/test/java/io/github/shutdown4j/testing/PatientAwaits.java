package io.github.shutdown4j.testing;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets {@link Awaitility#await()} wait for up to a minute in all tests, instead of ten seconds: only a hang takes that
 * long, on a machine that is loaded as well. JUnit finds it by itself.
 */
public final class PatientAwaits implements BeforeAllCallback {

    /** For JUnit. */
    public PatientAwaits() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
