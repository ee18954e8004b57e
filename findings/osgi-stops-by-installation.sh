#!/usr/bin/env bash
# OSGi: Felix and Equinox stop the bundles of a framework by the order of their installation, not of their start.
#
# guess:  Framework.stop() stops the bundles of a start level in the reverse order of their start.
# seen:   Felix 7.0.5, Equinox 3.23.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Three bundles with the same start level,
#         installed as server, service, pool and started as pool, service, server; the order of their stop:
#           Felix: pool, service, server
#           Felix, started a second time: pool, service, server
#           Equinox: pool, service, server
#           Equinox, started a second time: pool, service, server
#         The bundle that was installed last is stopped first, so the pool ends before the server that uses it. The order is one of bundle
#         numbers, which are kept on the disk: what was installed later, as by an update of the deployment, ends earlier.
# matters to: bundles that release in BundleActivator.stop what others use: give them a lower start level, which is stopped later.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for artifact in org.apache.felix:org.apache.felix.framework:7.0.5 org.eclipse.platform:org.eclipse.osgi:3.23.0; do
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$artifact" -DoutputDirectory="$work" \
        || { echo "needs Maven, and what it fetches"; exit 2; }
done

mkdir part
cat > part/Activator.java <<'JAVA'
package part;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

public class Activator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        System.err.println("start " + context.getBundle().getSymbolicName());
    }

    @Override
    public void stop(BundleContext context) {
        System.out.println(context.getBundle().getSymbolicName());
    }
}
JAVA
cat > Host.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

public class Host {
    public static void main(String[] args) throws Exception {
        Framework framework = ServiceLoader.load(FrameworkFactory.class).iterator().next()
                .newFramework(Map.of("org.osgi.framework.storage", args[0]));
        framework.start();
        BundleContext context = framework.getBundleContext();
        if (context.getBundles().length == 1) { // only the framework itself
            Bundle server = context.installBundle(jar("server"));
            Bundle service = context.installBundle(jar("service"));
            Bundle pool = context.installBundle(jar("pool"));
            pool.start();
            service.start();
            server.start();
        }
        framework.stop();
        framework.waitForStop(30_000);
        System.exit(0);
    }

    private static String jar(String name) throws Exception {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.putValue("Manifest-Version", "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Activator", "part.Activator");
        attributes.putValue("Import-Package", "org.osgi.framework");
        Path file = Files.createTempFile(Path.of("").toAbsolutePath(), name, ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            out.putNextEntry(new JarEntry("part/Activator.class"));
            Files.copy(Path.of("part", "Activator.class"), out);
        }
        return file.toUri().toString();
    }
}
JAVA

try() { # name, jar of the framework
    javac -cp "$2" part/Activator.java Host.java
    for run in '' ', started a second time'; do
        echo "$1$run: $(timeout 120 java -cp ".:$2" Host "$1-storage" 2>> log | paste -sd, | sed 's/,/, /g')"
    done
}
seen=$(
    try Felix org.apache.felix.framework-7.0.5.jar
    try Equinox org.eclipse.osgi-3.23.0.jar
)
expected='Felix: pool, service, server
Felix, started a second time: pool, service, server
Equinox: pool, service, server
Equinox, started a second time: pool, service, server'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
