#!/usr/bin/env bash
# A writer that fails halfway inside try-with-resources: Jackson, Woodstox and zip close half a file as a valid one.
#
# guess:  half a file, which a reader refuses, except for zip and gzip, whose close() is known to finish.
# seen:   Jackson 2.20.0 and 3.0.1, Gson 2.13.2, Parsson 1.1.7, Woodstox 7.1.1, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A list of
#         three entries, an exception after the second one, and what a reader of the same kind says about the file afterwards:
#           Jackson 2, writeValue(file, list): refused
#           Jackson 2, SequenceWriter: valid, 2 of 3
#           Jackson 2, JsonGenerator: valid, 2 of 3
#           Jackson 2, JsonGenerator, CBOR: valid, 2 of 3
#           Jackson 2, JsonGenerator, without AUTO_CLOSE_JSON_CONTENT: refused
#           Jackson 3, SequenceWriter: valid, 2 of 3
#           Jackson 3, JsonGenerator: valid, 2 of 3
#           Gson, JsonWriter: refused
#           Parsson, JsonGenerator: refused
#           XMLStreamWriter of the JDK: refused
#           Woodstox, XMLStreamWriter: valid, 2 of 3
#           ZipOutputStream: valid, 2 of 3
#         close() ends the open arrays, objects and elements, whether the writer was done or an exception is on its way. An interrupt or a
#         closed database in the middle of an export leaves a file that nothing tells from a complete one.
# matters to: exports and states that are streamed. Write to a temporary name and rename it only if nothing was thrown, or write the number
#         of entries at the end.
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
  <groupId>findings</groupId><artifactId>writers</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.fasterxml.jackson.dataformat</groupId><artifactId>jackson-dataformat-cbor</artifactId><version>2.20.0</version></dependency>
    <dependency><groupId>tools.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>3.0.1</version></dependency>
    <dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>2.13.2</version></dependency>
    <dependency><groupId>org.eclipse.parsson</groupId><artifactId>parsson</artifactId><version>1.1.7</version></dependency>
    <dependency><groupId>com.fasterxml.woodstox</groupId><artifactId>woodstox-core</artifactId><version>7.1.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Writers.java <<'JAVA'
import com.ctc.wstx.stax.WstxInputFactory;
import com.ctc.wstx.stax.WstxOutputFactory;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import jakarta.json.Json;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;

public class Writers {
    interface Entry {
        void write(int number) throws Exception;
    }

    interface Writing {
        void to(Path file) throws Exception;
    }

    interface Reading {
        int entriesOf(Path file) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        Reading jsonEntries = file -> json.readTree(file.toFile()).size();
        CBORMapper cbor = new CBORMapper();
        tools.jackson.databind.ObjectMapper three = new tools.jackson.databind.ObjectMapper();
        Reading threeEntries = file -> three.readTree(file.toFile()).size();

        report("Jackson 2, writeValue(file, list)", file -> json.writeValue(file.toFile(), failingList()), jsonEntries);
        report("Jackson 2, SequenceWriter", file -> {
            try (SequenceWriter writer = json.writer().writeValuesAsArray(file.toFile())) {
                three(writer::write);
            }
        }, jsonEntries);
        report("Jackson 2, JsonGenerator", generator(json), jsonEntries);
        report("Jackson 2, JsonGenerator, CBOR", generator(cbor), file -> cbor.readTree(file.toFile()).size());
        ObjectMapper careful = new ObjectMapper();
        careful.getFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        report("Jackson 2, JsonGenerator, without AUTO_CLOSE_JSON_CONTENT", generator(careful), jsonEntries);
        report("Jackson 3, SequenceWriter", file -> {
            try (tools.jackson.databind.SequenceWriter writer = three.writer().writeValuesAsArray(file.toFile())) {
                three(writer::write);
            }
        }, threeEntries);
        report("Jackson 3, JsonGenerator", file -> {
            try (tools.jackson.core.JsonGenerator out = three.createGenerator(file.toFile(), tools.jackson.core.JsonEncoding.UTF8)) {
                out.writeStartArray();
                three(out::writeNumber);
                out.writeEndArray();
            }
        }, threeEntries);
        report("Gson, JsonWriter", file -> {
            try (JsonWriter out = new JsonWriter(Files.newBufferedWriter(file))) {
                out.beginArray();
                three(out::value);
                out.endArray();
            }
        }, file -> JsonParser.parseString(Files.readString(file)).getAsJsonArray().size());
        report("Parsson, JsonGenerator", file -> {
            try (jakarta.json.stream.JsonGenerator out = Json.createGenerator(Files.newBufferedWriter(file))) {
                out.writeStartArray();
                three(out::write);
                out.writeEnd();
            }
        }, file -> Json.createReader(Files.newBufferedReader(file)).readArray().size());
        report("XMLStreamWriter of the JDK", xml(XMLOutputFactory.newDefaultFactory()), elements(XMLInputFactory.newDefaultFactory()));
        report("Woodstox, XMLStreamWriter", xml(new WstxOutputFactory()), elements(new WstxInputFactory()));
        report("ZipOutputStream", file -> {
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
                three(number -> {
                    out.putNextEntry(new ZipEntry("entry" + number));
                    out.write(number);
                });
            }
        }, file -> {
            try (ZipFile zip = new ZipFile(file.toFile())) {
                return zip.size();
            }
        });
    }

    private static void report(String name, Writing writing, Reading reading) throws Exception {
        Path file = Files.createTempFile(Path.of("."), "out", "");
        try {
            writing.to(file);
            System.out.println(name + ": no exception");
            return;
        } catch (Exception e) {
            System.err.println(name + ": " + e.getClass().getName());
        }
        try {
            System.out.println(name + ": valid, " + reading.entriesOf(file) + " of 3");
        } catch (Exception e) {
            System.out.println(name + ": refused");
            System.err.println("  " + e.getClass().getName());
        }
    }

    private static void three(Entry entry) throws Exception {
        for (int number = 1; number <= 3; number++) {
            if (number == 3) {
                throw new IllegalStateException("the database was closed");
            }
            entry.write(number);
        }
    }

    private static AbstractList<Integer> failingList() {
        return new AbstractList<>() {
            @Override
            public Integer get(int index) {
                if (index == 2) {
                    throw new IllegalStateException("the database was closed");
                }
                return index;
            }

            @Override
            public int size() {
                return 3;
            }
        };
    }

    private static Writing generator(ObjectMapper mapper) {
        return file -> {
            try (JsonGenerator out = mapper.createGenerator(file.toFile(), JsonEncoding.UTF8)) {
                out.writeStartArray();
                three(out::writeNumber);
                out.writeEndArray();
            }
        };
    }

    private static Writing xml(XMLOutputFactory factory) {
        return file -> {
            try (OutputStream stream = Files.newOutputStream(file)) {
                XMLStreamWriter out = factory.createXMLStreamWriter(stream);
                try {
                    out.writeStartElement("entries");
                    three(number -> out.writeEmptyElement("entry"));
                    out.writeEndElement();
                } finally {
                    out.close();
                }
            }
        };
    }

    private static Reading elements(XMLInputFactory factory) {
        return file -> {
            XMLStreamReader in = factory.createXMLStreamReader(Files.newInputStream(file));
            int entries = 0;
            while (in.hasNext()) {
                if (in.next() == XMLStreamReader.START_ELEMENT && in.getLocalName().equals("entry")) {
                    entries++;
                }
            }
            return entries;
        };
    }
}
JAVA
javac -proc:none -cp 'lib/*' Writers.java

seen=$(java -cp '.:lib/*' Writers 2> log) || { cat log; echo "ended without a result"; exit 1; }
expected='Jackson 2, writeValue(file, list): refused
Jackson 2, SequenceWriter: valid, 2 of 3
Jackson 2, JsonGenerator: valid, 2 of 3
Jackson 2, JsonGenerator, CBOR: valid, 2 of 3
Jackson 2, JsonGenerator, without AUTO_CLOSE_JSON_CONTENT: refused
Jackson 3, SequenceWriter: valid, 2 of 3
Jackson 3, JsonGenerator: valid, 2 of 3
Gson, JsonWriter: refused
Parsson, JsonGenerator: refused
XMLStreamWriter of the JDK: refused
Woodstox, XMLStreamWriter: valid, 2 of 3
ZipOutputStream: valid, 2 of 3'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
