#!/usr/bin/env bash
# LMDB: a reader that is killed makes the writers of other processes fail with "map full", although they only overwrite one value.
#
# guess:  the read transaction of a process ends with the process, and the next writer uses the old pages again.
# seen:   lmdbjava 0.9.1, OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18, 2026-11-30. A writer overwrites one value of 100 kB 2,000 times, in
#         a map of 16 MB; before that, another process has read it and ended:
#           reader closed: all written
#           reader killed in its transaction: MapFullException after fewer than 200
#           after readerCheck() in the writer: all written
#           reader killed, all processes gone, opened again: all written
#         The slot of the reader stays in the lock file, and no page that it could still see is used again. readerCheck(), which is
#         mdb_reader_check of LMDB, frees the slots of dead processes, and so does the first process that opens an environment that no other
#         has open; the restart of one of several does not.
# matters to: services that share an LMDB with tools, workers or the next version: a reader that is killed at its stop limit fills the map
#         of those that go on. Call readerCheck() at the start of each process, and from time to time in the writer.
#
# needs: Linux on x86-64, a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>lmdb</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.lmdbjava</groupId><artifactId>lmdbjava</artifactId><version>0.9.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Map.java <<'JAVA'
import java.io.File;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

public class Map {
    private static final ByteBuffer KEY = ByteBuffer.allocateDirect(8);
    private static final ByteBuffer VALUE = ByteBuffer.allocateDirect(100_000);

    public static void main(String[] args) throws Exception {
        Env<ByteBuffer> env = Env.create().setMapSize(16L << 20).setMaxDbs(1).open(new File("env"));
        Dbi<ByteBuffer> table = env.openDbi("table", DbiFlags.MDB_CREATE);
        switch (args[0]) {
            case "closed", "killed" -> {
                Txn<ByteBuffer> read = env.txnRead();
                table.get(read, KEY);
                if (args[0].equals("killed")) {
                    Runtime.getRuntime().halt(137);
                }
                read.close();
            }
            case "write" -> {
                table.put(KEY, VALUE);
                for (String end : new String[] {"closed", "killed"}) {
                    new ProcessBuilder(reader(args, end)).inheritIO().start().waitFor();
                    System.out.println("reader " + (end.equals("killed") ? "killed in its transaction" : end) + ": " + write(table));
                }
                env.readerCheck();
                System.out.println("after readerCheck() in the writer: " + write(table));
                new ProcessBuilder(reader(args, "killed")).inheritIO().start().waitFor();
            }
            default -> System.out.println("reader killed, all processes gone, opened again: " + write(table));
        }
        env.close();
    }

    private static List<String> reader(String[] args, String end) {
        List<String> command = new ArrayList<>(List.of(args).subList(1, args.length));
        command.add(end);
        return command;
    }

    private static String write(Dbi<ByteBuffer> table) {
        int written = 0;
        try {
            for (; written < 2000; written++) {
                table.put(KEY, VALUE);
            }
            return "all written";
        } catch (Env.MapFullException e) {
            System.err.println("full after " + written);
            return "MapFullException after " + (written < 200 ? "fewer than 200" : written);
        }
    }
}
JAVA
javac -cp 'lib/*' Map.java

java=(java -Djava.io.tmpdir=. --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED -cp '.:lib/*' Map)
mkdir env
seen=$({ timeout 120 "${java[@]}" write "${java[@]}" && timeout 120 "${java[@]}" again; } 2> log) || true
expected='reader closed: all written
reader killed in its transaction: MapFullException after fewer than 200
after readerCheck() in the writer: all written
reader killed, all processes gone, opened again: all written'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
