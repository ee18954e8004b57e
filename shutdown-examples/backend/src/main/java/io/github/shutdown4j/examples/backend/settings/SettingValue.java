package io.github.shutdown4j.examples.backend.settings;

/** A value and its origin: a file, a variable, or "default". */
record SettingValue(Object value, String origin) {}
