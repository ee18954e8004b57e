package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contenders that take turns, each round begun by another: what slows the machine down slows all of them down. */
final class Turns {

    /** Measures something once. */
    interface Measurement {
        double measure() throws Exception;
    }

    private final Map<String, Measurement> contenders = new LinkedHashMap<>();

    Turns add(String name, Measurement measurement) {
        contenders.put(name, measurement);
        return this;
    }

    /** What each has shown in the rounds, after some that do not count. */
    Map<String, Sample> run(int unmeasured, int rounds) throws Exception {
        Map<String, double[]> values = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> values.put(name, new double[rounds]));
        List<String> names = new ArrayList<>(contenders.keySet());
        for (int round = -unmeasured; round < rounds; round++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(Math.floorMod(i + round, names.size()));
                double value = contenders.get(name).measure();
                if (round >= 0) {
                    values.get(name)[round] = value;
                }
            }
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        values.forEach((name, measured) -> samples.put(name, new Sample(Arrays.copyOf(measured, rounds))));
        return samples;
    }
}
