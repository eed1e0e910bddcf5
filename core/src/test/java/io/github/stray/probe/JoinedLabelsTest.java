// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.remedy.Remedy;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JoinedLabelsTest {
    private static LinearHead head(int classes, String names) {
        return new LinearHead(
                FeatureMatrix.copyOf(new float[2 * classes], classes, 2),
                new float[classes],
                Optional.empty(),
                list(names),
                ProbeSets.space(2),
                SeenSamples.UNKNOWN);
    }

    private static FeatureSet samples(String labels, String names) {
        int[] values = list(labels).stream().mapToInt(Integer::parseInt).toArray();
        return ProbeSets.set(new float[2 * values.length], values, list(names));
    }

    private static List<String> list(String names) {
        return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    }

    /** Labels by the samples' names, and what they are in the head's. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    0 1 2   | ant bee cat | 3  | cat bee ant       | 2 1 0
                    0 1 2   | ant bee cat | 5  | dog cat elk bee ant | 4 3 1
                    1 1     | ant bee cat | 2  | bee cat           | 0 0
                    0 1     | crane ox    | 2  | crane ox          | 0 1
                    0 1     | crane crane | 2  | crane crane       | 0 1
                    0 2     | ``          | 3  | ``                | 0 2
                    0 1     | White_Shark Tench | 3 | crane tench,tinca great-white-shark,white-shark | 2 1
                    0       | maillot     | 2  | maillot,tank maillot | 1
                    2 3 4   | 0 1 10 11 2 | 12 | ``                | 10 11 2
                    2 3 4   | 0 1 10 11 2 | 5  | 2 11 10 1 0       | 2 1 0
                    0 1     | 007 010     | 12 | ``                | 7 10
                    0 1     | 7 3         | 12 | LABEL_0 LABEL_1 LABEL_2 LABEL_3 LABEL_4 LABEL_5 LABEL_6 LABEL_7 LABEL_8 LABEL_9 LABEL_10 LABEL_11 | 7 3
                    2       | ``          | 3  | 2 1 0             | 0
                    """)
    void of_whatNamesOrNumbersSay_assumesNothing(
            String labels, String names, int classes, String headNames, String expected) {
        JoinedLabels joined = JoinedLabels.of(head(classes, headNames), samples(labels, names));
        assertThat(joined.labels().toArray())
                .containsExactly(
                        list(expected).stream().mapToInt(Integer::parseInt).toArray());
        assertThat(joined.note()).isEmpty();
        assertThat(JoinedLabels.of(
                        head(classes, headNames), samples(labels, names).withLabels(joined.labels())))
                .isEqualTo(joined);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    0 2 | ``              | 3 | cat bee ant     | 0 2 | the samples' classes are numbers, and are taken for the numbers of the classes of the head, which begin with 'cat', 'bee', 'ant'
                    0 1 | 2 1             | 4 | cat bee ant dog | 2 1 | the samples' classes are numbers, and are taken for the numbers of the classes of the head, which begin with 'cat', 'bee', 'ant', ..
                    0 2 | ant bee cat dog | 4 | ``              | 0 2 | the head knows its classes by number only; they are taken for the samples' in their order, which begins with 'ant', 'bee', 'cat', ..
                    0 2 | ant bee cat     | 3 | 0 2 1           | 0 1 | the head knows its classes by number only; they are taken for the samples' in their order, which begins with 'ant', 'bee', 'cat'
                    """)
    void of_oneSideKnownByNumber_saysWhatItAssumes(
            String labels, String names, int classes, String headNames, String expected, String note) {
        JoinedLabels joined = JoinedLabels.of(head(classes, headNames), samples(labels, names));
        assertThat(joined.labels().toArray())
                .containsExactly(
                        list(expected).stream().mapToInt(Integer::parseInt).toArray());
        assertThat(joined.note()).contains(note);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    0 1 | ant bee         | 3 | ``          | NONE              | the head has 3 classes without names, and the samples 'set' are of 2 ('ant', 'bee'): which is which is not known
                    0 1 | ant bee         | 3 | LABEL_0 LABEL_1 LABEL_2 | NONE  | the head has 3 classes without names
                    0 1 | ant bee         | 3 | cat bee dog | CLASSES_BY_NUMBER | sample 'sample-0' of 'set' is of class 'ant', which is none of the 3 classes of the head ('cat', 'bee', 'dog')
                    0 1 | ox crane        | 3 | crane ox crane | CLASSES_BY_NUMBER | sample 'sample-1' of 'set' is of class 'crane', which is more than one of the 3 classes of the head ('crane', 'ox', 'crane')
                    0 1 | Crane crab      | 3 | crane,bird crane,machine crab | CLASSES_BY_NUMBER | sample 'sample-0' of 'set' is of class 'Crane', which is more than one of the 3 classes of the head ('crane,bird', 'crane,machine', 'crab')
                    0 5 | ``              | 3 | ``          | NONE              | sample 'sample-1' of 'set' is of class '5', which is none of the 3 classes of the head ('0', '1', '2')
                    0 1 | 2018 2019       | 2 | old new     | NONE              | sample 'sample-0' of 'set' is of class '2018', which is none of the 2 classes of the head ('old', 'new')
                    """)
    void of_whatIsNotKnown_isRefused(
            String labels, String names, int classes, String headNames, Remedy remedy, String message) {
        assertThatThrownBy(() -> JoinedLabels.of(head(classes, headNames), samples(labels, names)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasFieldOrPropertyWithValue("remedy", remedy);
    }

    @Test
    void of_noLabels_isRefused() {
        assertThatThrownBy(() -> JoinedLabels.of(head(2, ""), samples("0", "").withoutLabels()))
                .hasMessage("samples 'set' have no labels");
    }

    @Test
    void byName_isEmptyUnlessEveryNameIsOneOfTheirs() {
        Labels own = Labels.of(new int[] {1, 0}, List.of("ant", "bee", "cat"));
        assertThat(JoinedLabels.byName(List.of("bee", "ant"), own).orElseThrow().toArray())
                .containsExactly(0, 1);
        assertThat(JoinedLabels.byName(own.classNames(), own)).contains(own);
        for (List<String> names : List.of(List.<String>of(), List.of("bee"), List.of("bee", "ant", "ant"))) {
            assertThat(JoinedLabels.byName(names, own)).isEmpty();
        }
        assertThat(JoinedLabels.byName(
                        List.of("0", "1"), Labels.of(IntStream.range(0, 2).toArray())))
                .isEmpty();
    }
}
