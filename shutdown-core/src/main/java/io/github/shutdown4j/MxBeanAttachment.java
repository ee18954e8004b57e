package io.github.shutdown4j;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** Registers a {@link ShutdownControlMXBean}. One of the two classes that know JMX: its module may be missing. */
final class MxBeanAttachment implements Attachment {

    private final ObjectName name;
    private boolean registered;

    private MxBeanAttachment(ObjectName name) {
        this.name = name;
    }

    /** @throws LinkageError if the module is missing; the JVM may throw it when it links this class, before any code runs */
    static Attachment named(String name) {
        return new MxBeanAttachment(objectName(name));
    }

    private static ObjectName objectName(String name) {
        String prefix = "io.github.shutdown4j:type=ShutdownCoordinator,name=";
        try {
            return new ObjectName(prefix + (isPlain(name) ? name : ObjectName.quote(name)));
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException("name cannot be part of an object name, was \"" + name + "\"", e);
        }
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Character.isLetterOrDigit(c) && "-_. /".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void attach(ShutdownCoordinator coordinator) {
        try {
            var bean = new StandardMBean(new ShutdownControl(coordinator), ShutdownControlMXBean.class, true);
            ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
            registered = true;
        } catch (InstanceAlreadyExistsException taken) {
            throw new IllegalStateException(
                    "an MXBean named " + name + " is registered already; give each coordinator its own name", taken);
        } catch (JMException refused) {
            throw new IllegalStateException("the MXBean " + name + " cannot be registered: " + refused, refused);
        }
    }

    @Override
    public synchronized void detach() {
        if (!registered) {
            return;
        }
        registered = false;
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (InstanceNotFoundException alreadyGone) {
            // Other code has unregistered it.
        } catch (JMException refused) {
            throw new IllegalStateException("the MXBean " + name + " cannot be unregistered: " + refused, refused);
        }
    }

    @Override
    public String toString() {
        return "the MXBean " + name;
    }
}
