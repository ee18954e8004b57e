package io.github.shutdown4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.PackageVersion;
import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ConfigEntry.Scalar;
import io.github.shutdown4j.internal.ConfigEntry.Table;

/**
 * Reads the entries of a configuration file in JSON, TOML or the format of {@link java.util.Properties}, without
 * interpreting the keys.
 *
 * <p>JSON needs only the streaming parser; no class of jackson-databind is loaded. TOML needs the optional
 * {@code jackson-dataformat-toml}.
 */
public final class ConfigSource {

    private static final int MAX_BYTES = 1024 * 1024;
    private static final String TOML_ARTIFACT = "com.fasterxml.jackson.dataformat:jackson-dataformat-toml";

    private final String name;

    private ConfigSource(String name) {
        this.name = name;
    }

    /**
     * Returns the top-level entries whose key passes {@code wanted}, in the order of the file, including duplicates.
     * Other entries are skipped, but must be well-formed.
     */
    public static List<ConfigEntry> read(Path file, Predicate<String> wanted) throws ConfigSourceException {
        return new ConfigSource(ValuePreview.line(file.toString())).parse(file, wanted);
    }

    private List<ConfigEntry> parse(Path file, Predicate<String> wanted) throws ConfigSourceException {
        byte[] content = content(file);
        if (isProperties(name)) {
            return PropertiesParser.entries(name, content, wanted);
        }
        boolean toml = name.toLowerCase(Locale.ROOT).endsWith(".toml");
        try (JsonParser parser = toml ? toml(content) : json(content)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ConfigSourceException(origin(parser), "expected an object");
            }
            List<ConfigEntry> entries = entries(parser, wanted);
            if (parser.nextToken() != null) {
                throw new ConfigSourceException(origin(parser), "expected the end of the file after the object");
            }
            return entries;
        } catch (JsonProcessingException e) {
            throw new ConfigSourceException(name + position(e.getLocation()), "not well-formed: " + plain(e));
        } catch (IOException e) {
            throw new ConfigSourceException(name, "not a text in UTF-8: " + e.getMessage());
        }
    }

    private static boolean isProperties(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".properties");
    }

    private byte[] content(Path file) throws ConfigSourceException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            String lower = name.toLowerCase(Locale.ROOT);
            if (attributes.isDirectory()) {
                throw new ConfigSourceException(name, "expected a file, found a directory");
            } else if (!attributes.isRegularFile()) {
                throw new ConfigSourceException(name, "expected a regular file");
            } else if (!lower.endsWith(".json") && !lower.endsWith(".toml") && !isProperties(name)) {
                throw new ConfigSourceException(name, "expected a name that ends in .json, .toml or .properties");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return checked(in.readNBytes(MAX_BYTES + 1));
            }
        } catch (NoSuchFileException e) {
            throw new ConfigSourceException(name, "no such file");
        } catch (AccessDeniedException e) {
            throw new ConfigSourceException(name, "permission to read it denied");
        } catch (IOException e) {
            throw new ConfigSourceException(name, "cannot be read: " + e);
        }
    }

    /** The content without a byte order mark, which the TOML parser does not accept. */
    private byte[] checked(byte[] content) throws ConfigSourceException {
        if (content.length > MAX_BYTES) {
            throw new ConfigSourceException(name, "larger than 1 MB, too large for a configuration");
        }
        int mark = ByteOrderMark.lengthAtStartOf(content);
        byte[] text = mark > 0 ? Arrays.copyOfRange(content, mark, content.length) : content;
        for (byte b : text) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return text;
            }
        }
        throw new ConfigSourceException(name, "the file is empty");
    }

    private static JsonParser json(byte[] content) throws IOException {
        // NaN and the infinities are accepted here so that they can be reported as invalid values of their key.
        return JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build()
                .createParser(content);
    }

    private JsonParser toml(byte[] content) throws IOException, ConfigSourceException {
        try {
            return TomlParser.parser(content);
        } catch (LinkageError e) {
            throw new ConfigSourceException(
                    name,
                    "reading TOML needs " + TOML_ARTIFACT + ":" + PackageVersion.VERSION
                            + " (the version of jackson-core in use), which is not there (" + e
                            + "): add it, or use JSON");
        }
    }

    private List<ConfigEntry> entries(JsonParser parser, Predicate<String> wanted) throws IOException {
        List<ConfigEntry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            String origin = origin(parser);
            JsonToken token = parser.nextToken();
            if (wanted.test(key)) {
                entries.add(new ConfigEntry(origin, key, value(parser, token)));
            } else {
                parser.skipChildren();
            }
        }
        return entries;
    }

    private @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> new Table(entries(parser, key -> true));
            case START_ARRAY -> {
                parser.skipChildren();
                yield List.of();
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_STRING -> parser.getText();
            default -> new Scalar(parser.getText());
        };
    }

    private String origin(JsonParser parser) {
        int line = parser.currentTokenLocation().getLineNr();
        return line > 0 ? name + ":" + line : name;
    }

    private static String position(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : ":" + location.getLineNr() + ":" + location.getColumnNr();
    }

    /** The first line of the parser's message, without advice for programmers. */
    private static String plain(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("").replaceFirst(": enable `.*", "");
    }
}
