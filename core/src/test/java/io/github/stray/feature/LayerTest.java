// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTest {
    /** Files and cards hold these names. */
    @ParameterizedTest
    @CsvSource({"FEATURES, features, 2", "EMBEDDINGS, embeddings, 2", "LOGITS, logits, 2", "PATCHES, patches, 3"})
    void id_isTheNameInFilesAndMessages(Layer layer, String id, int rank) {
        assertThat(layer.id()).isEqualTo(id);
        assertThat(layer).hasToString(id);
        assertThat(Layer.of(id)).isEqualTo(layer);
        assertThat(layer.rank()).isEqualTo(rank);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "logit", "FEATURES", " features", "labels"})
    void of_anotherText_listsTheNames(String text) {
        assertThat(Layer.find(text)).isEmpty();
        assertThatThrownBy(() -> Layer.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'%s' is no name for a layer: expected features, embeddings, logits or patches", text);
    }

    @Test
    void join_keepsTheOrder() {
        assertThat(Layer.join(List.of(Layer.LOGITS, Layer.FEATURES))).isEqualTo("logits, features");
        assertThat(Layer.join(List.of())).isEmpty();
    }
}
