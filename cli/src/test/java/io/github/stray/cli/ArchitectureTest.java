// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What holds among the modules, looked at from the one that sees them all. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.stray");

    @Test
    void importer_findsAllModules() {
        assertThat(CLASSES.size()).isGreaterThan(200);
        assertThat(CLASSES.stream().map(type -> type.getPackageName()))
                .contains("io.github.stray.metric", "io.github.stray.vision.onnx", "io.github.stray.cli");
    }

    @Test
    void libraries_doNotKnowTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.stray.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.stray.cli..", "picocli..")
                .check(CLASSES);
    }

    @Test
    void standardOutputAndExit_belongToTheCommandLine() {
        var libraries = noClasses().that().resideOutsideOfPackage("io.github.stray.cli..");
        libraries.should().accessField(System.class, "out").check(CLASSES);
        libraries.should().callMethod(System.class, "exit", int.class).check(CLASSES);
        noClasses()
                .that()
                .doNotHaveSimpleName("Stray")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CLASSES);
    }

    @Test
    void commands_doNotTouchOnnxRuntimeOrTheInnards() {
        noClasses()
                .that()
                .resideInAPackage("io.github.stray.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..", "io.github.stray.internal..")
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.github.stray.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
