// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The networks of an export, in {@code onnx/} or beside its settings: of images {@code vision_model.onnx} or
 * {@code model.onnx}, of texts {@code text_model.onnx}, or a variant of both that is told by an ending such as
 * {@code _quantized}, {@code _fp16} or {@code _q4}.
 *
 * @param images the network of images
 * @param texts the network of texts, where it is a file of its own
 */
record ExportedFiles(Path images, Optional<Path> texts) {
    private static final List<String> IMAGES = List.of("vision_model", "model");
    private static final String TEXTS = "text_model";
    private static final String ONNX = ".onnx";
    private static final String INSIDE = "onnx";

    /**
     * Finds them.
     *
     * @param chosen name of the network of images, where the folder has several variants
     */
    static ExportedFiles in(Path folder, Optional<String> chosen) throws IOException {
        if (chosen.isPresent()) {
            Optional<Path> images = one(folder, chosen.get());
            if (images.isEmpty()) {
                throw refused(folder, "has no " + chosen.get());
            }
            return variant(folder, images.get());
        }
        for (String name : IMAGES) {
            Optional<Path> plain = one(folder, name + ONNX);
            if (plain.isPresent()) {
                return new ExportedFiles(plain.get(), one(folder, TEXTS + ONNX));
            }
        }
        List<Path> others = networks(folder).stream()
                .filter(file -> !name(file).startsWith(TEXTS))
                .toList();
        if (others.size() != 1) {
            throw refused(folder, "has no network of images called one of %s".formatted(names(IMAGES)));
        }
        return variant(folder, others.getFirst());
    }

    /** With the texts' network of the same ending, else the plain one. */
    private static ExportedFiles variant(Path folder, Path images) throws IOException {
        String name = name(images);
        String ending = IMAGES.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(known -> name.substring(known.length()))
                .orElse(ONNX);
        Path beside = images.resolveSibling(TEXTS + ending);
        return new ExportedFiles(images, Files.isRegularFile(beside) ? Optional.of(beside) : one(folder, TEXTS + ONNX));
    }

    private static InvalidCardException refused(Path folder, String what) throws IOException {
        String found = networks(folder).stream()
                .map(file -> folder.relativize(file).toString())
                .collect(Collectors.joining(", "));
        return new InvalidCardException(
                "%s %s, in onnx/ or beside its settings; %s"
                        .formatted(folder, what, found.isEmpty() ? "it has no .onnx file" : "it has " + found),
                found.isEmpty() ? Remedy.NONE : Remedy.NETWORK_FILE);
    }

    private static String names(List<String> names) {
        return names.stream().map(name -> name + ONNX).collect(Collectors.joining(" and "));
    }

    private static List<Path> networks(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(file -> name(file).endsWith(ONNX) && Files.isRegularFile(file))
                    .filter(file -> folder.equals(file.getParent())
                            || folder.resolve(INSIDE).equals(file.getParent()))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** A network in {@code onnx/} or beside it. */
    private static Optional<Path> one(Path folder, String name) throws InvalidCardException {
        Path inside = folder.resolve(INSIDE).resolve(name);
        Path beside = folder.resolve(name);
        if (Files.isRegularFile(inside) && Files.isRegularFile(beside)) {
            throw new InvalidCardException(
                    "%s and %s are there twice over, and which one is meant is not guessed: remove one"
                            .formatted(inside, beside));
        }
        return Optional.of(Files.isRegularFile(inside) ? inside : beside).filter(Files::isRegularFile);
    }
}
