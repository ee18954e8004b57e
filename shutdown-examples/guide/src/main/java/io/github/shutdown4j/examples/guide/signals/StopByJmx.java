package io.github.shutdown4j.examples.guide.signals;

import java.util.Set;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.tools.attach.VirtualMachine;

/** Ends a process of the same user on the same machine: java StopByJmx.java PID. Needs a JDK, and nothing else. */
public final class StopByJmx {

    private StopByJmx() {}

    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user, and local
    public static void main(String[] args) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(args[0]);
        try (JMXConnector jmx = JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent()))) {
            MBeanServerConnection server = jmx.getMBeanServerConnection();
            Set<ObjectName> names =
                    server.queryNames(new ObjectName("io.github.shutdown4j:type=ShutdownCoordinator,*"), null);
            for (ObjectName name : names) {
                Object first = server.invoke(
                        name, "shutdown", new Object[] {"StopByJmx"}, new String[] {String.class.getName()});
                System.out.println(
                        name.getKeyProperty("name") + ((boolean) first ? ": ending" : ": was ending already"));
            }
            if (names.isEmpty()) {
                System.err.println("process " + args[0] + " has no coordinator with an MXBean");
                System.exit(1);
            }
        } finally {
            jvm.detach();
        }
    }
}
