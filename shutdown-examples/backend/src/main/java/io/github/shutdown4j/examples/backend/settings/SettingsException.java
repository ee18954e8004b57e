package io.github.shutdown4j.examples.backend.settings;

import java.util.List;

/** All that is wrong with the settings, one line each. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    SettingsException(List<String> mistakes) {
        super(message(mistakes), null, false, false); // the lines are all there is to say, no stack explains them
    }

    private static String message(List<String> mistakes) {
        return (mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes") + " in the configuration:\n  "
                + String.join("\n  ", mistakes);
    }
}
