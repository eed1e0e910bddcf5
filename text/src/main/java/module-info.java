// SPDX-License-Identifier: Apache-2.0
/** Class names, captions and templates to embeddings. */
@org.jspecify.annotations.NullMarked
module io.github.stray.text {
    requires static transitive org.jspecify;
    requires transitive io.github.stray.core;
    requires transitive io.github.stray.vision;
    requires ai.djl.api;
    requires ai.djl.tokenizers;

    exports io.github.stray.text;
}
