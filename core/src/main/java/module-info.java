// SPDX-License-Identifier: Apache-2.0
/**
 * Out-of-distribution detection on features: data types, detectors, thresholds, metrics and files, without an inference engine.
 */
@org.jspecify.annotations.NullMarked
module io.github.stray.core {
    requires static transitive org.jspecify;
    requires static jdk.incubator.vector;
    requires com.grack.nanojson;

    exports io.github.stray.tensor;
    exports io.github.stray.feature;
    exports io.github.stray.extract;
    exports io.github.stray.score;
    exports io.github.stray.metric;
    exports io.github.stray.accuracy;
    exports io.github.stray.audit;
    exports io.github.stray.inspect;
    exports io.github.stray.threshold;
    exports io.github.stray.language;
    exports io.github.stray.probe;
    exports io.github.stray.detect;
    exports io.github.stray.provenance;
    exports io.github.stray.remedy;
    exports io.github.stray.store;
    exports io.github.stray.projection;
    exports io.github.stray.report;
}
