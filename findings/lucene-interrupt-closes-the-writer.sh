#!/usr/bin/env bash
# Lucene: an interrupt of one indexing thread, as by shutdownNow() of its pool, closes the IndexWriter for all; what was not committed is lost.
#
# guess:  the interrupted thread gets an exception (ThreadInterruptedException); the writer goes on for others, and its close()
#         commits what was added before.
# seen:   Lucene 9.12.2, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. One document is committed, then a thread of a pool adds
#         3,000, and more until it ends; then another thread adds one, and the writer is closed:
#           thread ends by a flag: writer open=true, next add=ok, close=ok, kept=all
#           thread is interrupted: writer open=false, next add=AlreadyClosedException, close=ok, kept=1
#         The interrupt closes the channel of a file that is being written; the writer takes that for a fatal failure, rolls back
#         and closes itself. Its close() then returns normally, so nobody is told of the loss.
# matters to: indexing on a pool that is ended by shutdownNow(), or by a stop that interrupts: end by a flag, or commit first.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>lucene</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.lucene</groupId><artifactId>lucene-core</artifactId><version>9.12.2</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Index.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

public class Index {
    public static void main(String[] args) throws Exception {
        System.out.println("thread ends by a flag: " + run(Files.createTempDirectory(Path.of(args[0]), "flag"), false));
        System.out.println("thread is interrupted: " + run(Files.createTempDirectory(Path.of(args[0]), "interrupt"), true));
        System.exit(0);
    }

    private static String run(Path folder, boolean interrupt) throws Exception {
        Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(new StandardAnalyzer()).setRAMBufferSizeMB(1));
        writer.addDocument(document(0));
        writer.commit();

        AtomicInteger added = new AtomicInteger(1);
        AtomicBoolean end = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(3000);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.execute(() -> {
            try {
                while (!end.get()) {
                    writer.addDocument(document(added.get()));
                    added.incrementAndGet();
                    busy.countDown();
                }
            } catch (Exception e) {
                System.err.println("the thread ends after " + added + ": " + e);
            }
        });
        busy.await();
        if (interrupt) {
            pool.shutdownNow();
        } else {
            end.set(true);
            pool.shutdown();
        }
        if (!pool.awaitTermination(60, TimeUnit.SECONDS)) {
            return "does not end";
        }
        String seen = "writer open=" + writer.isOpen() + ", next add=" + nameOf(() -> {
            writer.addDocument(document(added.get()));
            added.incrementAndGet();
        }) + ", close=" + nameOf(writer::close);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            return seen + ", kept=" + (reader.numDocs() == added.get() ? "all" : reader.numDocs());
        }
    }

    private static Document document(int number) {
        Document document = new Document();
        document.add(new TextField("text", "order " + number + " of customer " + number * 31L, Field.Store.YES));
        return document;
    }

    private interface Step {
        void run() throws Exception;
    }

    private static String nameOf(Step step) {
        try {
            step.run();
            return "ok";
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Index.java"

seen=$(timeout 120 java -cp "$work:$work/lib/*" Index "$work" 2> "$work/log") || { cat "$work/log"; exit 1; }
expected='thread ends by a flag: writer open=true, next add=ok, close=ok, kept=all
thread is interrupted: writer open=false, next add=AlreadyClosedException, close=ok, kept=1'

echo "$seen"
grep 'the thread ends' "$work/log" || true
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
