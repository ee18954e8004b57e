package io.github.shutdown4j.systemd;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/** The public types of this module, and its dependencies. */
class StructureTest {

    private static final Path CLASSES = Path.of("target", "classes");
    private static final String PACKAGE = "io.github.shutdown4j.systemd";

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        // The names of referenced classes are sufficient.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        classes = new ClassFileImporter().importPath(CLASSES);
    }

    @AfterAll
    static void reset() {
        ArchConfiguration.get().reset();
    }

    @Test
    void theModuleExportsOnePackage() throws Exception {
        try (InputStream file = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
            ModuleDescriptor module = ModuleDescriptor.read(file);
            assertThat(module.exports()).hasSize(1).allMatch(e -> e.source().equals(PACKAGE) && !e.isQualified());
            assertThat(module.opens()).isEmpty();
            assertThat(module.requires())
                    .extracting(ModuleDescriptor.Requires::name)
                    .containsExactlyInAnyOrder("java.base", "io.github.shutdown4j", "com.sun.jna", "org.jspecify");
        }
    }

    @Test
    void thePublicTypesAreThese() {
        Set<String> names = classes.stream()
                .filter(type ->
                        type.getModifiers().stream().anyMatch(m -> m.name().equals("PUBLIC")))
                .filter(type -> type.getEnclosingClass().isEmpty())
                .map(type -> type.getSimpleName())
                .filter(name -> !name.equals("package-info"))
                .collect(Collectors.toSet());
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "SystemdMessage",
                        "NotifyAccess",
                        "NotifyResult",
                        "SystemdNotifier",
                        "SystemdWatchdog",
                        "SystemdWatchdogBuilder",
                        "WatchdogPolicy",
                        "SystemdListener",
                        "SystemdListenerBuilder",
                        "ActivatedSocket",
                        "PassedDescriptor");
        assertThat(Modifier.isFinal(SystemdListener.class.getModifiers())).isTrue();
    }

    @Test
    void onlyOneClassKnowsJna() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(LibC.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(classes);
    }

    @Test // clock jumps: only the monotonic clock counts
    void theWallClockIsNotRead() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe("reads the wall clock", call -> {
                    JavaClass owner = call.getTarget().getOwner();
                    return owner.isAssignableTo(Clock.class)
                            || owner.isEquivalentTo(Date.class)
                            || (call.getTarget().getName().equals("now")
                                    && owner.getPackageName().equals("java.time"));
                }))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(classes);
    }

    @Test
    void durationsAreDividedAndMultipliedWithoutDecimals() { // their first use costs a stop up to 80 ms on Java 25
        noClasses()
                .should()
                .callMethod(Duration.class, "dividedBy", long.class)
                .orShould()
                .callMethod(Duration.class, "multipliedBy", long.class)
                .check(classes);
    }

    @Test
    void theListenerAloneKnowsTheCoordinatorsTypes() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(SystemdListener|SystemdListenerBuilder|StatusText)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.shutdown4j")
                .check(classes);
    }
}
