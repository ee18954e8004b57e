package io.github.shutdown4j;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** Each package depends only on those that it may, and what is done in one place is done only there. */
class ArchitectureTest {

    private static final String ROOT = "io.github.shutdown4j";

    /** Imported by the first rule, once: it takes seconds, and a test that only reads the arrows does without. */
    private static final class Imported {
        static final JavaClasses CLASSES = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    /** The methods of {@link Class} that look something up by a name that the image builder may not see. */
    private static final Set<String> LOOK_UPS = Set.of(
            "forName",
            "getMethod",
            "getMethods",
            "getDeclaredMethod",
            "getDeclaredMethods",
            "getField",
            "getDeclaredField",
            "getDeclaredFields",
            "getConstructor",
            "getDeclaredConstructor",
            "getResource",
            "getResourceAsStream");

    /** Which packages a package may depend on; the empty string is the root. CONTRIBUTING.md draws them. */
    static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry(
                    "",
                    Set.of(
                            "checkpoint",
                            "config",
                            "connections",
                            "events",
                            "reload",
                            "resources",
                            "services",
                            "report",
                            "trigger",
                            "internal")),
            Map.entry("checkpoint", Set.of("report", "trigger", "internal")),
            Map.entry("connections", Set.of("report", "trigger", "internal")),
            Map.entry("services", Set.of("report", "trigger", "internal")),
            Map.entry("resources", Set.of("report", "trigger", "internal")),
            Map.entry("reload", Set.of("report", "trigger", "internal")),
            Map.entry("events", Set.of("resources", "trigger", "internal")),
            Map.entry("config", Set.of("trigger", "internal")),
            Map.entry("report", Set.of("trigger", "internal")),
            Map.entry("trigger", Set.of("internal")),
            Map.entry("internal", Set.of()));

    @Test
    void packagesDependOnlyOnThoseThatTheyMay() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass type : Imported.CLASSES) {
            Set<String> targets = found.computeIfAbsent(room(type), any -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .map(ArchitectureTest::room)
                    .filter(target -> !target.equals(room(type)))
                    .forEach(targets::add);
        }
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
        found.forEach((from, targets) ->
                assertThat(ARROWS.get(from)).as("arrows from '%s'", from).containsAll(targets));
    }

    @Test
    void packagesFormNoCycle() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(Imported.CLASSES);
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
    }

    @Test
    void flightRecorderIsKnownToOneClass() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.internal\\.JfrEvents.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.jfr..")
                .check(Imported.CLASSES);
    }

    @Test
    void signalsOfTheJvmAreKnownToOneClass() { // a runtime may lack them
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.internal\\.SunMiscSignals.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("sun.misc..")
                .check(Imported.CLASSES);
    }

    @Test
    void threadsAndTimeComeFromOnePlaceEach() {
        onlyIn(
                ".*\\.internal\\.NamedThreads.*",
                "are constructors of threads",
                target -> target.getName().equals("<init>") && target.getOwner().isEquivalentTo(Thread.class));
        onlyIn(
                ".*\\.internal\\.Ticker.*",
                "read the clock",
                target ->
                        target.getName().equals("nanoTime") && target.getOwner().isEquivalentTo(System.class));
    }

    private static void onlyIn(String classes, String what, Predicate<AccessTarget.CodeUnitCallTarget> call) {
        noClasses()
                .that()
                .haveNameNotMatching(classes)
                .should()
                .callCodeUnitWhere(DescribedPredicate.describe(what, access -> call.test(access.getTarget())))
                .check(Imported.CLASSES);
    }

    @Test
    @DisplayName("scenario 50: the wall clock is only recorded, never used to measure time")
    void wallClockIsForPeopleOnly() {
        onlyIn(
                ".*\\.internal\\.Ticker",
                "read the wall clock",
                target -> target.getName().equals("currentTimeMillis")
                        && target.getOwner().isEquivalentTo(System.class));
        onlyIn(
                "none",
                "read it with classes that cost the start a millisecond",
                target -> (target.getName().equals("now") && target.getOwner().isEquivalentTo(Instant.class))
                        || target.getOwner().isAssignableTo(Clock.class));
    }

    @Test
    void durationsAreDividedAndMultipliedWithoutDecimals() { // their first use costs a stop up to 80 ms on Java 25
        noClasses()
                .should()
                .callMethod(Duration.class, "dividedBy", long.class)
                .orShould()
                .callMethod(Duration.class, "multipliedBy", long.class)
                .check(Imported.CLASSES);
    }

    @Test
    void jacksonDatabindIsKnownToTheMappingOnly() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        ".*\\.Json(Codec|Difference|Extensions|Mapping|Modifier|Optionals|PrimitiveOptionals|Primitives|TypeCheck|Types|ValueTypes)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind..")
                .check(Imported.CLASSES);
    }

    @Test
    void noTypeOfJacksonIsPartOfTheApi() {
        List<JavaClass> api =
                Imported.CLASSES.stream().filter(ArchitectureTest::isApi).toList();
        assertThat(api).extracting(JavaClass::getSimpleName).contains("CheckpointStoreBuilder", "Found");
        for (JavaClass type : api) {
            assertThat(typesInSignatures(type))
                    .as(type.getName())
                    .extracting(JavaClass::getPackageName)
                    .noneMatch(name -> name.startsWith("com.fasterxml."));
        }
    }

    @Test
    void onlyRecordsAndExceptionsHaveAPublicConstructor() { // everything else is made by a named factory or a builder
        List<String> constructed = Imported.CLASSES.stream()
                .filter(ArchitectureTest::isApi)
                .filter(type -> !type.isRecord() && !type.getSimpleName().endsWith("Exception"))
                .filter(type -> type.getConstructors().stream()
                        .anyMatch(constructor -> constructor.getModifiers().contains(JavaModifier.PUBLIC)))
                .map(JavaClass::getSimpleName)
                .toList();
        assertThat(constructed).isEmpty();
    }

    private static boolean isApi(JavaClass type) {
        return !room(type).equals("internal")
                && isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isApi).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Set<JavaClass> typesInSignatures(JavaClass type) {
        Set<JavaClass> found = new HashSet<>(type.getAllRawSuperclasses());
        found.addAll(type.getAllRawInterfaces());
        for (JavaMember member : type.getMembers()) {
            if (isVisible(member.getModifiers())) {
                found.addAll(member.getAllInvolvedRawTypes());
                if (member instanceof JavaCodeUnit method) {
                    found.addAll(method.getExceptionTypes());
                }
            }
        }
        return found;
    }

    @Test
    void exactExports() throws Exception {
        Path classes = Path.of(ShutdownCoordinator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
            ModuleDescriptor module = ModuleDescriptor.read(in);
            assertThat(module.name()).isEqualTo("io.github.shutdown4j");
            assertThat(module.exports())
                    .extracting(ModuleDescriptor.Exports::source, ModuleDescriptor.Exports::targets)
                    .containsExactlyInAnyOrder(
                            tuple("io.github.shutdown4j", Set.of()),
                            tuple("io.github.shutdown4j.checkpoint", Set.of()),
                            tuple("io.github.shutdown4j.config", Set.of()),
                            tuple("io.github.shutdown4j.connections", Set.of()),
                            tuple("io.github.shutdown4j.events", Set.of()),
                            tuple("io.github.shutdown4j.reload", Set.of()),
                            tuple("io.github.shutdown4j.report", Set.of()),
                            tuple("io.github.shutdown4j.resources", Set.of()),
                            tuple("io.github.shutdown4j.services", Set.of()),
                            tuple("io.github.shutdown4j.trigger", Set.of()),
                            tuple(
                                    "io.github.shutdown4j.internal",
                                    Set.of("io.github.shutdown4j.systemd", "io.github.shutdown4j.testing")));
            assertThat(module.opens()).isEmpty();
        }
    }

    /** Whatever is added here may need a line in the metadata for native images, see {@link NativeMetadataTest}. */
    @Test
    void noOtherClassIsLookedUpByName() {
        Set<String> found = new TreeSet<>();
        Imported.CLASSES.forEach(type -> type.getCodeUnits().forEach(unit -> lookUps(unit, found)));
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "Call Class.getMethod", // of foreign futures, which an image must register
                        "HttpClientResource Class.forName", // with constant names
                        "HttpClientResource Class.getMethod",
                        "JfrEvents Class.forName", // for the warm-up alone
                        "PoolResource Class.getMethod", // without it an image only does not count connections
                        "PreloadList Class.forName", // not within an image
                        "Writer Class.forName"); // of the management bean; without it a report has fewer stacks
    }

    private static void lookUps(JavaCodeUnit unit, Set<String> found) {
        unit.getCallsFromSelf().forEach(call -> {
            String method = call.getTarget().getName();
            var owner = call.getTargetOwner();
            boolean byName = owner.isEquivalentTo(Class.class) && LOOK_UPS.contains(method)
                    || owner.isEquivalentTo(Proxy.class) && method.equals("newProxyInstance")
                    || owner.isEquivalentTo(ServiceLoader.class) && method.equals("load");
            if (byName) {
                found.add(unit.getOwner().getSimpleName() + " " + owner.getSimpleName() + "." + method);
            }
        });
    }
}
