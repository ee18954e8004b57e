package io.github.shutdown4j.spring;

import java.lang.reflect.Modifier;
import java.util.Optional;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.TaskScheduler;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * Counts each run of a scheduled task as work in flight. Once no guards are granted, further runs are skipped.
 *
 * <p>A {@code TaskDecorator} is not sufficient: the scheduler for virtual threads does not call it for tasks with a fixed delay.
 */
record ScheduledRuns(ConnectionTracker runs) implements BeanPostProcessor, MethodInterceptor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!(bean instanceof TaskScheduler)) {
            return bean;
        }
        ProxyFactory proxy = new ProxyFactory(bean);
        proxy.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
        proxy.addAdvice(this);
        return proxy.getProxy();
    }

    @Override
    public Object invoke(MethodInvocation call) throws Throwable {
        if (call.getMethod().getName().startsWith("schedule") && call.getArguments()[0] instanceof Runnable task) {
            call.getArguments()[0] = counted(task);
        }
        return call.proceed();
    }

    private Runnable counted(Runnable task) {
        return () -> {
            Optional<ConnectionGuard> guard = runs.tryAcquire();
            if (guard.isPresent()) {
                try (ConnectionGuard held = guard.get()) {
                    task.run();
                }
            }
        };
    }
}
