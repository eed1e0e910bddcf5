// SPDX-License-Identifier: Apache-2.0
/** Studies, audits and attacks: detectors on networks on pairs of sets, and what comes out as tables and pages. */
@org.jspecify.annotations.NullMarked
module io.github.stray.study {
    requires static transitive org.jspecify;
    requires transitive io.github.stray.core;
    requires transitive io.github.stray.vision;
    requires transitive io.github.stray.text;
    requires com.grack.nanojson;
    requires org.snakeyaml.engine;

    exports io.github.stray.study.attack;
    exports io.github.stray.study.audit;
    exports io.github.stray.study.cache;
    exports io.github.stray.study.demo;
    exports io.github.stray.study.features;
    exports io.github.stray.study.inspect;
    exports io.github.stray.study.page;
    exports io.github.stray.study.pictures;
    exports io.github.stray.study.result;
    exports io.github.stray.study.review;
    exports io.github.stray.study.run;
    exports io.github.stray.study.suite;
}
