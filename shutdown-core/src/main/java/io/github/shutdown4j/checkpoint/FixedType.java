package io.github.shutdown4j.checkpoint;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Set;

/**
 * Decides whether a declared type determines the class of each contained value: primitives and their boxes, strings, enums,
 * and records and arrays of these. Two values of such a type with the same JSON have the same classes throughout. Without
 * arrays, a value of such a type never changes.
 */
final class FixedType {

    private static final Set<Class<?>> BOXES = Set.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class);

    private final boolean arrays;
    private final Set<Class<?>> visited = new HashSet<>();

    private FixedType(boolean arrays) {
        this.arrays = arrays;
    }

    static boolean is(Type type) {
        return type instanceof Class<?> declared && new FixedType(true).accepts(declared);
    }

    /** Whether the type is fixed and has no arrays. */
    static boolean isImmutable(Type type) {
        return type instanceof Class<?> declared && new FixedType(false).accepts(declared);
    }

    private boolean accepts(Class<?> type) {
        if (type.isPrimitive() || type == String.class || type.isEnum() || BOXES.contains(type)) {
            return true;
        }
        if (type.isArray()) {
            return arrays && accepts(type.getComponentType());
        }
        return type.isRecord() && type.getTypeParameters().length == 0 && acceptsComponents(type);
    }

    private boolean acceptsComponents(Class<?> type) {
        if (visited.add(type)) {
            for (RecordComponent component : type.getRecordComponents()) {
                if (!accepts(component.getType())) {
                    return false;
                }
            }
        }
        return true;
    }
}
