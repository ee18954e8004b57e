package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.systemd.ActivatedSocket;
import io.github.shutdown4j.systemd.PassedDescriptor;

/**
 * The sockets that systemd has passed, all of which are served.
 *
 * @param served listening TCP sockets
 * @param surplus all other passed sockets: their clients would wait forever, so the start is refused
 */
record Sockets(List<ActivatedSocket> served, List<String> surplus) {

    static Sockets fromEnvironment() throws IOException {
        List<ActivatedSocket> served = new ArrayList<>();
        List<String> surplus = new ArrayList<>();
        for (ActivatedSocket socket : ActivatedSocket.fromEnvironment()) {
            if (socket.address() instanceof InetSocketAddress) {
                served.add(socket);
            } else {
                surplus.add("UNIX socket " + socket.address() + " (" + socket.name() + ")");
            }
        }
        for (PassedDescriptor descriptor : PassedDescriptor.fromEnvironment()) {
            surplus.add(descriptor.description() + " (" + descriptor.name() + ")");
        }
        return new Sockets(List.copyOf(served), List.copyOf(surplus));
    }

    /** The variable INSTANCE, by which the unit or the manifest names one of several instances; otherwise "1". */
    static String instance() {
        String name = System.getenv("INSTANCE");
        return name == null || name.isBlank() ? "1" : name;
    }

    String refusal() {
        return "Cannot start: systemd has passed what this program does not serve: " + String.join(", ", surplus)
                + ". Take it out of the socket unit; TCP sockets (ListenStream= with a port) are served, as many as there are.";
    }
}
