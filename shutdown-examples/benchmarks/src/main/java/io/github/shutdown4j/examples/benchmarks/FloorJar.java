package io.github.shutdown4j.examples.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An uncompressed jar of empty classes: the minimum cost of as many classes. */
final class FloorJar {

    private static final int JAVA_17 = 61;
    private static final int PUBLIC_SUPER = 0x21;

    private FloorJar() {}

    /** Writes a jar with that many classes; returns their names. */
    static List<String> write(Path jar, int count) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (int i = 0; i < count; i++) {
                String name = "floor/Empty" + i;
                byte[] bytes = emptyClass(name);
                ZipEntry entry = new ZipEntry(name + ".class");
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(bytes.length);
                CRC32 crc = new CRC32();
                crc.update(bytes);
                entry.setCrc(crc.getValue());
                out.putNextEntry(entry);
                out.write(bytes);
                names.add(name.replace('/', '.'));
            }
        }
        return names;
    }

    /** The class file of a class without fields and methods. */
    private static byte[] emptyClass(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xCAFEBABE);
        out.writeInt(JAVA_17);
        out.writeShort(5); // the constants 1 to 4
        out.writeByte(7); // a class, whose name is constant 2
        out.writeShort(2);
        out.writeByte(1);
        out.writeUTF(name);
        out.writeByte(7);
        out.writeShort(4);
        out.writeByte(1);
        out.writeUTF("java/lang/Object");
        out.writeShort(PUBLIC_SUPER);
        out.writeShort(1); // this class
        out.writeShort(3); // its superclass
        out.writeLong(0); // no interfaces, fields, methods and attributes
        return bytes.toByteArray();
    }
}
