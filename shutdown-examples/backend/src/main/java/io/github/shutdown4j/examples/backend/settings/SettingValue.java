package io.github.shutdown4j.examples.backend.settings;

/** A value and where it comes from: a file, a variable, or "default". */
record SettingValue(Object value, String origin) {}
