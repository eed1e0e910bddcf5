// SPDX-License-Identifier: Apache-2.0
package io.github.stray;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
    void packages_dependOnlyDownwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("tensor")
                .definedBy("io.github.stray.tensor..")
                .layer("feature")
                .definedBy("io.github.stray.feature..")
                .layer("extract")
                .definedBy("io.github.stray.extract..")
                .layer("score")
                .definedBy("io.github.stray.score..")
                .layer("threshold")
                .definedBy("io.github.stray.threshold..")
                .layer("metric")
                .definedBy("io.github.stray.metric..")
                .layer("accuracy")
                .definedBy("io.github.stray.accuracy..")
                .layer("projection")
                .definedBy("io.github.stray.projection..")
                .layer("linalg")
                .definedBy("io.github.stray.internal.linalg..")
                .layer("provenance")
                .definedBy("io.github.stray.provenance..")
                .layer("language")
                .definedBy("io.github.stray.language..")
                .layer("probe")
                .definedBy("io.github.stray.probe..")
                .layer("detect")
                .definedBy("io.github.stray.detect..")
                .layer("audit")
                .definedBy("io.github.stray.audit..")
                .layer("store")
                .definedBy("io.github.stray.store..")
                .layer("report")
                .definedBy("io.github.stray.report..")
                .whereLayer("tensor")
                .mayNotAccessAnyLayer()
                .whereLayer("score")
                .mayNotAccessAnyLayer()
                .whereLayer("provenance")
                .mayNotAccessAnyLayer()
                .whereLayer("linalg")
                .mayOnlyAccessLayers("tensor", "feature")
                .whereLayer("feature")
                .mayOnlyAccessLayers("tensor")
                .whereLayer("extract")
                .mayOnlyAccessLayers("feature", "tensor")
                .whereLayer("threshold")
                .mayOnlyAccessLayers("score")
                .whereLayer("metric")
                .mayOnlyAccessLayers("score")
                .whereLayer("language")
                .mayOnlyAccessLayers("tensor", "feature", "linalg")
                .whereLayer("probe")
                .mayOnlyAccessLayers("tensor", "feature", "linalg", "language")
                .whereLayer("accuracy")
                .mayOnlyAccessLayers("feature", "linalg")
                .whereLayer("projection")
                .mayOnlyAccessLayers("feature", "linalg")
                .whereLayer("detect")
                .mayOnlyAccessLayers(
                        "tensor", "feature", "score", "threshold", "linalg", "provenance", "language", "probe")
                .whereLayer("audit")
                .mayOnlyAccessLayers(
                        "feature", "score", "metric", "accuracy", "linalg", "language", "probe", "threshold")
                .whereLayer("store")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("report")
                .mayNotBeAccessedByAnyLayer()
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.github.stray.(**)").should().beFreeOfCycles().check(CLASSES);
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
