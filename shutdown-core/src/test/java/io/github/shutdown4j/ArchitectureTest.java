package io.github.shutdown4j;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.time.Instant;
import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/** The arrows between the parts point one way. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.shutdown4j");

    /** The blocks: each knows the values and the mechanisms, none knows another. */
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
    void onlyTheCoordinatorKnowsTwoBlocks() {
        for (Class<?> block : BLOCKS) {
            Class<?>[] others = BLOCKS.stream().filter(other -> other != block).toArray(Class<?>[]::new);
            Class<?>[] mayKnow = block == ShutdownTrigger.class
                    ? new Class<?>[] {SignalHandler.class} // a signal is brought to the trigger, by its user's wish
                    : new Class<?>[0];
            noClasses()
                    .that()
                    .belongToAnyOf(block)
                    .should()
                    .dependOnClassesThat(belongToAnyOf(others, block == SignalHandler.class))
                    .because("blocks are strangers to each other: " + block.getSimpleName() + " " + mayKnow.length)
                    .check(CLASSES);
        }
    }

    private static DescribedPredicate<JavaClass> belongToAnyOf(Class<?>[] classes, boolean signals) {
        List<String> names = java.util.Arrays.stream(classes)
                .filter(type -> !(signals && type == ShutdownTrigger.class))
                .map(Class::getName)
                .toList();
        return new DescribedPredicate<>("are another block") {
            @Override
            public boolean test(JavaClass type) {
                return names.contains(type.getName());
            }
        };
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
                .onlyCallMethodsThat(new DescribedPredicate<>("are not Instant.now") {
                    @Override
                    public boolean test(com.tngtech.archunit.core.domain.JavaMethod method) {
                        return !(method.getOwner().isEquivalentTo(Instant.class)
                                && method.getName().equals("now"));
                    }
                })
                .check(CLASSES);
    }

    @Test
    void exactExports() throws IOException {
        try (InputStream in = ShutdownCoordinator.class.getResourceAsStream("/module-info.class")) {
            ModuleDescriptor module = ModuleDescriptor.read(in);
            assertThat(module.name()).isEqualTo("io.github.shutdown4j");
            assertThat(module.exports())
                    .extracting(ModuleDescriptor.Exports::source)
                    .containsExactly("io.github.shutdown4j");
            assertThat(module.opens()).isEmpty();
        }
    }
}
