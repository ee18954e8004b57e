package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;

/**
 * Records the reflective lookups of a JVM and their callers, like GraalVM's tracing agent: with a breakpoint at the
 * beginning of each {@link EntryPoint}. Lookups by the JDK itself are left out.
 */
final class ReflectionTrace implements AutoCloseable {

    /** {@code Method.invoke} of an entry point: its caller is the caller. Class and ClassLoader are not among these. */
    private static final String CARRIERS = "java\\.lang\\.reflect\\.Method|jdk\\.internal\\.reflect\\..*"
            + "|java\\.lang\\.invoke\\.(LambdaForm|DirectMethodHandle|DelegatingMethodHandle|Invokers).*";

    private static final String JDK = "(java|javax|jdk|sun|com\\.sun)\\..*";

    private final Set<String> conditions;
    private final Set<Query> queries = new LinkedHashSet<>();
    private final Set<String> reached = new LinkedHashSet<>();
    private final ListeningConnector connector;
    private final Map<String, Connector.Argument> arguments;
    private final String address;
    private final CompletableFuture<Void> end;

    /** @param conditions classes whose initialization is recorded */
    ReflectionTrace(Set<String> conditions) throws Exception {
        this.conditions = conditions;
        connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow();
        arguments = connector.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        arguments.get("timeout").setValue("30000"); // the JVM connects before it runs any code
        address = connector.startListening(arguments);
        end = CompletableFuture.runAsync(this::follow);
    }

    /** The options of the JVM. */
    String jvmOption() {
        return "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address;
    }

    /** Waits for the end of the JVM and returns its lookups. */
    Set<Query> queries() throws Exception {
        end.get(60, TimeUnit.SECONDS);
        return queries;
    }

    /** Those of the given classes that were initialized. */
    Set<String> reached() {
        return reached;
    }

    @Override
    public void close() throws Exception {
        connector.stopListening(arguments);
        if (end.isCompletedExceptionally()) {
            end.join(); // so that its reason is reported together with the resulting failure of the test
        }
    }

    private void follow() {
        try {
            VirtualMachine jvm = connector.accept(arguments);
            EntryPoint.ALL.stream().map(EntryPoint::type).distinct().forEach(type -> {
                awaitClass(jvm, type, EventRequest.SUSPEND_EVENT_THREAD);
                jvm.classesByName(type).forEach(this::watch);
            });
            conditions.forEach(type -> awaitClass(jvm, type, EventRequest.SUSPEND_NONE));
            jvm.resume();
            while (true) {
                EventSet events = jvm.eventQueue().remove();
                for (Event event : events) {
                    take(event);
                }
                events.resume();
            }
        } catch (VMDisconnectedException theEnd) {
            // It has exited.
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void awaitClass(VirtualMachine jvm, String type, int suspendPolicy) {
        ClassPrepareRequest request = jvm.eventRequestManager().createClassPrepareRequest();
        request.addClassFilter(type);
        request.setSuspendPolicy(suspendPolicy);
        request.enable();
    }

    private void watch(ReferenceType type) {
        for (EntryPoint point : EntryPoint.ALL) {
            if (point.type().equals(type.name())) {
                for (Method method : type.methods()) {
                    if (method.isPublic()
                            && !method.isNative()
                            && point.methods().contains(method.name())) {
                        stopAt(method, point);
                    }
                }
            }
        }
    }

    private static void stopAt(Method method, EntryPoint point) {
        BreakpointRequest stop =
                method.virtualMachine().eventRequestManager().createBreakpointRequest(method.location());
        stop.putProperty(EntryPoint.class, point);
        stop.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        stop.enable();
    }

    private void take(Event event) throws IncompatibleThreadStateException, IOException {
        if (event instanceof ClassPrepareEvent prepared) {
            reached.add(prepared.referenceType().name());
            watch(prepared.referenceType());
        } else if (event instanceof BreakpointEvent stop) {
            String caller = caller(stop.thread());
            if (!caller.matches(JDK)) {
                EntryPoint point = (EntryPoint) stop.request().getProperty(EntryPoint.class);
                queries.add(
                        point.reader().apply(new ReflectiveCall(stop.thread().frame(0), caller)));
            }
        }
    }

    private static String caller(ThreadReference thread) throws IncompatibleThreadStateException {
        for (int depth = 1; depth < thread.frameCount(); depth++) {
            Location location = thread.frame(depth).location();
            String type = location.declaringType().name();
            String method = location.method().name();
            if (!type.matches(CARRIERS) || !method.startsWith("invoke")) {
                return type + "." + method;
            }
        }
        return "java.the JVM itself";
    }
}
