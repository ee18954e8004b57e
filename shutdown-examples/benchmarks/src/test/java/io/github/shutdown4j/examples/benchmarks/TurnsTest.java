package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TurnsTest {

    @Test
    void contendersTakeTurnsAndEachBeginsARound() throws Exception {
        List<String> order = new ArrayList<>();
        Turns<Integer> turns = new Turns<>();
        for (String name : List.of("a", "b", "c")) {
            turns.add(name, () -> {
                order.add(name);
                return order.size();
            });
        }
        Map<String, List<Integer>> results = turns.run(0, 3);
        assertThat(order).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b");
        assertThat(results.get("a")).containsExactly(1, 6, 8);
        assertThat(Sample.each(results, Integer::doubleValue).get("a").values()).containsExactly(1, 6, 8);
    }

    @Test
    void unmeasuredRoundsDoNotCount() throws Exception {
        double[] next = {0};
        Turns<Double> turns = new Turns<Double>().add("counts", () -> ++next[0]);
        assertThat(turns.run(2, 3).get("counts")).containsExactly(3.0, 4.0, 5.0);
    }

    @Test
    void ratiosAreTakenWithinARound() {
        Sample ours = new Sample(2, 20, 200);
        Sample floor = new Sample(1, 10, 100);
        assertThat(ours.over(floor).values()).containsExactly(2, 2, 2);
        assertThat(ours.less(floor).values()).containsExactly(1, 10, 100);
    }

    @Test
    void quartilesLieBetweenTheValues() {
        Sample sample = new Sample(4, 1, 3, 2);
        assertThat(sample.median()).isEqualTo(2.5);
        assertThat(sample.quantile(0.25)).isEqualTo(1.75);
        assertThat(sample.quantile(0.75)).isEqualTo(3.25);
        assertThat(new Sample(7).quantile(0.99)).isEqualTo(7);
    }
}
