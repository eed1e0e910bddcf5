// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds all modules to the table of packages in ARCHITECTURE.md, and to what else holds among them. */
class ArchitectureTest {
    private static final String ROOT = "io.github.stray.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.stray");

    /** A row of the table; {@code everything} where it may use all rows above it, which {@code uses} then names. */
    record Row(String name, Set<String> uses, boolean everything, Set<String> above) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("..", "ARCHITECTURE.md"));
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        Set<String> above = new TreeSet<>();
        String table = document()
                .split("\\| package \\| purpose \\| may use \\|\n\\|---\\|---\\|---\\|\n", -1)[1]
                .split("\n\n", -1)[0];
        for (String line : table.split("\n", -1)) {
            String[] cells = line.split(" *\\| *", -1);
            boolean everything = cells[3].equals("all above");
            Set<String> uses = new TreeSet<>();
            if (everything) {
                uses.addAll(above);
            } else if (!cells[3].equals("-")) {
                uses.addAll(List.of(cells[3].split(", ")));
            }
            String name = cells[1].replace("`", "");
            rows.add(new Row(name, uses, everything, Set.copyOf(above)));
            above.add(name);
        }
        return rows;
    }

    @Test
    void table_hasARowForEachPackage() throws IOException {
        assertThat(rows())
                .extracting(Row::name)
                .hasSizeGreaterThan(30)
                .containsExactlyInAnyOrderElementsOf(CLASSES.stream()
                        .map(type -> type.getPackageName().substring(ROOT.length()))
                        .collect(toSet()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void package_usesOnlyWhatItsRowNames(Row row) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + row.name)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + ".")
                        .and(not(resideInAnyPackage(
                                row.uses.stream().map(ROOT::concat).toArray(String[]::new))))
                        .and(not(resideInAPackage(ROOT + row.name))))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void row_namesOnlyRowsAboveItAndOnlyWhatIsUsed(Row row) {
        assertThat(row.above).containsAll(row.uses);
        if (!row.everything) {
            assertThat(CLASSES.stream()
                            .filter(type -> type.getPackageName().equals(ROOT + row.name))
                            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                            .map(dependency -> dependency
                                    .getTargetClass()
                                    .getBaseComponentType()
                                    .getPackageName())
                            .filter(name -> name.startsWith(ROOT))
                            .map(name -> name.substring(ROOT.length())))
                    .containsAll(row.uses);
        }
    }

    @Test
    void document_namesFilesThatThereAre() throws IOException {
        assertThat(Pattern.compile("`([a-z/]+/[A-Za-z]+\\.java)`")
                        .matcher(document())
                        .results())
                .hasSizeGreaterThan(5)
                .allSatisfy(match -> assertThat(Path.of(
                                        "..", match.group(1).split("/", -1)[0], "src/main/java/io/github/stray")
                                .resolve(match.group(1).substring(match.group(1).indexOf('/') + 1)))
                        .exists());
    }

    @Test
    void openPoints_nameClassesThatThereAre() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String module : List.of("core", "graph", "vision", "text", "study", "cli")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src"))) {
                files.forEach(file -> names.add(file.getFileName().toString()));
            }
        }
        String document = Files.readString(Path.of("..", "docs", "adr", "0009-open-points-decided.md"));
        assertThat(names)
                .containsAll(Pattern.compile("`([A-Z]\\w+)`")
                        .matcher(document)
                        .results()
                        .map(match -> match.group(1) + ".java")
                        .toList());
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.github.stray.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void libraries_doNotKnowTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.stray.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..")
                .check(CLASSES);
    }

    /** The libraries say what is lacking; what to type is said by {@link Remedies}. */
    @Test
    void libraries_texts_nameNoFlag() throws IOException {
        var flag = Pattern.compile("(?<![\\w-])(--[a-z]|-[a-zA-Z](?![\\w%-]))");
        // Flags of Java, of which -D%s is one too, and of a program of others.
        var foreign = Pattern.compile("--add-modules|--enable-native-access|'optimum-cli [^']*'");
        List<String> texts = new ArrayList<>();
        for (JavaClass type : CLASSES) {
            if (!type.getPackageName().startsWith(ROOT + "cli")) {
                texts.addAll(constants(type.getSource().orElseThrow().getUri().toURL()));
            }
        }
        for (String catalogue : List.of("vision/data/datasets.json", "vision/hub/catalogue.json")) {
            texts.add(Files.readString(Path.of("../vision/src/main/resources/io/github/stray", catalogue)));
        }
        assertThat(texts).hasSizeGreaterThan(3000);
        assertThat(texts.stream()
                        .filter(text -> flag.matcher(foreign.matcher(text).replaceAll(""))
                                .find()))
                .isEmpty();
    }

    private static List<String> constants(URL classFile) throws IOException {
        List<String> texts = new ArrayList<>();
        try (InputStream in = classFile.openStream()) {
            for (PoolEntry entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
                if (entry instanceof StringEntry text) {
                    texts.add(text.stringValue());
                }
            }
        }
        return texts;
    }

    @Test
    void standardOutputAndExit_belongToTheCommandLine() {
        var libraries = noClasses().that().resideOutsideOfPackage("io.github.stray.cli..");
        libraries.should().accessField(System.class, "out").check(CLASSES);
        libraries.should().accessField(System.class, "err").check(CLASSES);
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
    void innards_areNotTouchedByTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("io.github.stray.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..", "io.github.stray.internal..")
                .check(CLASSES);
    }
}
