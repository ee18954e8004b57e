#!/usr/bin/env bash
# flush() of a compressing stream leaves lines behind in five of twelve, and a kill loses them; three readers take the cut file
# for complete.
#
# guess:  flush() writes everything except with gzip and bzip2, which compress in large blocks; each reader reports that its file is cut,
#         except that of framed Snappy, which has no end mark.
# seen:   JDK 17.0.15 and 25.0.3, lz4-java 1.8.0, zstd-jni 1.5.7-4, XZ for Java 1.10, snappy-java 1.1.10.8, Commons Compress 1.28.0,
#         2026-11-29. 20,000 lines, flush(), then the bytes that are in the file by then are read:
#           GZIPOutputStream              lines: some  reader: exception
#           GZIPOutputStream(out, true)   lines: all   reader: exception
#           ZstdOutputStream              lines: all   reader: exception
#           XZOutputStream                lines: all   reader: exception
#           LZ4FrameOutputStream          lines: all   reader: exception
#           LZ4BlockOutputStream          lines: some  reader: exception
#           LZ4BlockOutputStream(.. true) lines: all   reader: exception
#           SnappyOutputStream            lines: all   reader: end of file
#           SnappyFramedOutputStream      lines: all   reader: end of file
#           Commons framed LZ4            lines: none  reader: exception
#           Commons framed Snappy         lines: some  reader: end of file
#           Commons BZip2                 lines: none  reader: exception
#         flush() of LZ4BlockOutputStream and of the streams of Commons Compress passes on only complete blocks (up to 4 MB), unless
#         syncFlush is set, the fifth argument of LZ4BlockOutputStream and the second of GZIPOutputStream. A file of Snappy has no mark
#         at its end, so a file that is cut between two blocks is read as a short, correct one.
# matters to: journals, exports and spools that are written compressed and flushed at intervals, so that a kill costs little.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>cut</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.lz4</groupId><artifactId>lz4-java</artifactId><version>1.8.0</version></dependency>
    <dependency><groupId>com.github.luben</groupId><artifactId>zstd-jni</artifactId><version>1.5.7-4</version></dependency>
    <dependency><groupId>org.tukaani</groupId><artifactId>xz</artifactId><version>1.10</version></dependency>
    <dependency><groupId>org.xerial.snappy</groupId><artifactId>snappy-java</artifactId><version>1.1.10.8</version></dependency>
    <dependency><groupId>org.apache.commons</groupId><artifactId>commons-compress</artifactId><version>1.28.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Cut.java <<'JAVA'
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4BlockInputStream;
import net.jpountz.lz4.LZ4BlockOutputStream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorInputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;
import org.xerial.snappy.SnappyFramedInputStream;
import org.xerial.snappy.SnappyFramedOutputStream;
import org.xerial.snappy.SnappyInputStream;
import org.xerial.snappy.SnappyOutputStream;

public class Cut {
    private static final int LINES = 20_000;

    interface Writer {
        OutputStream open(OutputStream out) throws IOException;
    }

    interface Reader {
        InputStream open(InputStream in) throws IOException;
    }

    public static void main(String[] args) throws IOException {
        print("GZIPOutputStream", GZIPOutputStream::new, GZIPInputStream::new);
        print("GZIPOutputStream(out, true)", out -> new GZIPOutputStream(out, true), GZIPInputStream::new);
        print("ZstdOutputStream", ZstdOutputStream::new, ZstdInputStream::new);
        print("XZOutputStream", out -> new XZOutputStream(out, new LZMA2Options(1)), XZInputStream::new);
        print("LZ4FrameOutputStream", LZ4FrameOutputStream::new, LZ4FrameInputStream::new);
        print("LZ4BlockOutputStream", LZ4BlockOutputStream::new, LZ4BlockInputStream::new);
        print("LZ4BlockOutputStream(.. true)", out -> new LZ4BlockOutputStream(out, 65_536,
                LZ4Factory.fastestInstance().fastCompressor(),
                XXHashFactory.fastestInstance().newStreamingHash32(1).asChecksum(), true),
                in -> new LZ4BlockInputStream(in, LZ4Factory.fastestInstance().fastDecompressor(),
                        XXHashFactory.fastestInstance().newStreamingHash32(1).asChecksum()));
        print("SnappyOutputStream", SnappyOutputStream::new, SnappyInputStream::new);
        print("SnappyFramedOutputStream", SnappyFramedOutputStream::new, SnappyFramedInputStream::new);
        print("Commons framed LZ4", FramedLZ4CompressorOutputStream::new, FramedLZ4CompressorInputStream::new);
        print("Commons framed Snappy", FramedSnappyCompressorOutputStream::new, FramedSnappyCompressorInputStream::new);
        print("Commons BZip2", BZip2CompressorOutputStream::new, BZip2CompressorInputStream::new);
    }

    private static void print(String name, Writer writer, Reader reader) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        OutputStream out = writer.open(file);
        Random random = new Random(1);
        for (int i = 0; i < LINES; i++) {
            out.write(("event " + i + " " + Long.toString(random.nextLong(), 36) + "\n").getBytes());
        }
        out.flush();
        byte[] killed = file.toByteArray();

        int lines = 0;
        String end = "end of file";
        try (InputStream in = reader.open(new ByteArrayInputStream(killed))) {
            for (int read = in.read(); read >= 0; read = in.read()) {
                lines += read == '\n' ? 1 : 0;
            }
        } catch (IOException e) {
            end = "exception";
        }
        String kept = lines == LINES ? "all" : lines == 0 ? "none" : "some";
        System.out.printf("%-29s lines: %-5s reader: %s%n", name, kept, end);
        System.err.println(name + ": " + lines + " of " + LINES);
    }
}
JAVA
javac -proc:none -cp 'lib/*' Cut.java

seen=$(timeout 120 java -cp '.:lib/*' Cut 2> log) || { cat log; echo "ended without a result"; exit 1; }
expected='GZIPOutputStream              lines: some  reader: exception
GZIPOutputStream(out, true)   lines: all   reader: exception
ZstdOutputStream              lines: all   reader: exception
XZOutputStream                lines: all   reader: exception
LZ4FrameOutputStream          lines: all   reader: exception
LZ4BlockOutputStream          lines: some  reader: exception
LZ4BlockOutputStream(.. true) lines: all   reader: exception
SnappyOutputStream            lines: all   reader: end of file
SnappyFramedOutputStream      lines: all   reader: end of file
Commons framed LZ4            lines: none  reader: exception
Commons framed Snappy         lines: some  reader: end of file
Commons BZip2                 lines: none  reader: exception'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
