package io.github.shutdown4j.examples.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/** Values of one kind, in the order in which they were measured. */
@SuppressWarnings("ArrayRecordComponent") // the caller does not keep the array
record Sample(double... values) {

    /** One figure of each contender's results. */
    static <T> Map<String, Sample> each(Map<String, List<T>> results, ToDoubleFunction<T> figure) {
        Map<String, Sample> samples = new LinkedHashMap<>();
        results.forEach((name, list) ->
                samples.put(name, new Sample(list.stream().mapToDouble(figure).toArray())));
        return samples;
    }

    /** The results of each contender, if they are one figure. */
    static Map<String, Sample> each(Map<String, List<Double>> results) {
        return each(results, Double::doubleValue);
    }

    double median() {
        return quantile(0.5);
    }

    /** The quantile, interpolated between two values if necessary. */
    double quantile(double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Each value divided by the one of the same round. */
    Sample over(Sample floor) {
        return with(floor, (mine, other) -> mine / other);
    }

    /** Each value minus the one of the same round. */
    Sample less(Sample floor) {
        return with(floor, (mine, other) -> mine - other);
    }

    private Sample with(Sample floor, DoubleBinaryOperator operator) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> operator.applyAsDouble(values[i], floor.values[i]));
        return new Sample(result);
    }
}
