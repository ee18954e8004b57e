package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contenders that alternate, each round begun by another one, so that a slower machine affects all of them. */
final class Turns<T> {

    /** Measures something once: one figure, or several of the same turn. */
    interface Measurement<T> {
        T measure() throws Exception;
    }

    private final Map<String, Measurement<T>> contenders = new LinkedHashMap<>();

    Turns<T> add(String name, Measurement<T> measurement) {
        contenders.put(name, measurement);
        return this;
    }

    /** The results of each in the rounds, after some warm-up rounds. */
    Map<String, List<T>> run(int unmeasured, int rounds) throws Exception {
        Map<String, List<T>> results = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> results.put(name, new ArrayList<>()));
        List<String> names = new ArrayList<>(contenders.keySet());
        for (int round = -unmeasured; round < rounds; round++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(Math.floorMod(i + round, names.size()));
                T result = contenders.get(name).measure();
                if (round >= 0) {
                    results.get(name).add(result);
                }
            }
        }
        return results;
    }
}
