package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Finds the difference of two JSON values. Numbers are compared by their digits, arrays without their order. */
final class JsonDifference {

    private static final int EXCERPT = 60;

    private JsonDifference() {}

    /** The path to the first difference and both values; null if there is none. */
    static @Nullable String between(byte[] first, byte[] second) throws IOException {
        return find("", JsonMapping.tree(first), JsonMapping.tree(second));
    }

    private static @Nullable String find(String path, JsonNode first, JsonNode second) {
        if (first.isObject() && second.isObject()) {
            for (Iterator<String> names = first.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                JsonNode other = second.get(name);
                String own = path + "/" + name;
                if (other == null) {
                    return own + " is missing";
                }
                String difference = find(own, first.get(name), other);
                if (difference != null) {
                    return difference;
                }
            }
            for (Iterator<String> names = second.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!first.has(name)) {
                    return path + "/" + name + " is new";
                }
            }
            return null;
        }
        if (first.isArray() && second.isArray() && first.size() == second.size()) {
            // A set is decoded in another order.
            if (sorted(first).equals(sorted(second))) {
                return null;
            }
            for (int i = 0; i < first.size(); i++) {
                String difference = find(path + "/" + i, first.get(i), second.get(i));
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        }
        return first.toString().equals(second.toString())
                ? null
                : (path.isEmpty() ? "it" : path) + " was " + excerpt(first) + " and is " + excerpt(second);
    }

    private static List<String> sorted(JsonNode array) {
        List<String> values = new ArrayList<>();
        for (JsonNode value : array) {
            values.add(value.toString());
        }
        values.sort(null);
        return values;
    }

    private static String excerpt(JsonNode value) {
        String text = value.toString();
        return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
    }
}
