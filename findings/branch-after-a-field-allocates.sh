#!/usr/bin/env bash
# JDK 17: an object that was compared with null is allocated if it is still used behind a later branch, even one that is
# never taken. Reading its fields into local variables first avoids that. JDK 25 allocates in neither case.
#
# guess:  escape analysis removes the object in both cases, on both JDKs: it never leaves the compiled loop.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-28, bytes of each round of the loop:
#           JDK 17, fields: 24 bytes
#           JDK 17, locals: 0 bytes
#           JDK 25: 0 bytes for both
#         The branch is an uncommon trap, which needs the object to continue in the interpreter. An object without the
#         comparison with null is removed in spite of that.
# matters to: anyone who hands out a small handle (a permit, a guard, a lease) and expects it to be free in a local variable,
#         with code such as  Ticket ticket = acquireOrNull(); if (ticket != null) { ticket.end(); }
#
# needs: a JDK 17 as java and javac. Exits with 0 if that is still so, with 1 if it has changed, with 2 on another JDK.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

java -version 2>&1 | grep 'version "17' > /dev/null || { echo "needs a JDK 17"; exit 2; }

cat > "$work/Handles.java" <<'JAVA'
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

public class Handles {
    static final AtomicLong COUNT = new AtomicLong();
    static boolean closed;
    static boolean locals;
    static long wrong;

    static final class Refused extends RuntimeException {}

    record Ticket(AtomicLong count, long number) {
        void endByFields() {
            if (count.get() == number) {
                wrong++; // never
            }
            count.getAndDecrement();
        }

        void endByLocals() {
            AtomicLong held = count;
            if (held.get() == number) {
                wrong++; // never
            }
            held.getAndDecrement();
        }
    }

    static Ticket acquireOrNull() {
        try {
            long number = COUNT.getAndIncrement();
            if (closed) {
                throw new Refused();
            }
            return new Ticket(COUNT, number);
        } catch (Refused refused) {
            return null;
        }
    }

    static void byFields(int times) {
        for (int i = 0; i < times; i++) {
            Ticket ticket = acquireOrNull();
            if (ticket != null) {
                ticket.endByFields();
            }
        }
    }

    static void byLocals(int times) {
        for (int i = 0; i < times; i++) {
            Ticket ticket = acquireOrNull();
            if (ticket != null) {
                ticket.endByLocals();
            }
        }
    }

    public static void main(String[] args) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = -1;
        for (int round = 0; round < 200; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            if (args[0].equals("fields")) {
                byFields(100_000);
            } else {
                byLocals(100_000);
            }
            bytes = Math.round((threads.getCurrentThreadAllocatedBytes() - before) / 100_000.0);
        }
        System.out.println(args[0] + ": " + bytes + " bytes");
    }
}
JAVA
javac -d "$work" "$work/Handles.java"

seen="$(java -cp "$work" Handles fields)
$(java -cp "$work" Handles locals)"
expected='fields: 24 bytes
locals: 0 bytes'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
