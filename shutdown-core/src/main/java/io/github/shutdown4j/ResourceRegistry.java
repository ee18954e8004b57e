package io.github.shutdown4j;

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

/** Who is registered, and the groups that are still to come. Not safe for threads: guarded by the lock of the manager. */
final class ResourceRegistry {

    private final Map<String, Registration> byName = new LinkedHashMap<>();
    private final IdentityHashMap<Resource, Registration> byIdentity = new IdentityHashMap<>();
    /** Every name that anybody ever waited for: only a resource with such a name can close a circle. */
    private final Set<String> awaitedNames = new HashSet<>();

    private Deque<List<Registration>> groupsToCome = new ArrayDeque<>();
    private boolean outdated;
    private int untaken;

    void add(Registration newcomer) {
        String name = newcomer.name();
        refuseTwice(byIdentity.get(newcomer.resource()), newcomer);
        refuseTwice(byName.get(name), newcomer);
        if (awaitedNames.contains(name) || newcomer.after().contains(name)) {
            String circle = ReleaseOrder.circle(newcomer, byName);
            if (!circle.isEmpty()) {
                throw new IllegalArgumentException("resource '" + name
                        + "' cannot be registered, it would have to be released after itself: " + circle);
            }
        }
        byName.put(name, newcomer);
        byIdentity.put(newcomer.resource(), newcomer);
        awaitedNames.addAll(newcomer.after());
        untaken++;
        outdated = true;
    }

    private static void refuseTwice(@Nullable Registration present, Registration newcomer) {
        if (present != null) {
            throw new IllegalArgumentException("resource '" + newcomer.name() + "' ("
                    + newcomer.resource().getClass().getName() + ") cannot be registered: '" + present.name() + "' ("
                    + present.resource().getClass().getName() + ") is registered already");
        }
    }

    boolean remove(Resource resource) {
        Registration present = byIdentity.get(resource);
        if (present == null || present.isTaken()) {
            return false;
        }
        byIdentity.remove(resource);
        byName.remove(present.name());
        untaken--;
        outdated = true;
        return true;
    }

    /** How many are in groups still to come. */
    int untaken() {
        return untaken;
    }

    /** The groups still to come, in order. */
    Deque<List<Registration>> groupsToCome() {
        if (outdated) {
            groupsToCome = new ArrayDeque<>();
            for (List<Registration> group : ReleaseOrder.groups(byName.values())) {
                List<Registration> untakenOnes = untaken(group);
                if (!untakenOnes.isEmpty()) {
                    groupsToCome.add(untakenOnes);
                }
            }
            outdated = false;
        }
        return groupsToCome;
    }

    private static List<Registration> untaken(List<Registration> group) {
        List<Registration> untaken = new ArrayList<>(group.size());
        for (Registration each : group) {
            if (!each.isTaken()) {
                untaken.add(each);
            }
        }
        return untaken;
    }

    /** The next group, now in its turn; null if there is none. */
    @Nullable
    List<Registration> takeGroup() {
        List<Registration> group = groupsToCome().poll();
        if (group != null) {
            for (Registration each : group) {
                each.take();
            }
            untaken -= group.size();
        }
        return group;
    }

    List<List<PlannedRelease>> plan() {
        List<List<PlannedRelease>> plan = new ArrayList<>();
        for (List<Registration> group : groupsToCome()) {
            plan.add(group.stream().map(each -> each.planned(byName.keySet())).toList());
        }
        return List.copyOf(plan);
    }

    void clear() {
        byName.clear();
        byIdentity.clear();
        awaitedNames.clear();
        groupsToCome.clear();
    }
}
