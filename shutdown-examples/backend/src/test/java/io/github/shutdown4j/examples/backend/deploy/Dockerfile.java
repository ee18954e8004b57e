package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

/** The instructions of a Dockerfile, in their order. */
record Dockerfile(List<Map.Entry<String, String>> instructions) {

    static Dockerfile read(Path file) throws IOException {
        return new Dockerfile(Files.readString(file)
                .replaceAll("(?m)^#.*\\R", "")
                .replaceAll("\\\\\\R", " ")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s+", 2))
                .map(parts -> Map.entry(parts[0], parts[1]))
                .toList());
    }

    long stages() {
        return instructions.stream().filter(one -> one.getKey().equals("FROM")).count();
    }

    /** Those of the last stage, which is the image, without its FROM. */
    List<Map.Entry<String, String>> lastStage() {
        int begin = 0;
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i).getKey().equals("FROM")) {
                begin = i + 1;
            }
        }
        return instructions.subList(begin, instructions.size());
    }

    String last(String name) {
        return lastStage().stream()
                .filter(one -> one.getKey().equals(name))
                .map(Map.Entry::getValue)
                .reduce((before, after) -> after)
                .orElseThrow(() -> new AssertionError("no " + name));
    }

    /** The exec form: a JSON array. Fails on the shell form. */
    List<String> words(String name) throws IOException {
        return List.of(new ObjectMapper().readValue(last(name), String[].class));
    }
}
