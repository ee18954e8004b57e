#!/usr/bin/env bash
# Libraries with native code unpack it into the temporary folder at each start; after a halt or a kill, most of them leave it there.
#
# guess:  each removes its copy as soon as it is loaded, or uses the old one again; three starts that are killed leave one copy at most.
# seen:   DuckDB JDBC 1.4.1, RocksDB 10.2.1, sqlite-jdbc 3.50.3, snappy-java 1.1.10.8, lz4-java 1.8.0, jansi 2.4.2, zstd-jni 1.5.7-4,
#         Conscrypt 2.5.2, Netty 4.2.7 (epoll), OpenJDK 17.0.15 and Temurin 25.0.3, Linux, 2026-11-30. A program that loads the library and
#         ends; copies that are left by three runs:
#           duckdb: exit 0, halt 3
#           rocksdb: exit 0, halt 3
#           sqlite: exit 0, halt 3
#           snappy: exit 0, halt 3
#           lz4: exit 0, halt 3
#           jansi: exit 0, halt 3
#           zstd: exit 0, halt 0
#           conscrypt: exit 0, halt 0
#           netty: exit 0, halt 0
#           flight recorder: exit 0, halt 3
#         They rely on File.deleteOnExit, which a halt, SIGKILL and an OOM kill leave out. One copy of DuckDB has 56 MB, one of
#         RocksDB 15 MB. By their source, sqlite-jdbc, lz4-java and jansi remove old copies at a start, but only those without the lock file
#         that a kill leaves as well. The last three delete their copy right after loading it. The flight recorder leaves its repository.
# matters to: a service that is killed or halts again and again: the temporary folder of the machine, or the layer of its container, fills
#         up. A folder of its own for java.io.tmpdir, emptied before each start, or PrivateTmp=yes.
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
  <artifactId>native-libraries</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.duckdb</groupId><artifactId>duckdb_jdbc</artifactId><version>1.4.1.0</version></dependency>
    <dependency><groupId>org.rocksdb</groupId><artifactId>rocksdbjni</artifactId><version>10.2.1</version></dependency>
    <dependency><groupId>org.xerial</groupId><artifactId>sqlite-jdbc</artifactId><version>3.50.3.0</version></dependency>
    <dependency><groupId>org.xerial.snappy</groupId><artifactId>snappy-java</artifactId><version>1.1.10.8</version></dependency>
    <dependency><groupId>org.lz4</groupId><artifactId>lz4-java</artifactId><version>1.8.0</version></dependency>
    <dependency><groupId>org.fusesource.jansi</groupId><artifactId>jansi</artifactId><version>2.4.2</version></dependency>
    <dependency><groupId>com.github.luben</groupId><artifactId>zstd-jni</artifactId><version>1.5.7-4</version></dependency>
    <dependency><groupId>org.conscrypt</groupId><artifactId>conscrypt-openjdk-uber</artifactId><version>2.5.2</version></dependency>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-epoll</artifactId>
      <version>4.2.7.Final</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Load.java <<'JAVA'
import java.sql.DriverManager;

public class Load {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "duckdb" -> DriverManager.getConnection("jdbc:duckdb:").createStatement();
            case "rocksdb" -> org.rocksdb.RocksDB.loadLibrary();
            case "sqlite" -> DriverManager.getConnection("jdbc:sqlite::memory:").createStatement();
            case "snappy" -> org.xerial.snappy.Snappy.compress("text");
            case "lz4" -> net.jpountz.lz4.LZ4Factory.nativeInstance();
            case "jansi" -> org.fusesource.jansi.internal.CLibrary.isatty(1);
            case "zstd" -> com.github.luben.zstd.Zstd.compress(new byte[10]);
            case "conscrypt" -> org.conscrypt.Conscrypt.newProvider();
            case "netty" -> io.netty.channel.epoll.Epoll.ensureAvailability();
            default -> { }
        }
        System.out.println("loaded");
        if (args[1].equals("halt")) {
            Runtime.getRuntime().halt(0);
        }
    }
}
JAVA
javac -cp 'lib/*' Load.java

left() { # name, end, options of the JVM
    local name=$1 how=$2
    shift 2
    mkdir tmp
    for _ in 1 2 3; do
        java "$@" -Djava.io.tmpdir="$work/tmp" -cp '.:lib/*' Load "$name" "$how" > out 2>> log || true
        grep loaded out > /dev/null || { echo "not loaded"; return; }
    done
    find tmp -mindepth 1 -maxdepth 1 ! -name '*.lck' ! -name 'hsperf*' | wc -l # copies, without the lock files beside them
    du -sh tmp | sed "s/\t.*/ after three runs of $name that $how/" >&2
    rm -r tmp
}
for name in duckdb rocksdb sqlite snappy lz4 jansi zstd conscrypt netty; do
    echo "$name: exit $(left "$name" exit), halt $(left "$name" halt)"
done > seen
recorder=(-XX:StartFlightRecording:filename="$work/recording.jfr")
echo "flight recorder: exit $(left none exit "${recorder[@]}"), halt $(left none halt "${recorder[@]}")" >> seen
expected='duckdb: exit 0, halt 3
rocksdb: exit 0, halt 3
sqlite: exit 0, halt 3
snappy: exit 0, halt 3
lz4: exit 0, halt 3
jansi: exit 0, halt 3
zstd: exit 0, halt 0
conscrypt: exit 0, halt 0
netty: exit 0, halt 0
flight recorder: exit 0, halt 3'

cat seen
[ "$(cat seen)" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
