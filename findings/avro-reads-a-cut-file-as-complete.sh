#!/usr/bin/env bash
# Avro reads a file that was cut in the middle of a record as if it were complete; protobuf reads an empty message there.
#
# guess:  each of these readers throws if the file ends inside a record; only a cut between two records goes unnoticed.
# seen:   Avro 1.12.0, protobuf-java 4.33.3, Jackson 2.21.3, msgpack-core 0.9.9, Commons Compress 1.28.0, OpenJDK 17.0.15 and Temurin
#         25.0.3, 2026-11-29. 20 records; the file is cut at each byte of the last five records, except between two of them:
#           Avro DataFileStream: exception for 5 of 330 cuts, fewer records for 325, a wrong record for 0
#           Avro DataFileReader: exception for 5 of 330 cuts, fewer records for 325, a wrong record for 0
#           protobuf parseDelimitedFrom: exception for 245 of 250 cuts, fewer records for 0, a wrong record for 5
#           Jackson JSON: exception for 290 of 290 cuts, fewer records for 0, a wrong record for 0
#           Jackson CBOR: exception for 280 of 280 cuts, fewer records for 0, a wrong record for 0
#           MessagePack: exception for 245 of 245 cuts, fewer records for 0, a wrong record for 0
#           tar: exception for 2560 of 5115 cuts, fewer records for 2555, a wrong record for 0
#         hasNext() of Avro takes an EOFException for the end of the file. A cut right after the length of a protobuf message
#         gives a message without fields. Commons Compress takes half a header of a tar archive for its end, and does not miss the
#         end marker.
# matters to: journals, exports and spools whose writer can be killed or run out of space: a reader does not see that the end
#         is missing. Write the number of records in a last record or beside the file, or write to a temporary name and rename.
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
  <artifactId>cut</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.fasterxml.jackson.dataformat</groupId><artifactId>jackson-dataformat-cbor</artifactId><version>2.21.3</version></dependency>
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.21.3</version></dependency>
    <dependency><groupId>org.apache.avro</groupId><artifactId>avro</artifactId><version>1.12.0</version></dependency>
    <dependency><groupId>com.google.protobuf</groupId><artifactId>protobuf-java</artifactId><version>4.33.3</version></dependency>
    <dependency><groupId>org.apache.commons</groupId><artifactId>commons-compress</artifactId><version>1.28.0</version></dependency>
    <dependency><groupId>org.msgpack</groupId><artifactId>msgpack-core</artifactId><version>0.9.9</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Cut.java" <<'JAVA'
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.google.protobuf.StringValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

public class Cut {
    private static final int RECORDS = 20;
    private static final Schema SCHEMA =
            SchemaBuilder.record("Line").fields().requiredString("text").endRecord();

    /** Writes all records and notes where each ends. */
    interface Writer {
        void write(ByteArrayOutputStream out, List<Integer> ends) throws IOException;
    }

    interface Reader {
        List<String> read(byte[] file) throws IOException;
    }

    public static void main(String[] args) throws IOException {
        run("Avro DataFileStream", Cut::writeAvro, file -> {
            try (DataFileStream<GenericRecord> stream =
                    new DataFileStream<>(new ByteArrayInputStream(file), new GenericDatumReader<>())) {
                return texts(stream);
            }
        });
        run("Avro DataFileReader", Cut::writeAvro, file -> {
            try (DataFileReader<GenericRecord> reader =
                    new DataFileReader<>(new SeekableByteArrayInput(file), new GenericDatumReader<>())) {
                return texts(reader);
            }
        });
        run("protobuf parseDelimitedFrom", Cut::writeProtobuf, Cut::readProtobuf);
        run("Jackson JSON", (out, ends) -> writeJackson(new ObjectMapper(), out, ends), file -> readJackson(new ObjectMapper(), file));
        run("Jackson CBOR", (out, ends) -> writeJackson(new CBORMapper(), out, ends), file -> readJackson(new CBORMapper(), file));
        run("MessagePack", Cut::writeMessagePack, Cut::readMessagePack);
        run("tar", Cut::writeTar, Cut::readTar);
    }

    private static void run(String name, Writer writer, Reader reader) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        writer.write(out, ends);
        byte[] file = out.toByteArray();
        if (reader.read(file).size() != RECORDS) {
            throw new IllegalStateException(name + ": the whole file is not read");
        }
        int cuts = 0;
        int failures = 0;
        int fewer = 0;
        int wrong = 0;
        for (int end = ends.get(RECORDS - 6) + 1; end < ends.get(RECORDS - 1); end++) {
            if (ends.contains(end)) {
                continue;
            }
            cuts++;
            try {
                List<String> records = reader.read(Arrays.copyOf(file, end));
                boolean right = records.size() < RECORDS;
                for (int i = 0; i < records.size(); i++) {
                    right &= records.get(i).equals(text(i));
                }
                if (right) {
                    fewer++;
                } else {
                    wrong++;
                }
            } catch (IOException | RuntimeException e) {
                failures++;
            }
        }
        System.out.println(name + ": exception for " + failures + " of " + cuts + " cuts, fewer records for " + fewer
                + ", a wrong record for " + wrong);
    }

    private static String text(int i) {
        return "line " + i + " " + "x".repeat(40);
    }

    private static void writeAvro(ByteArrayOutputStream out, List<Integer> ends) throws IOException {
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(SCHEMA)).create(SCHEMA, out)) {
            for (int i = 0; i < RECORDS; i++) {
                GenericRecord line = new GenericData.Record(SCHEMA);
                line.put("text", text(i));
                writer.append(line);
                writer.flush(); // a block for each record
                ends.add(out.size());
            }
        }
    }

    private static List<String> texts(DataFileStream<GenericRecord> stream) {
        List<String> texts = new ArrayList<>();
        while (stream.hasNext()) {
            texts.add(stream.next().get("text").toString());
        }
        return texts;
    }

    private static void writeProtobuf(ByteArrayOutputStream out, List<Integer> ends) throws IOException {
        for (int i = 0; i < RECORDS; i++) {
            StringValue.of(text(i)).writeDelimitedTo(out);
            ends.add(out.size());
        }
    }

    private static List<String> readProtobuf(byte[] file) throws IOException {
        InputStream in = new ByteArrayInputStream(file);
        List<String> texts = new ArrayList<>();
        for (StringValue value; (value = StringValue.parseDelimitedFrom(in)) != null; ) {
            texts.add(value.getValue());
        }
        return texts;
    }

    private static void writeJackson(ObjectMapper mapper, ByteArrayOutputStream out, List<Integer> ends) throws IOException {
        for (int i = 0; i < RECORDS; i++) {
            out.write(mapper.writeValueAsBytes(Map.of("text", text(i))));
            ends.add(out.size());
        }
    }

    private static List<String> readJackson(ObjectMapper mapper, byte[] file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (MappingIterator<JsonNode> values = mapper.readerFor(JsonNode.class).readValues(file)) {
            while (values.hasNextValue()) {
                texts.add(values.nextValue().get("text").asText());
            }
        }
        return texts;
    }

    private static void writeMessagePack(ByteArrayOutputStream out, List<Integer> ends) throws IOException {
        for (int i = 0; i < RECORDS; i++) {
            MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
            packer.packString(text(i));
            out.write(packer.toByteArray());
            ends.add(out.size());
        }
    }

    private static List<String> readMessagePack(byte[] file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(file)) {
            while (unpacker.hasNext()) {
                texts.add(unpacker.unpackString());
            }
        }
        return texts;
    }

    private static void writeTar(ByteArrayOutputStream out, List<Integer> ends) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, 512)) {
            for (int i = 0; i < RECORDS; i++) {
                byte[] content = text(i).getBytes();
                TarArchiveEntry entry = new TarArchiveEntry("line-" + i);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
                ends.add((i + 1) * 1024); // a header and one block
            }
        }
    }

    private static List<String> readTar(byte[] file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(file))) {
            while (tar.getNextEntry() != null) {
                texts.add(new String(tar.readAllBytes()));
            }
        }
        return texts;
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Cut.java"

seen=$(java -cp "$work:$work/lib/*" Cut 2> "$work/log") || { cat "$work/log"; exit 1; }
expected='Avro DataFileStream: exception for 5 of 330 cuts, fewer records for 325, a wrong record for 0
Avro DataFileReader: exception for 5 of 330 cuts, fewer records for 325, a wrong record for 0
protobuf parseDelimitedFrom: exception for 245 of 250 cuts, fewer records for 0, a wrong record for 5
Jackson JSON: exception for 290 of 290 cuts, fewer records for 0, a wrong record for 0
Jackson CBOR: exception for 280 of 280 cuts, fewer records for 0, a wrong record for 0
MessagePack: exception for 245 of 245 cuts, fewer records for 0, a wrong record for 0
tar: exception for 2560 of 5115 cuts, fewer records for 2555, a wrong record for 0'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
