// SPDX-License-Identifier: Apache-2.0
package io.github.stray;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.stray.store.AtomicFile;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.stray");

    @Test
    void importer_findsTheModule() {
        assertThat(CLASSES.size()).isGreaterThan(60);
    }

    @Test
    void core_doesNotPrint() {
        noClasses().should().accessField(System.class, "out").check(CLASSES);
        noClasses().should().accessField(System.class, "err").check(CLASSES);
        noClasses().should().callMethod(System.class, "exit", int.class).check(CLASSES);
    }

    @Test
    void core_isSeededAndKnowsTheTimeOnlyInProvenance() {
        noClasses().should().callMethod(Math.class, "random").check(CLASSES);
        noClasses().should().callConstructor(java.util.Random.class).check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.stray.provenance..")
                .and()
                .doNotBelongToAnyOf(AtomicFile.class) // tells stale temporary files by their age
                .and()
                .doNotHaveFullyQualifiedName(
                        "io.github.stray.store.FileStamp") // waits until a file's time tells changes
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void core_needsNothingButJson() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..", "picocli..", "java.awt..", "javax.imageio..")
                .check(CLASSES);
    }
}
