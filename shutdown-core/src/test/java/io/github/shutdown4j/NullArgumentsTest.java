package io.github.shutdown4j;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.TypeVariable;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Timer;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.CheckpointType;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.trigger.ShutdownTrigger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Passes null in each argument of the public constructors, factories and methods that must not be null, and a null element in
 * each collection and array. Interfaces that an application implements are left out.
 */
@Timeout(180)
class NullArgumentsTest {

    /** Null is a message like any other, what is no signal is ignored, and the others are called by a server or the library. */
    private static final Set<String> EXEMPT = Set.of(
            "ShuttingDownException.<init>",
            "SignalHandler.install",
            "HttpServerFilter.doFilter",
            "HealthHandler.handle",
            "ReportFile.onFinished");

    @TempDir
    private Path directory;

    private final Map<Class<?>, Object> samples = new LinkedHashMap<>();
    private final Set<Executable> making = new HashSet<>();
    private final Set<String> faults = new TreeSet<>();
    private int calls;

    @Test
    void nullIsRefusedByAMessageThatNamesTheArgument() throws Exception {
        List<Class<?>> types = publicTypes();
        fillSamples();
        try (ServerSocket socket = new ServerSocket();
                CheckpointStore<Integer> store = CheckpointStore.json(directory.resolve("state.json"), Integer.class);
                FileChannel channel = FileChannel.open(
                        directory.resolve("channel"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            samples.put(ServerSocket.class, socket);
            samples.put(FileChannel.class, channel);
            samples.put(CheckpointStore.class, store);
            for (Class<?> type : types) {
                for (Constructor<?> constructor : sorted(type.getConstructors())) {
                    passNull(constructor);
                }
                for (Method method : sorted(type.getDeclaredMethods())) {
                    if (isCalled(type, method)) {
                        passNull(method);
                    }
                }
            }
        } finally {
            ((Timer) samples.get(Timer.class)).cancel();
        }
        assertThat(calls).isGreaterThan(250);
        assertThat(faults).isEmpty();
    }

    private void fillSamples() throws IOException {
        samples.put(int.class, 1);
        samples.put(long.class, 1L);
        samples.put(boolean.class, true);
        samples.put(double.class, 1.0);
        samples.put(String.class, "name");
        samples.put(Object.class, "object");
        samples.put(Class.class, Integer.class);
        samples.put(Duration.class, Duration.ofSeconds(1));
        samples.put(Instant.class, Instant.EPOCH);
        samples.put(Optional.class, Optional.empty());
        samples.put(List.class, List.of());
        samples.put(Set.class, Set.of());
        samples.put(Map.class, Map.of());
        samples.put(String[].class, new String[] {"name"});
        samples.put(byte[].class, new byte[1]);
        samples.put(Throwable.class, new IOException());
        samples.put(Exception.class, new IOException());
        samples.put(Thread.class, Thread.currentThread());
        samples.put(Timer.class, new Timer(true));
        samples.put(Process.class, new ProcessBuilder("true").start());
        samples.put(HttpServer.class, HttpServer.create());
        samples.put(ByteArrayOutputStream.class, new ByteArrayOutputStream());
        samples.put(Path.class, directory.resolve("file.json"));
        samples.put(CheckpointType.class, new CheckpointType<List<String>>() {});
        samples.put(Resource.class, Resource.of("resource", () -> {}));
        samples.put(ConnectionGuard.class, ConnectionTracker.create("requests").acquire());
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        samples.put(ShutdownCoordinator.class, coordinator);
        samples.put(ShutdownHealth.class, coordinator.health());
        samples.put(ShutdownMetrics.class, coordinator.metrics());
        samples.put(ShutdownTrigger.class, coordinator.trigger());
    }

    private static boolean isCalled(Class<?> type, Method method) {
        int modifiers = method.getModifiers();
        boolean isOfEnum = type.isEnum() && method.getName().equals("valueOf");
        boolean isPublic = Modifier.isPublic(modifiers) && !Modifier.isAbstract(modifiers) && !method.isSynthetic();
        boolean isCallback = type.isInterface() && type != Resource.class && !Modifier.isStatic(modifiers);
        return isPublic && !isOfEnum && !isCallback && !method.getName().equals("equals");
    }

    private void passNull(Executable called) throws Exception {
        AnnotatedType[] types = called.getAnnotatedParameterTypes();
        Class<?> owner = called.getDeclaringClass();
        String name = owner.getSimpleName() + "." + (called instanceof Constructor ? "<init>" : called.getName());
        boolean isAbstract = called instanceof Constructor && Modifier.isAbstract(owner.getModifiers());
        for (int i = 0; i < types.length && !isAbstract && !EXEMPT.contains(name); i++) {
            Class<?> type = called.getParameterTypes()[i];
            if (type.isPrimitive() || isNullable(types[i])) {
                continue;
            }
            call(name, called, i, null);
            if (type == List.class) {
                call(name, called, i, Collections.singletonList(null));
            } else if (type == Set.class) {
                call(name, called, i, Collections.singleton(null));
            } else if (type.isArray() && !type.getComponentType().isPrimitive()) {
                call(name, called, i, Array.newInstance(type.getComponentType(), 1));
            }
        }
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class)
                || (type.getType() instanceof TypeVariable<?> variable
                        && variable.getAnnotatedBounds()[0].isAnnotationPresent(Nullable.class));
    }

    private void call(String name, Executable called, int index, @Nullable Object bad) throws Exception {
        boolean isOnInstance = called instanceof Method && !Modifier.isStatic(called.getModifiers());
        Object target = isOnInstance ? sample(called.getDeclaringClass()) : null;
        Object[] arguments = new Object[called.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = i == index ? bad : sample(called.getParameterTypes()[i]);
        }
        calls++;
        String what = name + ", argument " + (index + 1) + " of " + List.of(called.getParameterTypes()) + ", "
                + (bad == null ? "null" : "an element is null");
        try {
            Object unused = called instanceof Constructor<?> constructor
                    ? constructor.newInstance(arguments)
                    : ((Method) called).invoke(target, arguments);
            faults.add(what + ": no exception");
        } catch (InvocationTargetException e) {
            String message = String.valueOf(e.getCause().getMessage());
            if (!(e.getCause() instanceof NullPointerException)
                    || !message.matches("(each of )?[a-z]\\w+ must not be null")) {
                faults.add(what + ": " + e.getCause());
            }
        }
    }

    /** An argument or a target that is valid; fails if there is none. */
    private Object sample(Class<?> type) throws Exception {
        Object sample = madeOrNull(type);
        assertThat(sample).as("a sample of %s", type).isNotNull();
        return sample;
    }

    private @Nullable Object madeOrNull(Class<?> type) throws Exception {
        Object known = samples.get(type);
        if (known != null) {
            return known;
        }
        Object made = type.isEnum() ? type.getEnumConstants()[0] : byFactory(type);
        if (made == null && type.isSealed()) {
            made = madeOrNull(type.getPermittedSubclasses()[0]);
        } else if (made == null && type.isInterface()) {
            made = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> null);
        }
        for (Object other : List.copyOf(samples.values())) {
            made = made == null && type.isInstance(other) ? other : made;
        }
        if (made != null) {
            samples.put(type, made);
        }
        return made;
    }

    /** Those of a class have another order in each JVM. */
    private static <E extends Executable> List<E> sorted(E[] executables) {
        return Stream.of(executables)
                .sorted(Comparator.comparing(Executable::toGenericString))
                .toList();
    }

    /** From a constructor or a static method of the type, or by a builder. */
    private @Nullable Object byFactory(Class<?> type) throws Exception {
        List<Executable> factories = new ArrayList<>(sorted(type.getConstructors()));
        factories.addAll(sorted(type.getMethods()));
        for (Class<?> other : publicTypes()) {
            factories.addAll(sorted(other.getMethods()));
        }
        for (Executable factory : factories) {
            boolean makes = factory instanceof Constructor || ((Method) factory).getReturnType() == type;
            boolean isStatic = factory instanceof Constructor || Modifier.isStatic(factory.getModifiers());
            if (makes && (isStatic || Set.of("build", "start").contains(factory.getName())) && making.add(factory)) {
                Object made = madeBy(factory, isStatic);
                making.remove(factory);
                if (made != null) {
                    return made;
                }
            }
        }
        return null;
    }

    private @Nullable Object madeBy(Executable factory, boolean isStatic) throws Exception {
        Object target = isStatic ? null : madeOrNull(factory.getDeclaringClass());
        if (!isStatic && target == null) {
            return null;
        }
        Object[] arguments = new Object[factory.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = madeOrNull(factory.getParameterTypes()[i]);
        }
        try {
            return factory instanceof Constructor<?> constructor
                    ? constructor.newInstance(arguments)
                    : ((Method) factory).invoke(target, arguments);
        } catch (ReflectiveOperationException | RuntimeException refused) {
            return null;
        }
    }

    private static List<Class<?>> publicTypes() throws Exception {
        Path root = Path.of(ShutdownCoordinator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = root.relativize(file).toString().replace('\\', '/');
                if (name.endsWith(".class") && !name.contains("internal") && !name.equals("module-info.class")) {
                    Class<?> type = Class.forName(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                    if (isPublic(type)) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }

    private static boolean isPublic(Class<?> type) {
        boolean isPublic = true;
        for (Class<?> enclosing = type; enclosing != null; enclosing = enclosing.getEnclosingClass()) {
            isPublic &= Modifier.isPublic(enclosing.getModifiers());
        }
        return isPublic;
    }
}
