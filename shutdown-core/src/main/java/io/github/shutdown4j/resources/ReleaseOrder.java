package io.github.shutdown4j.resources;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sorts resources into the groups that are released together.
 *
 * <p>A group is identified by (effective priority, depth). The effective priority of a resource is the maximum of its own
 * priority and those of all resources that it waits for. Among resources with equal effective priority, the depth is 0 if a
 * resource waits for none of them, otherwise one more than the maximum depth of those that it waits for. Each resource is
 * thus released as early as its priority and {@code after} allow, and always in a later group than those that it waits for.
 * There is no recursion, because chains may be long.
 */
final class ReleaseOrder {

    private ReleaseOrder() {}

    static final class Node implements Comparable<Node> {
        private final ResourceRegistration registration;
        private final List<Node> dependents = new ArrayList<>(0);
        private int priority;
        private int depth;
        private int waitsFor;

        Node(ResourceRegistration registration) {
            this.registration = registration;
            this.priority = registration.priority();
        }

        void comesAfter(Node earlier) {
            if (earlier.priority > priority) {
                priority = earlier.priority;
                depth = earlier.depth + 1;
            } else if (earlier.priority == priority) {
                depth = Math.max(depth, earlier.depth + 1);
            }
            waitsFor--;
        }

        /** By effective priority, then by depth. */
        @Override
        public int compareTo(Node other) {
            int byPriority = Integer.compare(priority, other.priority);
            return byPriority != 0 ? byPriority : Integer.compare(depth, other.depth);
        }
    }

    /** Returns the groups in order, the members of a group in the order of {@code all}. There must be no cycle. */
    static List<List<ResourceRegistration>> groups(Collection<ResourceRegistration> all) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (ResourceRegistration each : all) {
            nodes.put(each.name(), new Node(each));
        }
        Deque<Node> ready = new ArrayDeque<>();
        for (ResourceRegistration each : all) {
            Node node = node(nodes, each);
            for (String name : each.after()) {
                Node earlier = nodes.get(name);
                if (earlier != null) {
                    earlier.dependents.add(node);
                    node.waitsFor++;
                }
            }
            if (node.waitsFor == 0) {
                ready.add(node);
            }
        }
        for (Node earlier = ready.poll(); earlier != null; earlier = ready.poll()) {
            for (Node node : earlier.dependents) {
                node.comesAfter(earlier);
                if (node.waitsFor == 0) {
                    ready.add(node);
                }
            }
        }
        List<Node> sorted = new ArrayList<>(nodes.values());
        Collections.sort(sorted); // stable
        List<List<ResourceRegistration>> groups = new ArrayList<>();
        Node previous = null;
        for (Node node : sorted) {
            if (previous == null || previous.compareTo(node) != 0) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(node.registration);
            previous = node;
        }
        return groups;
    }

    @SuppressWarnings("NullAway") // every registration has its node
    private static Node node(Map<String, Node> nodes, ResourceRegistration registration) {
        return nodes.get(registration.name());
    }

    /** Returns the cycle that {@code newcomer} would close, such as "a -> b -> a"; empty if none. */
    static String cycle(ResourceRegistration newcomer, Map<String, ResourceRegistration> registered) {
        Map<String, String> waiting = new HashMap<>();
        Set<String> seen = new HashSet<>();
        Deque<ResourceRegistration> open = new ArrayDeque<>(List.of(newcomer));
        for (ResourceRegistration each = open.poll(); each != null; each = open.poll()) {
            for (String name : each.after()) {
                if (name.equals(newcomer.name())) {
                    return text(each.name(), newcomer.name(), waiting);
                }
                ResourceRegistration next = registered.get(name);
                if (next != null && seen.add(name)) {
                    waiting.put(name, each.name());
                    open.add(next);
                }
            }
        }
        return "";
    }

    private static String text(String last, String newcomer, Map<String, String> waiting) {
        Deque<String> path = new ArrayDeque<>();
        path.addFirst(newcomer);
        for (String name = last; name != null && !name.equals(newcomer); name = waiting.get(name)) {
            path.addFirst(name);
        }
        path.addFirst(newcomer);
        return String.join(" -> ", path);
    }
}
