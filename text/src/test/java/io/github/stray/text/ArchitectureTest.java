// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.stray.text");

    @Test
    void importer_findsTheModule() {
        assertThat(CLASSES.size()).isGreaterThan(7);
    }

    @Test
    void tokenizerLibrary_isTouchedInOneClass() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Tokenizer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void text_reachesOnnxRuntimeThroughVisionOnly_andDoesNotPrint() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..", "dev.langchain4j..", "io.github.stray.cli..", "picocli..")
                .check(CLASSES);
        noClasses().should().accessField(System.class, "out").check(CLASSES);
        noClasses().should().accessField(System.class, "err").check(CLASSES);
    }
}
