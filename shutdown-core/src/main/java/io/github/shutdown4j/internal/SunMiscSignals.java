package io.github.shutdown4j.internal;

import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The signal handlers of the JVM, by {@code sun.misc.Signal}. This is the only class that uses it, and by reflection: a
 * direct reference causes compiler warnings that cannot be suppressed, and the library must also load on a runtime
 * without the module {@code jdk.unsupported}.
 *
 * <p>Handlers are created like compiled lambdas. A {@link java.lang.reflect.Proxy} costs ten times as much at startup
 * and is used only in native images, which cannot define classes. The name of this class is part of their text.
 */
final class SunMiscSignals implements SignalRegistry {

    private final Class<?> signalClass;
    private final Class<?> handlerClass;
    private final Method handle;
    private final Method handlerHandle;
    private final Object ignored;
    private final @Nullable MethodHandle handlerFactory;

    /** @throws ReflectiveOperationException if this runtime has no {@code sun.misc.Signal} */
    SunMiscSignals() throws ReflectiveOperationException {
        signalClass = Class.forName("sun.misc.Signal");
        handlerClass = Class.forName("sun.misc.SignalHandler");
        handle = signalClass.getMethod("handle", signalClass, handlerClass);
        handlerHandle = handlerClass.getMethod("handle", signalClass);
        ignored = handlerClass.getField("SIG_IGN").get(null);
        handlerFactory = NativeImage.runs() ? null : handlerFactory();
    }

    /** Creates the factory that turns a consumer into a handler. */
    private MethodHandle handlerFactory() throws ReflectiveOperationException {
        MethodType handleType = MethodType.methodType(void.class, signalClass);
        MethodType factoryType = MethodType.methodType(handlerClass, Consumer.class);
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle accept =
                lookup.findVirtual(Consumer.class, "accept", MethodType.methodType(void.class, Object.class));
        try {
            return LambdaMetafactory.metafactory(lookup, "handle", factoryType, handleType, accept, handleType)
                    .getTarget()
                    .asType(MethodType.methodType(Object.class, Consumer.class)); // so that invokeExact can call it
        } catch (LambdaConversionException impossible) {
            throw new LinkageError("no handler can be made", impossible);
        }
    }

    @Override
    public Object handler(String label, Consumer<Object> body) {
        if (handlerFactory == null) {
            return proxy(label, body);
        }
        try {
            return (Object) handlerFactory.invokeExact(body);
        } catch (Throwable impossible) {
            throw new LinkageError("no handler can be made", impossible);
        }
    }

    private Object proxy(String label, Consumer<Object> body) {
        return Proxy.newProxyInstance(
                SunMiscSignals.class.getClassLoader(),
                new Class<?>[] {handlerClass},
                (proxy, method, args) -> switch (method.getName()) {
                    case "handle" -> {
                        body.accept(args[0]);
                        yield null;
                    }
                    case "equals" -> proxy == args[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> label;
                });
    }

    @Override
    public Object exchange(String name, Object handler) {
        Object signal;
        try {
            signal = signalClass.getConstructor(String.class).newInstance(name);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("this operating system does not have it", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("this runtime does not let us: " + e, e);
        }
        try {
            return handle.invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "the JVM leaves it to the operating system, as with -Xrs, so it ends the process at once and without "
                            + "JVM shutdown hooks; start the JVM without -Xrs",
                    e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("this runtime does not let us: " + e, e);
        }
    }

    @Override
    public Object ignored() {
        return ignored;
    }

    @Override
    public void deliver(Object handler, Object delivery) {
        try {
            handlerHandle.invoke(handler, delivery);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the handler failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
