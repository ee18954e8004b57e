package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The disk as it is. Used by the uninterruptible thread of one store only: an interrupt would close its channels. */
final class NioFileSystem implements CheckpointFileSystem {

    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");
    private static final Set<StandardOpenOption> NEW =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final int PERMISSION_BITS = 0777;
    private static final int GROUP_BITS = 0070;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** What new files get here; most of them replace one that is the same. */
    private volatile @Nullable Access usual;

    @Override
    public @Nullable Entry stat(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Entry(attributes.isRegularFile(), attributes.size());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public NewFile create(Path file) throws IOException {
        return new ChannelFile(FileChannel.open(file, NEW, ownerOnly(file)));
    }

    static FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
    }

    private record ChannelFile(FileChannel channel) implements NewFile {

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public void copyAccess(Path model, Path copy) throws IOException {
        if (!model.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        Access wanted;
        try {
            wanted = Access.of(model);
        } catch (NoSuchFileException e) {
            return;
        }
        if (wanted.isLike(usual)) {
            return;
        }
        Access actual = Access.of(copy);
        usual = actual;
        int mode = wanted.mode();
        if (wanted.group() != actual.group()) {
            try {
                Files.setAttribute(copy, "unix:gid", wanted.group());
            } catch (FileSystemException e) {
                // Not a member of that group: better nobody than another group.
                mode &= ~GROUP_BITS;
            }
        }
        if (mode != actual.mode()) {
            Files.setAttribute(copy, "unix:mode", mode);
        }
    }

    private record Access(int mode, int group) {

        static Access of(Path file) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,gid");
            return new Access(number(attributes, "mode") & PERMISSION_BITS, number(attributes, "gid"));
        }

        /** Not equals(): JDK 17 keeps the class of a record that was compared, and so its class loader, in a static. */
        boolean isLike(@Nullable Access other) {
            return other != null && mode == other.mode && group == other.group;
        }

        private static int number(Map<String, Object> attributes, String name) {
            return attributes.get(name) instanceof Integer number ? number : 0;
        }
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        Files.createLink(link, existing);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new ReadChannel(FileChannel.open(file, StandardOpenOption.READ));
    }

    private record ReadChannel(FileChannel channel) implements OpenFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public boolean readersBlockMoves() {
        return WINDOWS;
    }
}
