package io.github.shutdown4j.examples.micronaut;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;

/** Tells {@link ServerPort} of the port. */
@Singleton
final class PortCustomizer implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private final ServerPort port;

    PortCustomizer(ServerPort port) {
        this.port = port;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new NettyServerCustomizer() {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                if (role == ChannelRole.LISTENER) {
                    port.add(channel);
                }
                return this;
            }
        });
        return event.getBean();
    }
}
