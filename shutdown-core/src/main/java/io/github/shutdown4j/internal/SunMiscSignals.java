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
 * The real table. This is the one class that knows {@code sun.misc.Signal}, and it does so by reflection: naming it in
 * source warns past every annotation, and a runtime without the module {@code jdk.unsupported} must still load us.
 *
 * <p>Its handlers are made as the compiler makes a lambda, not as a {@link java.lang.reflect.Proxy}, which costs ten
 * times as much at the start; only a native image, which makes no classes, has proxies. The name of
 * this class is in their text.
 */
final class SunMiscSignals implements SignalRegistry {

    private final Class<?> signalClass;
    private final Class<?> handlerClass;
    private final Method handle;
    private final Method handlerHandle;
    private final Object ignored;
    private final @Nullable MethodHandle maker;

    /** @throws ReflectiveOperationException if this runtime has no {@code sun.misc.Signal} */
    SunMiscSignals() throws ReflectiveOperationException {
        signalClass = Class.forName("sun.misc.Signal");
        handlerClass = Class.forName("sun.misc.SignalHandler");
        handle = signalClass.getMethod("handle", signalClass, handlerClass);
        handlerHandle = handlerClass.getMethod("handle", signalClass);
        ignored = handlerClass.getField("SIG_IGN").get(null);
        maker = NativeImage.runs() ? null : maker();
    }

    /** Makes a handler of a consumer. */
    private MethodHandle maker() throws ReflectiveOperationException {
        MethodType handling = MethodType.methodType(void.class, signalClass);
        MethodType making = MethodType.methodType(handlerClass, Consumer.class);
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle accept =
                lookup.findVirtual(Consumer.class, "accept", MethodType.methodType(void.class, Object.class));
        try {
            return LambdaMetafactory.metafactory(lookup, "handle", making, handling, accept, handling)
                    .getTarget();
        } catch (LambdaConversionException impossible) {
            throw new LinkageError("no handler can be made", impossible);
        }
    }

    @Override
    public Object handler(String label, Consumer<Object> body) {
        if (maker == null) {
            return proxy(label, body);
        }
        try {
            return maker.invoke(body);
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
