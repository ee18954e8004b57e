package io.github.shutdown4j.services;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Brings services into an order in which each is after those it comes after, otherwise as added; refuses a circle. */
final class ServiceOrder {

    private ServiceOrder() {}

    /**
     * Links the services and orders them.
     *
     * @throws IllegalArgumentException if a name is unknown, or there is no such order; the message shows the circle
     */
    static Map<String, ManagedService> of(Map<String, ManagedService> added) {
        for (ManagedService entry : added.values()) {
            link(entry, added);
        }
        Map<String, ManagedService> ordered = new LinkedHashMap<>();
        Deque<ManagedService> next = new ArrayDeque<>();
        for (ManagedService entry : added.values()) {
            if (entry.dependencies.isEmpty()) {
                next.add(entry);
            }
        }
        while (!next.isEmpty()) {
            ManagedService entry = next.remove();
            ordered.put(entry.name, entry);
            for (ManagedService dependant : entry.dependants) {
                if (ordered.keySet().containsAll(dependant.policy.after())) {
                    next.add(dependant);
                }
            }
        }
        if (ordered.size() < added.size()) {
            throw new IllegalArgumentException("services come after each other in a circle: " + circle(added, ordered));
        }
        return ordered;
    }

    private static void link(ManagedService entry, Map<String, ManagedService> all) {
        for (String name : entry.policy.after()) {
            ManagedService dependency = all.get(name);
            if (dependency == null) {
                throw new IllegalArgumentException("service '" + entry.name + "' comes after '" + name
                        + "', which is not in the group; known are " + all.keySet());
            }
            entry.dependencies.add(dependency);
            dependency.dependants.add(entry);
        }
    }

    /** What could not be ordered comes after another such: following them must lead to one seen before. */
    private static String circle(Map<String, ManagedService> added, Map<String, ManagedService> ordered) {
        ManagedService entry = added.values().stream()
                .filter(e -> !ordered.containsKey(e.name))
                .findFirst()
                .orElseThrow();
        Set<String> path = new LinkedHashSet<>();
        while (path.add(entry.name)) {
            entry = entry.dependencies.stream()
                    .filter(e -> !ordered.containsKey(e.name))
                    .findFirst()
                    .orElseThrow();
        }
        ArrayList<String> circle = new ArrayList<>(path);
        circle.add(entry.name);
        return String.join(" after ", circle.subList(circle.indexOf(entry.name), circle.size()));
    }

    /** Of entries that are in order, those of the longest chain, first to last. */
    static List<String> longestChain(Collection<ManagedService> ordered) {
        Map<String, List<String>> chains = new HashMap<>();
        List<String> longest = List.of();
        for (ManagedService entry : ordered) {
            List<String> chain = new ArrayList<>();
            for (String predecessor : entry.policy.after()) {
                List<String> before = chains.getOrDefault(predecessor, List.of());
                chain = before.size() > chain.size() ? new ArrayList<>(before) : chain;
            }
            chain.add(entry.name);
            chains.put(entry.name, chain);
            longest = chain.size() > longest.size() ? chain : longest;
        }
        return List.copyOf(longest);
    }
}
