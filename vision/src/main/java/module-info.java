// SPDX-License-Identifier: Apache-2.0
/** Images in, features out: datasets, decoding, preprocessing, networks on ONNX Runtime, and the guard. */
@org.jspecify.annotations.NullMarked
module io.github.stray.vision {
    requires static transitive org.jspecify;
    requires transitive io.github.stray.core;
    requires transitive io.github.stray.graph;
    requires transitive java.desktop;
    requires com.google.protobuf;
    requires com.grack.nanojson;
    requires com.microsoft.onnxruntime;
    requires java.net.http;
    requires org.tukaani.xz;

    exports io.github.stray.vision;
    exports io.github.stray.vision.archive;
    exports io.github.stray.vision.attack;
    exports io.github.stray.vision.audit;
    exports io.github.stray.vision.card;
    exports io.github.stray.vision.data;
    exports io.github.stray.vision.dataset;
    exports io.github.stray.vision.demo;
    exports io.github.stray.vision.download;
    exports io.github.stray.vision.hub;
    exports io.github.stray.vision.image;
    exports io.github.stray.vision.layout;
    exports io.github.stray.vision.model;
    exports io.github.stray.vision.onnx;
    exports io.github.stray.vision.preprocess;
    exports io.github.stray.vision.tokenizer;
}
