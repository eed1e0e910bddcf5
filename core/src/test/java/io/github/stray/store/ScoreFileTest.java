// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.detect.Detection;
import io.github.stray.detect.Neighbour;
import io.github.stray.extract.OneLineId;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import io.github.stray.tensor.ElementType;
import io.github.stray.threshold.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreFileTest {
    @TempDir
    Path folder;

    private static Detection detection(String id, double score) {
        return new Detection(id, score, Optional.empty(), OptionalDouble.empty(), OptionalInt.empty(), List.of());
    }

    private Path csv(String text) throws IOException {
        return Files.writeString(folder.resolve("s.csv"), text);
    }

    private Path jsonl(String text) throws IOException {
        return Files.writeString(folder.resolve("s.jsonl"), text);
    }

    @Test
    void write_allColumns_areNamedAsInTheContract() throws IOException {
        var columns = new ScoreWriter.Columns(true, List.of("cat", "a \"b\", c"), true, 2);
        var detection = new Detection(
                "x,1",
                -0.1,
                Optional.of(Verdict.OUT),
                OptionalDouble.of(0.05),
                OptionalInt.of(1),
                List.of(new Neighbour("n\n1", 3, 0.5)));
        var csv = new ByteArrayOutputStream();
        var jsonl = new ByteArrayOutputStream();
        ScoreWriter csvWriter = ScoreWriter.to(csv, ScoreFormat.CSV, columns);
        ScoreWriter jsonWriter = ScoreWriter.to(jsonl, ScoreFormat.JSON_LINES, columns);
        for (ScoreWriter writer : List.of(csvWriter, jsonWriter)) {
            writer.write(detection, "id");
            writer.write(detection("y", Double.NEGATIVE_INFINITY), "ood");
            writer.commit();
            assertThatThrownBy(() -> writer.write(detection)).hasMessageContaining("'set'");
            assertThatThrownBy(() -> writer.write(detection("z", Double.NaN), "id"))
                    .hasMessage("the score of sample 'z' is NaN");
        }
        assertThat(csv.toString(StandardCharsets.UTF_8)).isEqualTo("""
                id,score,verdict,p_value,label,set,neighbour_1,similarity_1,neighbour_2,similarity_2
                "x,1",-0.1,out,0.05,"a ""b"", c",id,"n
                1",0.5,,
                y,-Infinity,,,,ood,,,,
                """);
        assertThat(jsonl.toString(StandardCharsets.UTF_8)).isEqualTo("""
                {"id":"x,1","score":-0.1,"verdict":"out","p_value":0.05,"label":"a \\"b\\", c","set":"id",\
                "neighbour_1":"n\\n1","similarity_1":0.5,"neighbour_2":null,"similarity_2":null}
                {"id":"y","score":"-Infinity","verdict":null,"p_value":null,"label":null,"set":"ood",\
                "neighbour_1":null,"similarity_1":null,"neighbour_2":null,"similarity_2":null}
                """);
        for (Path file :
                List.of(csv(csv.toString(StandardCharsets.UTF_8)), jsonl(jsonl.toString(StandardCharsets.UTF_8)))) {
            ScoreFile read = ScoreFile.readWithIds(file);
            assertThat(read.scores()).isEqualTo(Scores.of(-0.1, Double.NEGATIVE_INFINITY));
            assertThat(read.verdicts()).hasValue(new ScoreFile.VerdictCounts(0, 1));
            assertThat(read.ids()).hasValue(List.of("x,1", "y"));
            assertThat(read.sets()).containsExactly("id", "ood");
            assertThat(read.set("ood").scores()).isEqualTo(Scores.of(Double.NEGATIVE_INFINITY));
            assertThat(read.set("ood").ids()).hasValue(List.of("y"));
            assertThat(read.set("id").verdicts()).hasValue(new ScoreFile.VerdictCounts(0, 1));
            assertThatThrownBy(() -> read.set("x")).hasMessageContaining("it has [id, ood]");
        }
    }

    @ParameterizedTest
    @EnumSource(ScoreFormat.class)
    void write_labelOutsideTheClassNames_writesNothingOfTheRow(ScoreFormat format) throws IOException {
        var out = new ByteArrayOutputStream();
        ScoreWriter writer = ScoreWriter.to(out, format, new ScoreWriter.Columns(true, List.of("cat"), false, 0));
        for (int label : new int[] {1, -1}) {
            var outside =
                    new Detection("x", 1, Optional.empty(), OptionalDouble.empty(), OptionalInt.of(label), List.of());
            assertThatThrownBy(() -> writer.write(outside))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "label %d of sample 'x' is none of the 1 class names, numbered from 0".formatted(label));
        }
        writer.write(detection("y", 2));
        writer.commit();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        format == ScoreFormat.CSV
                                ? "id,score,verdict,p_value,label\ny,2.0,,,\n"
                                : "{\"id\":\"y\",\"score\":2.0,\"verdict\":null,\"p_value\":null,\"label\":null}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r.csv", "r.jsonl"})
    void read_writtenScores_areTheSameBitForBit(String name) throws IOException {
        Path file = folder.resolve(name);
        var random = new Random(42);
        double[] scores = new double[5000];
        try (ScoreWriter writer = ScoreWriter.create(file, ScoreWriter.Columns.none())) {
            for (int i = 0; i < scores.length; i++) {
                double score = Double.longBitsToDouble(random.nextLong());
                scores[i] = Double.isNaN(score) ? 0 : score;
                writer.write(detection("s" + i, scores[i]));
            }
            assertThat(file).doesNotExist();
            writer.commit();
        }
        assertThat(ScoreFile.read(file).scores().toArray()).isEqualTo(scores);
        assertThat(ScoreFile.read(file).ids()).isEmpty();
        assertThat(ScoreFile.read(file).verdicts()).isEmpty();
        assertThat(OutputGuard.writtenByStray(file)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "score\n1\n-2.5\ninf\n",
                "score\n1.\n-.25E+1\n+INF\n",
                "\uFEFFscore\r\n1\r\n-2.5\r\n+Infinity\r\n\r\n\r\n",
                "id,score,\"no\nte\"\n\"a,\"\"\",1.0,\na,-25e-1,\"x\ny\"\n,INF,",
                "x, score \n1,\" 1 \"\n1,-2.5\n1,Infinity\n\n",
            })
    void read_csvOfOtherPrograms_isUnderstood(String text) throws IOException {
        assertThat(ScoreFile.read(csv(text)).scores()).isEqualTo(Scores.of(1, -2.5, Double.POSITIVE_INFINITY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | is empty, expected a header with a column 'score'",
                "1.5~2.5 | line 1: no column 'score' in the header [1.5]",
                "score,score~1,2 | two columns are called 'score'",
                "score~1~nan | line 3: the score is NaN",
                "score~1~x | line 3: the score 'x' is no number",
                "score~0x1p3 | line 2: the score '0x1p3' is no number",
                "score~1f | line 2: the score '1f' is no number",
                "score~1e | line 2: the score '1e' is no number",
                "score~1.2.3 | line 2: the score '1.2.3' is no number",
                "score~~1 | line 2 is blank, and rows follow",
                "score,id~1,a~2 | line 3 has 1 fields, the header 2",
                "score,id~1,\"a~b\"~2 | line 4 has 1 fields, the header 2",
                "score,id~,a | line 2: no score",
                "score,verdict~1,maybe | line 2: the verdict 'maybe' is neither 'in' nor 'out'",
                "score,id~1,\"a | truncated: it ends inside the quoted field of line 2",
                "score,id~1,\"a\"b | line 2: 'b' follows a closing quote",
            })
    void read_badCsv_namesTheLine(String text, String problem) throws IOException {
        Path file = csv(text.replace('~', '\n'));
        assertThatThrownBy(() -> ScoreFile.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"score\":1}~{\"id\":\"a\"} | line 2: no score",
                "{\"score\":1}~~{\"score\":1} | line 2 is blank, and rows follow",
                "{\"score\":1}~7 | line 2 is no JSON object",
                "{\"score\":1}~{\"score\":NaN} | on line 2",
                "{\"score\":1}~{\"score\":\"nan\"} | line 2: the score is NaN",
                "{\"score\":null} | line 1: the score is no number",
                "{\"score\":1}~{\"score\":-1e999} | line 2: the score is beyond the range of double",
                "{\"score\":\"1e999\"} | line 1: the score is beyond the range of double",
                "{\"score\":1,\"id\":\"a\",\"id\":\"b\"} | line 1: the key 'id' is given twice",
                "{\"score\":1,\"score\":1} | line 1: the key 'score' is given twice",
                "{\"score\":1},{\"score\":2} | 1 lines hold 2 JSON objects",
                "{\"score\":1}~{\"score\": | line 2",
                "{\"score\":1}] garbage | line 1 closes a bracket that it does not open",
                "{\"score\":1,\"a\":\"\\\"]\"}~{\"score\":1}]~ | line 2 closes a bracket that it does not open",
                "{\"score\":1},{\"score\":2,\"a\":[1~2]} | line 2 closes a bracket that it does not open",
                "{\"score\":1,\"a\":\"~\"}~ | not JSON lines",
                "[[[[ | no JSON object",
                "{\"score\":1}~{\"a\":%s | line 2: nested more than 64 deep",
            })
    void read_badJsonLines_namesTheLine(String text, String problem) throws IOException {
        Path file = jsonl(text.replace('~', '\n').replace("%s", "[".repeat(100_000)));
        assertThatThrownBy(() -> ScoreFile.read(file))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void readWithIds_csvInLatin1_namesFieldAndLine() throws IOException {
        Path file = folder.resolve("latin1.csv");
        Files.writeString(file, "id,score\na,1\n\u00e9,2\n", StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> ScoreFile.readWithIds(file))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("field 1 of line 3 is not UTF-8");
    }

    @Test
    void read_jsonLinesWithNestedValuesAndBlankEnd_isUnderstood() throws IOException {
        Path file = jsonl("\uFEFF{\"a\":[1,{\"score\":2}],\"score\":1}\r\n{\"score\":\"-inf\",\"id\":null}\n\n");
        assertThat(ScoreFile.read(file).scores()).isEqualTo(Scores.of(1, Double.NEGATIVE_INFINITY));
        assertThat(ScoreFile.read(jsonl("")).scores().size()).isZero();
    }

    @Test
    void create_unknownSuffix_isRefused() {
        assertThatThrownBy(() -> ScoreWriter.create(folder.resolve("s.json"), ScoreWriter.Columns.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scores are written as .csv or .jsonl");
    }

    @ParameterizedTest
    @CsvSource({"x.npz, NumPy archive", "x.pt, PyTorch pickle", "x.pkl, Python pickle"})
    void read_formatsOfOthers_areRefusedWithTheWayOut(String name, String what) {
        assertThatThrownBy(() -> ScoreFile.read(folder.resolve(name)))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining(what);
    }

    @ParameterizedTest
    @CsvSource({"d.stray, SCORE_WITH", "f.safetensors, SCORE"})
    void read_detectorOrFeatures_areToBeScoredFirst(String name, Remedy remedy) throws IOException {
        Path file = folder.resolve(name);
        assertThatThrownBy(() -> ScoreFile.read(file)).isInstanceOf(NoSuchFileException.class);
        Files.writeString(file, "any");
        assertThatThrownBy(() -> ScoreFile.read(file)).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.remedy()).isEqualTo(remedy);
            assertThat(refused.about()).isEqualTo(file.toString());
        });
    }

    @Test
    void read_npy_isTheScores() throws IOException {
        Path file = folder.resolve("s.NPY");
        npy(file, 2, 0.5f, -1, Float.POSITIVE_INFINITY);
        ScoreFile read = ScoreFile.readWithIds(file);
        assertThat(read.path()).isEqualTo(file);
        assertThat(read.scores()).isEqualTo(Scores.of(2, 0.5, -1, Double.POSITIVE_INFINITY));
        assertThat(read.ids()).isEmpty();
        assertThat(read.verdicts()).isEmpty();
        npy(file, 1, Float.NaN);
        assertThatThrownBy(() -> ScoreFile.read(file)).hasMessageEndingWith("the score of row 1 is NaN");
        try (NpyWriter writer = NpyWriter.create(file, ElementType.F32, 2)) {
            writer.floats(new float[2], 0, 2);
            writer.commit();
        }
        assertThatThrownBy(() -> ScoreFile.read(file)).hasMessageContaining("must be one-dimensional floating point");
        try (NpyWriter writer = NpyWriter.create(file, ElementType.I64)) {
            writer.longs(1);
            writer.commit();
        }
        assertThatThrownBy(() -> ScoreFile.read(file)).hasMessageContaining("must be one-dimensional floating point");
    }

    private static void npy(Path file, float... values) throws IOException {
        try (NpyWriter writer = NpyWriter.create(file, ElementType.F32)) {
            writer.floats(values, 0, values.length);
            writer.commit();
        }
    }

    @Test
    void read_columnsInAnyOrder_areFoundAndCounted() throws IOException {
        ScoreFile verdicts = ScoreFile.read(csv("verdict,score\nin,1\nout,2\n"));
        assertThat(verdicts.verdicts()).hasValue(new ScoreFile.VerdictCounts(1, 1));
        ScoreFile sets = ScoreFile.readWithIds(csv("set,id,score\nb,x,1\na,y,2\nb,z,3\n"));
        assertThat(sets.sets()).containsExactly("b", "a");
        assertThat(sets.set("b").ids()).hasValue(List.of("x", "z"));
        assertThat(sets.verdicts()).isEmpty();
    }

    /** Names of files as strangers make them; {@code \\u000A} in one is a name that looks like an id. */
    private static final List<String> NAMES = List.of(
            "a\tb", "a\nb", "a\r\nb", "a\"b\"", "a,b", " a ", "=1+1", "a\u001bb", "a\\u000Ab", "a\\b", "\u8868\u202e");

    @ParameterizedTest
    @ValueSource(strings = {"s.csv", "s.jsonl"})
    void write_anyName_isReadBackAsTheSameId(String name) throws IOException {
        Path file = folder.resolve(name);
        List<String> ids = NAMES.stream().map(OneLineId::of).toList();
        try (ScoreWriter writer = ScoreWriter.create(file, ScoreWriter.Columns.none())) {
            for (String id : ids) {
                writer.write(detection(id, 1));
            }
            writer.commit();
        }
        assertThat(ScoreFile.readWithIds(file).ids()).hasValue(ids);
        String text = Files.readString(file);
        assertThat(text).contains(name.endsWith("csv") ? "\"a\nb\",1.0" : "{\"id\":\"a\\nb\",\"score\":1.0");
        assertThat(text).doesNotContain("\u001b");
    }

    @Test
    void write_forSpreadsheets_leavesNoFormula() throws IOException {
        var out = new ByteArrayOutputStream();
        var columns = new ScoreWriter.Columns(true, List.of("@cat"), true, 1);
        ScoreWriter writer = ScoreWriter.to(out, ScoreFormat.CSV, columns).forSpreadsheets();
        for (String id : List.of("=1+1", "+1", "-1", "@x", "\\u0009=1", "a;=1", "a=1", "\"=1")) {
            var detection = new Detection(
                    id,
                    -1,
                    Optional.of(Verdict.OUT),
                    OptionalDouble.of(0.5),
                    OptionalInt.of(0),
                    List.of(new Neighbour(id, 0, -0.5)));
            writer.write(detection, "+set");
        }
        writer.commit();
        String rest = ",-1.0,\"out\",0.5,\"'@cat\",\"'+set\",";
        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(1))
                .containsExactly(
                        "\"'=1+1\"" + rest + "\"'=1+1\",-0.5",
                        "\"'+1\"" + rest + "\"'+1\",-0.5",
                        "\"'-1\"" + rest + "\"'-1\",-0.5",
                        "\"'@x\"" + rest + "\"'@x\",-0.5",
                        "\"'\t=1\"" + rest + "\"'\t=1\",-0.5",
                        "\"a;=1\"" + rest + "\"a;=1\",-0.5",
                        "\"a=1\"" + rest + "\"a=1\",-0.5",
                        "\"\"\"=1\"" + rest + "\"\"\"=1\",-0.5");
    }

    @Test
    void read_longLines_areRefusedBeforeTheyFillMemory() throws IOException {
        Path file = folder.resolve("s.jsonl");
        String row = "{\"score\":1}\n";
        Files.writeString(file, row + "{\"score\":1,\"x\":\"" + "y".repeat(LineLimit.LONGEST) + "\"}\n");
        assertThatThrownBy(() -> ScoreFile.read(file))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessage(file + ": line 2 is longer than 16,777,216 characters");
        Files.writeString(file, row.repeat(LineLimit.LONGEST / row.length() + 1));
        assertThat(ScoreFile.read(file).scores().size()).isGreaterThan(1_000_000);
        assertThatThrownBy(() -> ScoreFile.read(csv("score\n" + ",".repeat(1 << 21))))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("line 2 has more than 1,048,576 fields");
    }

    /** Sets may be named from some row on only, and the arrays of rows grow apart. */
    @Test
    void read_setsThatComeLate_countTheirRowsAlone() throws IOException {
        String plain = "{\"score\":1}\n".repeat(3000);
        String late = "{\"score\":2,\"set\":\"a\"}\n".repeat(2500) + "{\"score\":3,\"verdict\":\"out\"}\n".repeat(1500);
        ScoreFile read = ScoreFile.read(jsonl(plain + late));
        assertThat(read.scores().size()).isEqualTo(7000);
        assertThat(read.sets()).containsExactly("a");
        assertThat(read.set("a").scores())
                .isEqualTo(Scores.of(DoubleStream.generate(() -> 2).limit(2500).toArray()));
        assertThat(read.verdicts()).hasValue(new ScoreFile.VerdictCounts(0, 1500));
        assertThat(read.set("a").verdicts()).isEmpty();
    }
}
