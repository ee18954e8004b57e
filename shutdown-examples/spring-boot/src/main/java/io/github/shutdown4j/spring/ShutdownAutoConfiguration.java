package io.github.shutdown4j.spring;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.annotation.RegisterReflection;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.actuate.context.ShutdownEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;

/**
 * Adds to a context with a coordinator: a filter, a gentler close of Tomcat's port, counted runs of the scheduler, meters, the
 * actuator's endpoint, and the release of its beans that are resources.
 */
@AutoConfiguration(
        beforeName = "org.springframework.boot.actuate.autoconfigure.context.ShutdownEndpointAutoConfiguration")
@ConditionalOnBean(SpringShutdown.class)
class ShutdownAutoConfiguration {

    /** Refuses a second coordinator, because only one can handle the signals. */
    @Bean
    static BeanFactoryPostProcessor onlyOneCoordinator() {
        return factory -> {
            for (String name : factory.getBeanNamesForType(ShutdownCoordinator.class, true, false)) {
                if (factory.containsBeanDefinition(name)) {
                    throw new IllegalStateException(
                            "bean '" + name + "' is a second ShutdownCoordinator; inject the one"
                                    + " that is there, 'shutdownCoordinator', or set shutdown4j.enabled=false");
                }
            }
        };
    }

    /** Every bean that is a resource is released by the coordinator: after the context, unless its priority is negative. */
    @Bean
    SmartInitializingSingleton resourcesOfTheContext(
            ShutdownCoordinator coordinator, ListableBeanFactory beansOfThisContext) {
        return () ->
                beansOfThisContext.getBeansOfType(Resource.class).values().forEach(coordinator.resources()::register);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlets {

        @Bean
        FilterRegistrationBean<RequestTrackingFilter> requestTrackingFilter(
                @Qualifier("shutdownRequests") ConnectionTracker requests, Environment environment) {
            var filter = new FilterRegistrationBean<>(new RequestTrackingFilter(requests, ProbePaths.of(environment)));
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            filter.setAsyncSupported(true);
            return filter;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {

        @Bean
        ReactiveRequestTrackingFilter requestTrackingFilter(
                @Qualifier("shutdownRequests") ConnectionTracker requests, Environment environment) {
            return new ReactiveRequestTrackingFilter(requests, ProbePaths.of(environment));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TomcatWebServerFactory.class)
    static class Tomcat {

        /** An application that chooses another protocol keeps it. */
        @Bean
        @RegisterReflection(
                classes = DrainingProtocol.class,
                memberCategories = MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)
        WebServerFactoryCustomizer<TomcatWebServerFactory> drainingProtocol() {
            return factory -> {
                if (factory.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
                    factory.setProtocol(DrainingProtocol.class.getName());
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(NettyReactiveWebServerFactory.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class ReactorNetty {

        @Bean
        NettyPort shutdownNettyPort() {
            return new NettyPort();
        }

        @Bean
        WebServerFactoryCustomizer<NettyReactiveWebServerFactory> nettyThatTellsOfItsPort(NettyPort port) {
            return factory -> factory.addServerCustomizers(port);
        }
    }

    /** Static, so that it exists before the first scheduler. */
    @Bean
    static ScheduledRuns scheduledRunsOfTheContext(@Qualifier("shutdownScheduledRuns") ConnectionTracker runs) {
        return new ScheduledRuns(runs);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Meters {

        @Bean
        MeterBinder shutdownMeters(ShutdownCoordinator coordinator) {
            return new ShutdownMeters(coordinator.metrics());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ShutdownEndpoint.class)
    static class Actuator {

        /** Spring would infer {@code shutdown()} as the destroy method, so closing the context would request a shutdown. */
        @Bean(destroyMethod = "")
        @ConditionalOnMissingBean
        ShutdownEndpoint shutdownEndpoint(ShutdownCoordinator coordinator) {
            return new CoordinatedShutdownEndpoint(coordinator);
        }
    }
}
