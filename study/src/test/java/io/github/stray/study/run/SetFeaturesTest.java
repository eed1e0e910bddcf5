// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.FailedSample;
import io.github.stray.store.FeatureFile;
import io.github.stray.study.TinyFeatures;
import io.github.stray.study.suite.SuiteSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetFeaturesTest {
    @TempDir
    Path folder;

    private String digest(FailedSample... failed) throws IOException {
        Path file = TinyFeatures.write(folder.resolve("photos.safetensors"), 6, 0, 1);
        var set = new SuiteSet(
                "photos",
                Optional.of("photos"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
        return new SetFeatures(
                        FeatureFile.read(file),
                        set,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        42,
                        "ab",
                        List.of(failed))
                .digest();
    }

    @Test
    void digest_dependsOnWhichSamplesFailed_notOnWhy() throws IOException {
        var failed = new FailedSample("a.heic", "libheif is not installed");
        assertThat(List.of(digest(), digest(failed), digest(failed, new FailedSample("b.heic", "is empty"))))
                .doesNotHaveDuplicates();
        assertThat(digest(new FailedSample("a.heic", "is damaged"))).isEqualTo(digest(failed));
    }
}
