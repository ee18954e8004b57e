#!/usr/bin/env bash
# RMI: unexportObject(object, true) is the graceful end of a remote object: it refuses new calls, and calls in flight are answered.
#
# guess:  true aborts calls in flight, whose clients get an exception ("force", says the Javadoc, "even if there are pending calls"), and a
#         JVM that has nothing else to do ends in the middle of them.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A remote call that takes 3 s; meanwhile:
#           unexportObject(object, false): false, new call=answered
#           unexportObject(object, true): true, new call=NoSuchObjectException
#           call in flight: answered
#           JVM whose main has returned after the unexport: ends after the call=yes, call in flight=answered
#         With false, which sounds gentler, the object takes new calls as before, and under load it is never unexported.
#         Calls run on daemon threads; the JVM stays because of the thread "RMI Reaper", which ends with the last call. No method says
#         when that is, and System.exit does not wait for it.
# matters to: servers that stop by RMI or JMX: unexport with true, wait for your own count of calls, then close what they use.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

cat > Call.java <<'JAVA'
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.CompletableFuture;

public class Call {
    interface Work extends Remote {
        String run(long millis) throws RemoteException;
    }

    static class Server implements Work {
        @Override
        public String run(long millis) {
            try {
                if (millis > 0) {
                    Files.writeString(Path.of("running"), "");
                    Thread.sleep(millis);
                    Files.writeString(Path.of("returned"), "");
                }
                return "answered";
            } catch (Exception e) {
                return e.getClass().getSimpleName();
            }
        }
    }

    private static final Server SERVER = new Server(); // not collected

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "local" -> local();
            case "server" -> server();
            default -> client();
        }
    }

    private static void local() throws Exception {
        Work stub = (Work) UnicastRemoteObject.exportObject(SERVER, 0);
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> call(stub, 3000));
        await("running");
        for (boolean force : new boolean[] {false, true}) {
            boolean done = UnicastRemoteObject.unexportObject(SERVER, force);
            System.out.println("unexportObject(object, " + force + "): " + done + ", new call=" + call(stub, 0));
        }
        System.out.println("call in flight: " + call.get());
        System.exit(0);
    }

    private static void server() throws Exception {
        Remote stub = UnicastRemoteObject.exportObject(SERVER, 0);
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(Path.of("stub.tmp")))) {
            out.writeObject(stub);
        }
        Files.move(Path.of("stub.tmp"), Path.of("stub"));
        await("running");
        UnicastRemoteObject.unexportObject(SERVER, true);
    }

    private static void client() throws Exception {
        await("stub");
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(Path.of("stub")))) {
            System.out.println(call((Work) in.readObject(), 3000));
        }
        System.exit(0);
    }

    private static String call(Work work, long millis) {
        try {
            return work.run(millis);
        } catch (RemoteException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static void await(String file) throws InterruptedException {
        while (!Files.exists(Path.of(file))) {
            Thread.sleep(10);
        }
    }
}
JAVA
javac Call.java

loopback=-Djava.rmi.server.hostname=127.0.0.1
local=$(timeout 60 java "$loopback" Call local)
rm -f running returned
timeout 60 java "$loopback" Call server > server.log 2>&1 &
server=$!
answer=$(timeout 60 java Call client)
wait "$server" || { cat server.log; exit 1; }
server=
seen="$local
JVM whose main has returned after the unexport: ends after the call=$([ -e returned ] && echo yes || echo no), call in flight=$answer"
expected='unexportObject(object, false): false, new call=answered
unexportObject(object, true): true, new call=NoSuchObjectException
call in flight: answered
JVM whose main has returned after the unexport: ends after the call=yes, call in flight=answered'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
