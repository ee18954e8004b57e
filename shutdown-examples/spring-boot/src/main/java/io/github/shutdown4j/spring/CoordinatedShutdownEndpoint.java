package io.github.shutdown4j.spring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.springframework.boot.actuate.context.ShutdownEndpoint;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.shutdown4j.ShutdownCoordinator;

/** The actuator's {@code shutdown}: requests a shutdown with announcement and drain, instead of closing at once. */
@Endpoint(id = "shutdown", defaultAccess = Access.NONE)
final class CoordinatedShutdownEndpoint extends ShutdownEndpoint {

    private final ShutdownCoordinator coordinator;

    CoordinatedShutdownEndpoint(ShutdownCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /** Passes the endpoint a context whose close is a request to the coordinator. */
    @Override
    public void setApplicationContext(ApplicationContext context) {
        super.setApplicationContext((ApplicationContext) Proxy.newProxyInstance(
                CoordinatedShutdownEndpoint.class.getClassLoader(),
                new Class<?>[] {ConfigurableApplicationContext.class},
                (proxy, method, arguments) -> handle(context, method, arguments)));
    }

    private Object handle(ApplicationContext context, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            coordinator.shutdown("the actuator");
            return null;
        }
        try {
            return method.invoke(context, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
