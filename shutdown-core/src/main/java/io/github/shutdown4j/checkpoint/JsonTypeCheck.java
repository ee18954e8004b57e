package io.github.shutdown4j.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import org.jspecify.annotations.Nullable;

/** Finds parts of a state's type that Jackson can write but not read back. */
final class JsonTypeCheck {

    private final DeserializationConfig config;
    private final AnnotationIntrospector annotations;
    private final Set<JavaType> seen = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    private JsonTypeCheck(DeserializationConfig config) {
        this.config = config;
        this.annotations = config.getAnnotationIntrospector();
    }

    /** Returns a short description of each problem. */
    static List<String> problems(DeserializationConfig config, JavaType type) {
        JsonTypeCheck check = new JsonTypeCheck(config);
        int parameters = type.getRawClass().getTypeParameters().length;
        if (parameters > 0 && type.getBindings().isEmpty()) {
            check.problems.add(type.getRawClass().getSimpleName()
                    + " has type parameters, and its class does not say what they are: use a CheckpointType");
        } else {
            check.visit(type.getRawClass().getSimpleName(), type, null);
        }
        return check.problems;
    }

    private void visit(String path, JavaType type, @Nullable AnnotatedMember member) {
        if (type.isContainerType() || type.isReferenceType()) {
            JavaType content = type.getContentType();
            if (content != null && !hasOwnType(type, member)) {
                visit(path + "[]", content, null);
            }
            return;
        }
        if (type.isPrimitive() || type.isEnumType() || !seen.add(type) || hasOwnType(type, member)) {
            return;
        }
        Class<?> raw = type.getRawClass();
        if (raw == Object.class) {
            problems.add(path + " is declared as Object, raw or with a wildcard: records come back as maps, numbers as"
                    + " Integer, Long or Double");
        } else if (raw.getName().startsWith("java.")) {
            return;
        } else if (type.isAbstract()) {
            problems.add(path + " is " + raw.getSimpleName()
                    + ", which is abstract and has no @JsonTypeInfo: its values cannot be decoded");
        } else {
            visitProperties(path, type);
        }
    }

    private void visitProperties(String path, JavaType type) {
        BeanDescription bean = config.introspect(type);
        for (BeanPropertyDefinition property : bean.findProperties()) {
            AnnotatedMember member = property.getMutator();
            if (member != null) {
                visit(path + "." + property.getName(), property.getPrimaryType(), member);
            }
        }
    }

    /** Whether annotations define how its values are read. */
    private boolean hasOwnType(JavaType type, @Nullable AnnotatedMember member) {
        if (member != null
                && (annotations.findDeserializer(member) != null
                        || annotations.findContentDeserializer(member) != null
                        || annotations.findPolymorphicTypeInfo(config, member) != null)) {
            return true;
        }
        AnnotatedClass described = config.introspectClassAnnotations(type).getClassInfo();
        return annotations.findPolymorphicTypeInfo(config, described) != null
                || annotations.findDeserializer(described) != null
                || described.hasAnnotation(JsonDeserialize.class);
    }
}
