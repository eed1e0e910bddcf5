// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.stray.study");

    @Test
    void importer_findsTheModule() {
        assertThat(CLASSES.size()).isGreaterThan(40);
    }

    @Test
    void yaml_isReadInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.stray.study.suite..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(CLASSES);
    }

    @Test
    void study_usesTheInterfacesOfTheOthersAndDoesNotPrint() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.onnxruntime..",
                        "ai.djl..",
                        "io.github.stray.internal..",
                        "io.github.stray.cli..",
                        "picocli..")
                .check(CLASSES);
        noClasses().should().accessField(System.class, "out").check(CLASSES);
        noClasses().should().accessField(System.class, "err").check(CLASSES);
    }
}
