// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MemorySourceTest {
    private static final byte[] ONE = {1};

    private static List<String> ids(DatasetSource source) throws IOException {
        var ids = new ArrayList<String>();
        try (SampleIterator samples = source.open()) {
            samples.forEachRemaining(sample -> ids.add(sample.id()));
        }
        return ids;
    }

    @Test
    void of_mapChangedLater_keepsWhatItWasGiven() throws IOException {
        var images = new LinkedHashMap<String, byte[]>();
        images.put("b", ONE);
        images.put("a", new byte[] {2, 3});
        DatasetSource source = DatasetSource.of("uploads", images);
        images.clear();
        assertThat(ids(source)).containsExactly("b", "a");
        assertThat(ids(source)).as("may be opened again").hasSize(2);
        assertThat(source.size()).isEqualTo(2);
        try (SampleIterator samples = source.open()) {
            assertThat(((Encoded) samples.next().content()).read()).isSameAs(ONE);
        }
    }

    @Test
    void version_otherBytesOfOneSize_differs() {
        DatasetSource one = DatasetSource.of("x", Map.of("a", ONE));
        DatasetSource other = DatasetSource.of("x", Map.of("a", new byte[] {7}));
        assertThat(other.fingerprint()).isEqualTo(one.fingerprint());
        assertThat(other.version()).isNotEqualTo(one.version());
        assertThat(DatasetSource.of("x", Map.of("a", new byte[2])).fingerprint())
                .isNotEqualTo(one.fingerprint());
    }

    @Test
    void of_sameIdTwiceOrLabelWithoutName_isRefused() {
        var pixels = new Pixels(1, 1, new byte[3]);
        var sample = new Sample("a", OptionalInt.of(1), pixels);
        assertThatThrownBy(() -> DatasetSource.of("x", List.of(sample, sample), List.of("cat", "dog")))
                .hasMessage("x holds a twice; every image needs an id of its own");
        assertThatThrownBy(() -> DatasetSource.of("x", List.of(sample), List.of("cat")))
                .hasMessage("label 1 of a has no name: 1 class names were given");
        assertThat(DatasetSource.of("x", List.of(sample), List.of("cat", "dog")).classNames())
                .containsExactly("cat", "dog");
    }

    @Test
    void version_unreadableSample_isThere() {
        var lost = new Sample("a", OptionalInt.empty(), (Encoded) () -> {
            throw new IOException("gone");
        });
        assertThat(DatasetSource.of("x", List.of(lost), List.of()).version()).hasSize(64);
    }
}
