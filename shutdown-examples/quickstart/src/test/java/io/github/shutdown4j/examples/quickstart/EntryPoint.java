package io.github.shutdown4j.examples.quickstart;

import java.util.List;
import java.util.function.Function;

/**
 * A public method of the JDK that looks something up by name at run time, so GraalVM's native-image may not foresee it;
 * and how to read the looked-up names from a call that has just begun.
 */
record EntryPoint(String type, List<String> methods, Function<ReflectiveCall, Query> reader) {

    private static final String CLASS = "java.lang.Class";
    private static final String LOADER = "java.lang.ClassLoader";
    private static final String LOOKUP = "java.lang.invoke.MethodHandles$Lookup";

    /** Not here: {@code ClassLoader.loadClass}, which the JVM itself calls for every class of the application. */
    static final List<EntryPoint> ALL = List.of(
            of(CLASS, "forName", call -> call.query(call.name(), "type " + call.name())),
            of(CLASS, "getField getDeclaredField", call -> call.query(Query.field(call.self(), call.text(0)))),
            of(
                    CLASS,
                    "getMethod getDeclaredMethod",
                    call -> call.query(Query.method(call.self(), call.text(0), call.texts(1)))),
            of(
                    CLASS,
                    "getConstructor getDeclaredConstructor",
                    call -> call.query(Query.method(call.self(), "<init>", call.texts(0)))),
            of(CLASS, "newInstance", call -> call.query(Query.method(call.self(), "<init>", List.of()))),
            of(CLASS, "getFields getMethods getConstructors", ReflectiveCall::all),
            of(CLASS, "getDeclaredFields getDeclaredMethods getDeclaredConstructors", ReflectiveCall::all),
            of(CLASS, "getClasses getDeclaredClasses getRecordComponents getNestMembers", ReflectiveCall::all),
            of(CLASS, "getPermittedSubclasses getSigners", ReflectiveCall::all),
            of(CLASS, "getResource getResourceAsStream", ReflectiveCall::resource),
            of(LOADER, "getResource getResources getResourceAsStream resources", ReflectiveCall::resource),
            of(LOADER, "getSystemResource getSystemResources getSystemResourceAsStream", ReflectiveCall::resource),
            of("java.lang.Module", "getResourceAsStream", ReflectiveCall::resource),
            of("java.util.ResourceBundle", "getBundle", call -> call.query(call.name(), "bundle " + call.name())),
            of(
                    "java.util.ServiceLoader",
                    "load loadInstalled",
                    call -> call.query(call.service(), "service " + call.service())),
            of("java.io.ObjectInputStream", "readObject readUnshared", call -> call.query("a stream", "serialization")),
            of(
                    "java.io.ObjectOutputStream",
                    "writeObject writeUnshared",
                    call -> call.query(call.kind(0), "serialization " + call.kind(0))),
            of(
                    "java.lang.reflect.Proxy",
                    "newProxyInstance getProxyClass",
                    call -> call.query("a proxy", "proxy " + call.texts(1))),
            of(
                    "java.lang.reflect.Array",
                    "newInstance",
                    call -> call.query(call.text(0), "unsafeAllocated " + call.text(0) + "[]")),
            of("java.lang.reflect.Method", "invoke", call -> call.query(call.executable())),
            of("java.lang.reflect.Constructor", "newInstance", call -> call.query(call.executable())),
            of(
                    "java.lang.reflect.Field",
                    "get getInt getLong set setInt setLong",
                    call -> call.query(Query.field(call.memberType(), call.memberName()))),
            of("java.util.concurrent.atomic.AtomicIntegerFieldUpdater", "newUpdater", ReflectiveCall::updated),
            of("java.util.concurrent.atomic.AtomicLongFieldUpdater", "newUpdater", ReflectiveCall::updated),
            of("java.util.concurrent.atomic.AtomicReferenceFieldUpdater", "newUpdater", ReflectiveCall::updated),
            of(LOOKUP, "findClass", call -> call.query(call.text(0), "type " + call.text(0))),
            of(
                    LOOKUP,
                    "findStatic findVirtual findSpecial",
                    call -> call.query(Query.method(call.text(0), call.text(1), call.typed(2)))),
            of(LOOKUP, "findConstructor", call -> call.query(Query.method(call.text(0), "<init>", call.typed(1)))),
            of(LOOKUP, "findGetter findSetter findVarHandle", ReflectiveCall::handle),
            of(LOOKUP, "findStaticGetter findStaticSetter findStaticVarHandle", ReflectiveCall::handle));

    private static EntryPoint of(String type, String methods, Function<ReflectiveCall, Query> reader) {
        return new EntryPoint(type, List.of(methods.split(" ")), reader);
    }
}
