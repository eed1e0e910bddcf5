// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.stray.vision");

    @Test
    void importer_findsTheModule() {
        assertThat(CLASSES.size()).isGreaterThan(70);
    }

    @Test
    void onnxRuntime_isTouchedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.stray.vision.onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(CLASSES);
    }

    @Test
    void vision_doesNotPrintOrExit() {
        noClasses().should().accessField(System.class, "out").check(CLASSES);
        noClasses().should().accessField(System.class, "err").check(CLASSES);
        noClasses().should().callMethod(System.class, "exit", int.class).check(CLASSES);
    }

    @Test
    void vision_isSeeded() {
        noClasses().should().callMethod(Math.class, "random").check(CLASSES);
        noClasses().should().callConstructor(Random.class).check(CLASSES);
    }

    @Test
    void vision_doesNotKnowTheCommandLineOrTheReport() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.github.stray.cli..", "io.github.stray.report..", "io.github.stray.internal..", "picocli..")
                .check(CLASSES);
    }

    @Test
    void packages_dependOnlyDownwards() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.github.stray.vision.image..",
                        "io.github.stray.vision.dataset..",
                        "io.github.stray.vision.preprocess..",
                        "io.github.stray.vision.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.stray.vision.onnx..", "io.github.stray.vision.model..")
                .check(CLASSES);
    }

    @Test
    void hub_knowsNothingOfImages() {
        noClasses()
                .that()
                .resideInAPackage("io.github.stray.vision.hub..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.github.stray.vision..")
                        .and(not(resideInAnyPackage(
                                "io.github.stray.vision.hub..", "io.github.stray.vision.download.."))))
                .check(CLASSES);
    }

    @Test
    void downloads_knowNothingOfWhatIsFetched() {
        noClasses()
                .that()
                .resideInAPackage("io.github.stray.vision.download..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.github.stray.vision..")
                        .and(not(resideInAPackage("io.github.stray.vision.download.."))))
                .check(CLASSES);
    }

    @Test
    void network_isReachedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.stray.vision.download..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.github.stray.vision.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
