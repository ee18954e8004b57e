package io.github.shutdown4j.checkpoint;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
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
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The real file system. Used only on the thread of a store, which is never interrupted: that would close the channels. */
final class NioFileSystem implements CheckpointFileSystem {

    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final int PERMISSION_BITS = 0777;
    private static final int OWNER_BITS = 0700;
    private static final int GROUP_BITS = 0070;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions.asFileAttribute(
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    /** The access rights that new files get here, usually those of the file that they replace. */
    private volatile @Nullable Access usual;

    /** The access rights of a file that was checked and has no access control list. */
    private volatile @Nullable Access withoutAcl;

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
        return new Channel(FileChannel.open(file, NEW, ownerOnly(file)));
    }

    static FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
    }

    private record Channel(FileChannel channel) implements NewFile, OpenFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            channel.write(bytes, position);
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
    public @Nullable String copyAccess(Path model, Path copy) throws IOException {
        if (!model.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return null;
        }
        Access wanted;
        try {
            wanted = Access.of(model);
        } catch (NoSuchFileException e) {
            giveToOwnerOfDirectory(copy);
            return null;
        }
        if (wanted.isLike(usual)) {
            return null;
        }
        Access actual = Access.of(copy);
        usual = actual;
        String lost = null;
        int mode = wanted.mode();
        if ((mode & GROUP_BITS) != 0 && !wanted.isLike(withoutAcl)) {
            String doubt = doubtAboutGroupBits(model);
            if (doubt != null) {
                mode &= ~GROUP_BITS;
                lost = doubt + "; the permissions of its group are dropped";
            } else {
                withoutAcl = wanted;
            }
        }
        if (wanted.owner() != actual.owner()) {
            try {
                Files.setAttribute(copy, "unix:uid", wanted.owner());
            } catch (FileSystemException e) {
                // Only root may change the owner: the file then belongs to this user.
            }
        }
        if (wanted.group() != actual.group()) {
            try {
                Files.setAttribute(copy, "unix:gid", wanted.group());
            } catch (FileSystemException e) {
                // Not a member of that group: better no access than that of another group.
                mode &= ~GROUP_BITS;
            }
        }
        if (mode != actual.mode()) {
            Files.setAttribute(copy, "unix:mode", mode);
        }
        return lost;
    }

    /** Gives a file that root has created to the owner of the directory, so that the service can use it. */
    static void giveToOwnerOfDirectory(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        Access own = Access.of(file);
        Access directory = Access.of(file.resolveSibling(""));
        if (own.owner() != 0 || directory.owner() == 0) {
            return;
        }
        try {
            Files.setAttribute(file, "unix:gid", directory.group());
            Files.setAttribute(file, "unix:uid", directory.owner());
        } catch (FileSystemException e) {
            // Root without this capability, as in some containers.
        }
    }

    /**
     * Returns why the group bits may be the mask of an access control list instead of the permissions of the group; null if
     * there is no such list. Java cannot read these lists; {@code ls} marks them with a plus sign.
     */
    private static @Nullable String doubtAboutGroupBits(Path file) throws IOException {
        Process ls;
        try {
            ls = new ProcessBuilder("ls", "-ld", "--", file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return "an access control list of " + file.getFileName() + " would not be noticed, because ls cannot be"
                    + " started (" + e.getMessage() + ")";
        }
        try (InputStream out = ls.getInputStream()) {
            byte[] mode = out.readNBytes(11);
            out.readAllBytes();
            return mode.length == 11 && mode[10] == '+'
                    ? "the access control list of " + file.getFileName()
                            + " is lost; set a default one on the directory instead"
                    : null;
        }
    }

    private record Access(int mode, int owner, int group) {

        static Access of(Path file) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,uid,gid");
            return new Access(
                    number(attributes, "mode") & PERMISSION_BITS, number(attributes, "uid"), number(attributes, "gid"));
        }

        /** Not equals(): JDK 17 keeps the class of a record that was compared, and so its class loader, in a static. */
        boolean isLike(@Nullable Access other) {
            return other != null && mode == other.mode && owner == other.owner && group == other.group;
        }

        boolean isPrivate() {
            return (mode & ~OWNER_BITS) == 0;
        }

        private static int number(Map<String, Object> attributes, String name) {
            return attributes.get(name) instanceof Integer number ? number : 0;
        }
    }

    @Override
    public @Nullable String sharedPermissions(Path file) throws IOException {
        Set<String> views = file.getFileSystem().supportedFileAttributeViews();
        if (!views.contains("posix")
                || (views.contains("unix") && Access.of(file).isPrivate())) {
            return null;
        }
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        return permissions.endsWith("------") ? null : permissions;
    }

    @Override
    public void forceFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
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
    public OpenDirectory openDirectory(Path directory) throws IOException {
        return new DirectoryChannel(WINDOWS ? null : FileChannel.open(directory, StandardOpenOption.READ));
    }

    /** The channel is null on Windows, which cannot open directories. */
    private record DirectoryChannel(@Nullable FileChannel channel) implements OpenDirectory {

        @Override
        public void force() throws IOException {
            if (channel != null) {
                channel.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new Channel(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        // Several classes less than a directory stream, which says what is wrong.
        String[] all =
                directory.getFileSystem() == FileSystems.getDefault() ? new File(directory.toString()).list() : null;
        if (all != null) {
            return List.of(all);
        }
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
}
