// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;

/** What to type where a library refused something: the one place that joins its remedies and the options of the commands. */
final class Remedies {
    private Remedies() {}

    /** The end of a message, put behind what the library says; empty for what knows no remedy. */
    static String of(Throwable failure) {
        return failure instanceof Remedied refused ? of(refused.remedy(), refused.about()) : "";
    }

    /** The same of a remedy that speaks of nothing by name. */
    static String of(Remedy remedy) {
        return of(remedy, "");
    }

    private static String of(Remedy remedy, String about) {
        return switch (remedy) {
            case NONE -> "";
            case NETWORK_OPTIONS ->
                " (--%s, %sor --card FILE)"
                        .formatted(about.replace(", ", ", --"), about.contains(", ") ? "or --preset NAME, " : "");
            case NAME -> " with --name";
            case PAIRS_OF_SUITE -> " (--only)";
            case NO_EXTRACTORS -> "; leave out --models";
            case TRAINING_SAMPLES -> " (stray fit: -f TRAIN, or -m MODEL -i INPUT)";
            case LABELS -> "; give them with --labels, or take knn, which needs none";
            case HEAD -> " (stray fit: --head HEAD; 'stray probe -f TRAIN -o HEAD.safetensors' trains one)";
            case LOGITS_OR_HEAD -> ": give a file of logits (stray fit: -f TRAIN), or a head (--head HEAD)";
            case HEAD_OF_EXTRACTOR ->
                ": make one with 'stray probe' or 'stray models head' and give it with --head FILE";
            case DETECTOR_WITH_HEAD -> " (--head, -d)";
            case CLASS_NAMES -> " with --classes FILE";
            case TRAINING_IMAGES -> " with --id";
            case TEST_IMAGES -> " with --id-test";
            case OWN_TEST_IMAGES -> ", or --id-test";
            case DECISIONS -> " with stray audit --decisions";
            case CLASS_EMBEDDINGS ->
                " (stray fit: -m MODEL --classes FILE with one class name a line, or --class-embeddings T.safetensors; 'stray text -m MODEL --classes FILE -o T.safetensors' makes them)";
            case NEGATIVE_WORDS ->
                " (stray fit: --negatives FILE, with -m MODEL a text with one word a line, or N.safetensors, a tensor 'embeddings' [N, e] of their text embeddings)";
            case LAYERS -> " (stray extract --layer %s)".formatted(about);
            case LAYER -> ". Extract it with 'stray extract --layer %s'".formatted(about);
            case LOGITS_LAYER ->
                ". Extract it with 'stray extract --layer logits', or give a linear head for the features with --head";
            case SCORE -> ": stray score -D D.stray -f " + about;
            case SCORE_WITH -> ": stray score -D " + about;
            case NETWORK_FILE ->
                about.isEmpty()
                        ? ": choose one with --file NAME"
                        : ": choose the network of images, such as 'stray models add %s'"
                                .formatted(about.replaceFirst(" ", " --file "));
            case NETWORK_LAYERS -> " (--output '%s')".formatted(about);
            case NETWORK_POOL -> " (--pool %s, or --output 'features=T')".formatted(about);
            case PROCESSOR -> " (--provider cpu)";
            case BATCH -> " (--batch %s)".formatted(about);
            case ALL_OF_EACH_CLASS -> "; or leave out --per-class";
            case MIRROR -> " (--mirror DIR)";
            case INPUT -> " (-i %s)".formatted(about);
            case NAME_EXTRACTOR -> ": name the one that made them with -m";
            case INSTALL_EXTRACTOR -> ": install it with 'stray models add', or name it with -m";
            case FIT_ANEW ->
                ": fit the detector anew with 'stray fit', or name the folder of the extractor it was fitted with by -m";
            case FORCE -> ", or --force";
            case SAME_SPACE -> "; if both are the same space all the same, say so with --assume-same-space";
            case CLASSES_BY_NUMBER ->
                "; if both number their classes alike all the same, say so with --classes-by-number";
            case UNSEEN_CALIBRATION ->
                ": calibrate on others (stray fit: --calibration F, or --calibration split if the head was trained with the same share held out), or allow it (--allow-seen)";
            case CALIBRATION_SAMPLES -> ": give images (-i) or features (-f) to calibrate on";
            case MORE_CALIBRATION ->
                " (stray fit: more images, a larger share with --calibration split:0.5, or others with --calibration F; stray calibrate: more with -i or -f)";
            case TEXT_ENCODER ->
                ", add one that comes with texts (stray models add clip-vit-b32, or a folder with tokenizer and text network), or make the embeddings elsewhere and give them with --class-embeddings T.safetensors";
        };
    }
}
