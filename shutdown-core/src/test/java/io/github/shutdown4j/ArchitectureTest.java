package io.github.shutdown4j;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The arrows between the parts point one way. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.shutdown4j");

    /** The blocks: each knows the values and the mechanisms, none knows another, not even by way of its helpers. */
    private static final List<Class<?>> BLOCKS = List.of(
            SignalHandler.class,
            ShutdownTrigger.class,
            Reloader.class,
            ServiceGroup.class,
            EventQueue.class,
            ConnectionTracker.class,
            ResourceManager.class,
            CheckpointStore.class,
            ShutdownConfig.class);

    @Test
    void mechanismsKnowNothingOfShutdown() {
        noClasses()
                .that()
                .resideInAPackage("..internal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.shutdown4j")
                .check(CLASSES);
    }

    @Test
    void flightRecorderIsKnownToOneClass() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.internal\\.FlightEvents.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.jfr..")
                .check(CLASSES);
    }

    @Test
    void blocksAreStrangersToEachOther() {
        for (Class<?> block : BLOCKS) {
            noClasses()
                    .that()
                    .belongToAnyOf(block)
                    .should()
                    .transitivelyDependOnClassesThat(areBlocksOtherThan(block))
                    .check(CLASSES);
        }
    }

    /** A signal may be brought to a trigger; that is all that one block has of another. */
    private static DescribedPredicate<JavaClass> areBlocksOtherThan(Class<?> block) {
        Set<Class<?>> others = new HashSet<>(BLOCKS);
        others.remove(block);
        if (block == SignalHandler.class) {
            others.remove(ShutdownTrigger.class);
        }
        return DescribedPredicate.describe("are blocks other than " + block.getSimpleName(), type -> others.stream()
                .anyMatch(type::isEquivalentTo));
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
                .check(CLASSES);
    }

    @Test
    @DisplayName("scenario 50: the wall clock is only written down, never computed with")
    void wallClockIsForPeopleOnly() {
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
        classes()
                .that()
                .haveSimpleNameNotContaining("Checkpoint")
                .and()
                .doNotBelongToAnyOf(CoordinatorRun.class, WarmUp.class)
                .should()
                .onlyCallMethodsThat(DescribedPredicate.describe(
                        "are not Instant.now",
                        method -> !(method.getOwner().isEquivalentTo(Instant.class)
                                && method.getName().equals("now"))))
                .check(CLASSES);
    }

    @Test
    void jacksonDatabindIsKnownToTheMappingOnly() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.Json(Codec|Mapping|Optionals|PrimitiveOptionals|Types)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind..")
                .check(CLASSES);
    }

    @Test
    void noTypeOfJacksonIsPartOfTheApi() {
        List<JavaClass> api = CLASSES.stream().filter(ArchitectureTest::isApi).toList();
        assertThat(api).extracting(JavaClass::getSimpleName).contains("CheckpointStore", "Builder");
        for (JavaClass type : api) {
            assertThat(typesInSignatures(type))
                    .as(type.getName())
                    .extracting(JavaClass::getPackageName)
                    .noneMatch(name -> name.startsWith("com.fasterxml."));
        }
    }

    private static boolean isApi(JavaClass type) {
        return type.getPackageName().equals("io.github.shutdown4j")
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
                            tuple(
                                    "io.github.shutdown4j.internal",
                                    Set.of("io.github.shutdown4j.systemd", "io.github.shutdown4j.testing")));
            assertThat(module.opens()).isEmpty();
        }
    }
}
