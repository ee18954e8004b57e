#!/usr/bin/env bash
# Ehcache's persistent disk tier loses what an earlier run has closed properly, if a later one that only read was not closed.
#
# guess:  a process that dies loses at most its own entries.
# seen:   Ehcache 3.11.1, OpenJDK 17.0.15, 2026-11-28: a run puts 100 entries and closes its manager; a second one opens it, reads
#         all entries and ends by System.exit without a close; a third one opens it
#           put and closed: 0 found
#           read, not closed: 100 found
#           after that: 0 found
#         The index that close() writes is removed when the cache is opened, and without it the data are thrown away, silently.
# matters to: anyone who keeps state in a persistent cache and ends by a signal without closing it, or closes it last of all.
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
  <artifactId>ehcache</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.ehcache</groupId><artifactId>ehcache</artifactId><version>3.11.1</version>
      <!-- What only its configuration by XML needs. -->
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
    </dependency>
    <dependency><groupId>javax.cache</groupId><artifactId>cache-api</artifactId><version>1.1.1</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Run.java" <<'JAVA'
import java.io.File;
import org.ehcache.Cache;
import org.ehcache.PersistentCacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.config.units.MemoryUnit;

public class Run {
    public static void main(String[] args) {
        PersistentCacheManager manager = CacheManagerBuilder.newCacheManagerBuilder()
                .with(CacheManagerBuilder.persistence(new File(args[0])))
                .withCache("cache", CacheConfigurationBuilder.newCacheConfigurationBuilder(String.class, String.class,
                        ResourcePoolsBuilder.newResourcePoolsBuilder()
                                .heap(10, EntryUnit.ENTRIES)
                                .disk(20, MemoryUnit.MB, true)))
                .build(true);
        Cache<String, String> cache = manager.getCache("cache", String.class, String.class);
        int found = 0;
        for (Cache.Entry<String, String> entry : cache) {
            found++;
        }
        System.out.println(args[1] + ": " + found + " found");
        if (args[1].startsWith("put")) {
            for (int i = 0; i < 100; i++) {
                cache.put("key" + i, "value");
            }
        }
        if (!args[1].endsWith("not closed")) {
            manager.close();
        }
        System.exit(0);
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Run.java"

seen=$(for what in 'put and closed' 'read, not closed' 'after that'; do
    java -cp "$work:$work/lib/*" Run "$work/data" "$what"
done)
expected='put and closed: 0 found
read, not closed: 100 found
after that: 0 found'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
