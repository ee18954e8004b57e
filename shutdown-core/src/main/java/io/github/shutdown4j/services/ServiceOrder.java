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

/** Sorts services so that each follows those that it comes after, otherwise in the order of addition. */
final class ServiceOrder {

    private ServiceOrder() {}

    /**
     * Links and sorts the services.
     *
     * @throws IllegalArgumentException if a name is unknown, or if there is a cycle, which the message shows
     */
    static Map<String, ManagedService> of(Map<String, ManagedService> added) {
        for (ManagedService managed : added.values()) {
            link(managed, added);
        }
        Map<String, ManagedService> ordered = new LinkedHashMap<>();
        Deque<ManagedService> next = new ArrayDeque<>();
        for (ManagedService managed : added.values()) {
            if (managed.dependencies.isEmpty()) {
                next.add(managed);
            }
        }
        while (!next.isEmpty()) {
            ManagedService managed = next.remove();
            ordered.put(managed.name, managed);
            for (ManagedService dependant : managed.dependants) {
                if (ordered.keySet().containsAll(dependant.policy.after())) {
                    next.add(dependant);
                }
            }
        }
        if (ordered.size() < added.size()) {
            throw new IllegalArgumentException("services come after each other in a cycle: " + cycle(added, ordered));
        }
        return ordered;
    }

    private static void link(ManagedService managed, Map<String, ManagedService> all) {
        for (String name : managed.policy.after()) {
            ManagedService dependency = all.get(name);
            if (dependency == null) {
                throw new IllegalArgumentException("service '" + managed.name + "' comes after '" + name
                        + "', which is not in the group; known are " + all.keySet());
            }
            managed.dependencies.add(dependency);
            dependency.dependants.add(managed);
        }
    }

    /** Each service that could not be sorted comes after another one, so following them leads to a cycle. */
    private static String cycle(Map<String, ManagedService> added, Map<String, ManagedService> ordered) {
        ManagedService managed = added.values().stream()
                .filter(e -> !ordered.containsKey(e.name))
                .findFirst()
                .orElseThrow();
        Set<String> path = new LinkedHashSet<>();
        while (path.add(managed.name)) {
            managed = managed.dependencies.stream()
                    .filter(e -> !ordered.containsKey(e.name))
                    .findFirst()
                    .orElseThrow();
        }
        ArrayList<String> cycle = new ArrayList<>(path);
        cycle.add(managed.name);
        return String.join(" after ", cycle.subList(cycle.indexOf(managed.name), cycle.size()));
    }

    /** Returns the longest chain of sorted services, from first to last. */
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
