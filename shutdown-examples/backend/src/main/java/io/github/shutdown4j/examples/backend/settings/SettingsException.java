package io.github.shutdown4j.examples.backend.settings;

import java.util.List;

/** All mistakes in the settings, one line each. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    SettingsException(List<String> mistakes) {
        super(message(mistakes), null, false, false); // the lines are sufficient, a stack trace does not help
    }

    private static String message(List<String> mistakes) {
        return (mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes") + " in the configuration:\n  "
                + String.join("\n  ", mistakes);
    }
}
