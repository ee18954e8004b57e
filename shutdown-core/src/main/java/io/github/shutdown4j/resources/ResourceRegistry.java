package io.github.shutdown4j.resources;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The registered resources and the groups that have not started. Guarded by the lock of the manager. */
final class ResourceRegistry {

    private final Map<String, ResourceRegistration> byName = new LinkedHashMap<>();
    private final IdentityHashMap<Resource, ResourceRegistration> byIdentity = new IdentityHashMap<>();
    /** All names that were ever in an {@code after}: only a resource with such a name can close a cycle. */
    private final Set<String> awaitedNames = new HashSet<>();

    private Deque<List<ResourceRegistration>> waitingGroups = new ArrayDeque<>();
    private boolean outdated;
    private int waitingCount;

    void add(ResourceRegistration newcomer) {
        String name = newcomer.name();
        refuseTwice(byIdentity.get(newcomer.resource()), newcomer);
        refuseTwice(byName.get(name), newcomer);
        if (awaitedNames.contains(name) || newcomer.after().contains(name)) {
            String cycle = ReleaseOrder.cycle(newcomer, byName);
            if (!cycle.isEmpty()) {
                throw new IllegalArgumentException("resource '" + name
                        + "' cannot be registered, it would have to be released after itself: " + cycle);
            }
        }
        byName.put(name, newcomer);
        byIdentity.put(newcomer.resource(), newcomer);
        awaitedNames.addAll(newcomer.after());
        waitingCount++;
        outdated = true;
    }

    private static void refuseTwice(@Nullable ResourceRegistration present, ResourceRegistration newcomer) {
        if (present != null) {
            throw new IllegalArgumentException("resource '" + newcomer.name() + "' ("
                    + newcomer.resource().getClass().getName() + ") cannot be registered: '" + present.name() + "' ("
                    + present.resource().getClass().getName() + ") is registered already");
        }
    }

    boolean remove(Resource resource) {
        ResourceRegistration present = byIdentity.get(resource);
        if (present == null || present.isTaken()) {
            return false;
        }
        byIdentity.remove(resource);
        byName.remove(present.name());
        waitingCount--;
        outdated = true;
        return true;
    }

    /** Whether a resource was ever registered to be released after another one. */
    boolean hasOrder() {
        return !awaitedNames.isEmpty();
    }

    /** The number of resources whose group has not started. */
    int waitingCount() {
        return waitingCount;
    }

    /** The groups that have not started, in order. */
    Deque<List<ResourceRegistration>> waitingGroups() {
        if (outdated) {
            waitingGroups = new ArrayDeque<>();
            for (List<ResourceRegistration> group : ReleaseOrder.groups(byName.values())) {
                List<ResourceRegistration> members = waiting(group);
                if (!members.isEmpty()) {
                    waitingGroups.add(members);
                }
            }
            outdated = false;
        }
        return waitingGroups;
    }

    private static List<ResourceRegistration> waiting(List<ResourceRegistration> group) {
        List<ResourceRegistration> waiting = new ArrayList<>(group.size());
        for (ResourceRegistration each : group) {
            if (!each.isTaken()) {
                waiting.add(each);
            }
        }
        return waiting;
    }

    /** Starts and returns the next group; null if there is none. */
    @Nullable
    List<ResourceRegistration> nextGroup() {
        List<ResourceRegistration> group = waitingGroups().poll();
        if (group != null) {
            for (ResourceRegistration each : group) {
                each.take();
            }
            waitingCount -= group.size();
        }
        return group;
    }

    List<List<PlannedResource>> plan() {
        List<List<PlannedResource>> plan = new ArrayList<>();
        for (List<ResourceRegistration> group : waitingGroups()) {
            List<PlannedResource> releases = new ArrayList<>();
            for (ResourceRegistration each : group) {
                releases.add(each.planned(byName.keySet()));
            }
            plan.add(List.copyOf(releases));
        }
        return List.copyOf(plan);
    }

    void clear() {
        byName.clear();
        byIdentity.clear();
        awaitedNames.clear();
        waitingGroups.clear();
    }
}
