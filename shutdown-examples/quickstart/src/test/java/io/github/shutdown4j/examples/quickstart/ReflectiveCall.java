package io.github.shutdown4j.examples.quickstart;

import java.util.List;

import com.sun.jdi.ArrayReference;
import com.sun.jdi.ClassObjectReference;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.Value;

/** A call of an {@link EntryPoint} that has just begun: {@code frame} is its own, {@code caller} the method that made it. */
record ReflectiveCall(StackFrame frame, String caller) {

    Query query(String target, String need) {
        return query(target, List.of(need));
    }

    Query query(List<String> needs) {
        return query(needs.get(0), needs);
    }

    private Query query(String target, List<String> needs) {
        String type = frame.location().declaringType().name().replaceAll(".*[.$]", "");
        return new Query(type + "." + method(), target, caller, needs);
    }

    private String method() {
        return frame.location().method().name();
    }

    /** The name of the metadata flag: allPublicMethods grants getMethods. */
    Query all() {
        String members = method().substring("get".length());
        boolean either = members.matches("Fields|Methods|Constructors|Classes");
        return query(self(), "all" + (either ? "Public" : "") + members + " " + self());
    }

    Query resource() {
        String name = text(0);
        if (!frame.location().declaringType().name().equals("java.lang.Class")) {
            return query(name, "resource " + name);
        }
        int end = self().lastIndexOf('.') + 1; // relative to the package
        String path = name.startsWith("/")
                ? name.substring(1)
                : self().substring(0, end).replace('.', '/') + name;
        return query(path, "resource " + path);
    }

    Query updated() {
        int name = frame.getArgumentValues().size() - 1;
        return query(Query.field(text(0), text(name)));
    }

    Query handle() {
        return query(Query.field(text(0), text(1)));
    }

    String self() {
        return text(frame.thisObject());
    }

    /** The first argument that is text; a module may come before it. */
    String name() {
        return frame.getArgumentValues().stream()
                .filter(StringReference.class::isInstance)
                .map(ReflectiveCall::text)
                .findFirst()
                .orElse("null");
    }

    String text(int argument) {
        return text(frame.getArgumentValues().get(argument));
    }

    List<String> texts(int argument) {
        return texts(frame.getArgumentValues().get(argument));
    }

    String kind(int argument) {
        return frame.getArgumentValues().get(argument).type().name();
    }

    /** {@code load} takes the service first, or a layer before it. */
    String service() {
        return frame.getArgumentValues().get(0) instanceof ClassObjectReference ? text(0) : text(1);
    }

    /** The parameter types of a {@code MethodType}. */
    List<String> typed(int argument) {
        return texts(value((ObjectReference) frame.getArgumentValues().get(argument), "ptypes"));
    }

    String memberType() {
        return text(value(frame.thisObject(), "clazz"));
    }

    String memberName() {
        return text(value(frame.thisObject(), "name"));
    }

    List<String> executable() {
        boolean constructor = frame.thisObject().referenceType().name().endsWith("Constructor");
        List<String> parameters = texts(value(frame.thisObject(), "parameterTypes"));
        return Query.method(memberType(), constructor ? "<init>" : memberName(), parameters);
    }

    private static Value value(ObjectReference object, String field) {
        return object.getValue(object.referenceType().fieldByName(field));
    }

    private static String text(Value value) {
        if (value instanceof ClassObjectReference type) {
            return type.reflectedType().name();
        }
        return value instanceof StringReference string ? string.value() : String.valueOf(value);
    }

    private static List<String> texts(Value array) {
        return array instanceof ArrayReference values
                ? values.getValues().stream().map(ReflectiveCall::text).toList()
                : List.of();
    }
}
