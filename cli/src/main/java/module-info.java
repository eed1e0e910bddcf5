// SPDX-License-Identifier: Apache-2.0
/** The command {@code stray}. */
@org.jspecify.annotations.NullMarked
module io.github.stray.cli {
    requires static transitive org.jspecify;
    requires io.github.stray.core;
    requires io.github.stray.graph;
    requires io.github.stray.vision;
    requires io.github.stray.text;
    requires io.github.stray.study;
    requires com.grack.nanojson;
    requires info.picocli;

    opens io.github.stray.cli to
            info.picocli;
}
