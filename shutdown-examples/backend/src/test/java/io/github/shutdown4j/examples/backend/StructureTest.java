package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.time.Duration;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class StructureTest {

    @Test
    void durationsAreDividedAndMultipliedWithoutDecimals() { // their first use costs a stop up to 80 ms on Java 25
        noClasses()
                .should()
                .callMethod(Duration.class, "dividedBy", long.class)
                .orShould()
                .callMethod(Duration.class, "multipliedBy", long.class)
                .check(new ClassFileImporter().importPath(Path.of("target", "classes")));
    }
}
