package io.github.shutdown4j.examples.guide.signals;

import java.io.IOException;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.tools.attach.VirtualMachine;

/** Stops a process of the same user on the same machine: java StopByJmx.java PID. Needs only a JDK. */
public final class StopByJmx {

    private StopByJmx() {}

    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user, and local
    public static void main(String[] args) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(args[0]);
        JMXConnector jmx = JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent()));
        MBeanServerConnection server = jmx.getMBeanServerConnection();
        Set<ObjectName> names =
                server.queryNames(new ObjectName("io.github.shutdown4j:type=ShutdownCoordinator,*"), null);
        for (ObjectName name : names) {
            System.out.println(name.getKeyProperty("name") + ": " + shutdown(server, name));
        }
        // The connection is not closed, because its close would call a process that may have ended by now.
        if (names.isEmpty()) {
            System.err.println("process " + args[0] + " has no coordinator with an MXBean");
            System.exit(1);
        }
    }

    private static String shutdown(MBeanServerConnection server, ObjectName name) throws JMException {
        try {
            boolean first = (boolean)
                    server.invoke(name, "shutdown", new Object[] {"StopByJmx"}, new String[] {String.class.getName()});
            return first ? "ending" : "was ending already";
        } catch (IOException e) {
            // A process with little to do may have exited before its response arrives.
            return "asked to end; its answer did not arrive: " + e;
        }
    }
}
