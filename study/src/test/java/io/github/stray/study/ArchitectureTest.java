// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
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

    @Test
    void packages_haveNoCycles_andResultsDoNotKnowTheRunner() {
        ArchRule free = SlicesRuleDefinition.slices()
                .matching("io.github.stray.study.(*)..")
                .should()
                .beFreeOfCycles();
        free.check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage("..study.result..", "..study.suite..", "..study.cache..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..study.run..")
                .check(CLASSES);
    }
}
