package io.github.shutdown4j.checkpoint;

import java.time.DayOfWeek;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class FixedTypeTest {

    record Numbers(long count, Integer total, double[] rates) {}

    record Nested(Numbers[] numbers, String name, DayOfWeek day) {}

    record Recursive(int value, Recursive next) {}

    record WithObject(Object any) {}

    record WithNumber(Number any) {}

    record WithList(List<String> names) {}

    record WithParameter<T>(T any) {}

    record Hidden(Nested nested, WithParameter<String> any) {}

    static final class Bean {
        public int value;
    }

    sealed interface Shape permits Circle {}

    record Circle(int radius) implements Shape {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                Numbers.class,
                Nested.class,
                Recursive.class,
                Circle.class,
                long[][].class,
                String.class,
                DayOfWeek.class,
                Boolean.class
            })
    void aTypeWithoutAChoiceOfClassIsFixed(Class<?> type) {
        assertThat(FixedType.is(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                WithObject.class,
                WithNumber.class,
                WithList.class,
                WithParameter.class,
                Hidden.class,
                Bean.class,
                Shape.class,
                Object[].class,
                List.class
            })
    void aTypeThatLeavesAChoiceIsNot(Class<?> type) {
        assertThat(FixedType.is(type)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(classes = {Recursive.class, Circle.class, String.class, DayOfWeek.class})
    void aTypeWithoutArraysIsImmutable(Class<?> type) {
        assertThat(FixedType.isImmutable(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {Numbers.class, Nested.class, long[].class, WithList.class, Bean.class})
    void aTypeWithArraysIsNot(Class<?> type) {
        assertThat(FixedType.isImmutable(type)).isFalse();
    }
}
