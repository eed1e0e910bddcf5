// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.vision.download.DownloadRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which files of a repository are needed: the networks of the first layout that is there, and what says how to feed them.
 *
 * @param networks the {@code .onnx} files; their external data are known when they are here
 * @param companions settings, tokenizer, README
 */
record ExportFiles(List<HubFile> networks, List<HubFile> companions) {
    private static final long LARGEST_COMPANION = 256L << 20;
    private static final int NAMED = 5;

    /** In order of preference. A second network of a layout is taken where it is there. */
    private static final List<List<String>> LAYOUTS = List.of(
            List.of("onnx/vision_model.onnx", "onnx/text_model.onnx"),
            List.of("visual/model.onnx", "textual/model.onnx"),
            List.of("onnx/model.onnx"),
            List.of("vision_model.onnx", "text_model.onnx"),
            List.of("model.onnx"));

    private static final List<String> COMPANIONS = List.of(
            "config.json",
            "preprocessor_config.json",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            Hub.README);

    private static final List<String> PAIR_COMPANIONS = List.of(
            "config.json",
            "visual/preprocess_cfg.json",
            "textual/tokenizer.json",
            "textual/tokenizer_config.json",
            "textual/special_tokens_map.json",
            Hub.README);

    ExportFiles {
        networks = List.copyOf(networks);
        companions = List.copyOf(companions);
    }

    static ExportFiles of(HubListing listing, HubReference reference) throws DownloadRefusedException {
        for (List<String> layout : LAYOUTS) {
            if (listing.files().containsKey(layout.getFirst())) {
                List<HubFile> companions =
                        present(listing, layout.getFirst().startsWith("visual/") ? PAIR_COMPANIONS : COMPANIONS);
                for (HubFile file : companions) {
                    if (file.size() > LARGEST_COMPANION) {
                        throw new DownloadRefusedException("%s: %s has %,d bytes, which no such file needs"
                                .formatted(reference, file.path(), file.size()));
                    }
                }
                return new ExportFiles(present(listing, layout), companions);
            }
        }
        throw new DownloadRefusedException(nothing(listing, reference));
    }

    private static List<HubFile> present(HubListing listing, List<String> paths) {
        var files = new ArrayList<HubFile>();
        for (String path : paths) {
            HubFile file = listing.files().get(path);
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private static String nothing(HubListing listing, HubReference reference) {
        String networks = named(listing, List.of(".onnx"));
        String weights = named(listing, List.of(".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".ckpt"));
        String found = !networks.isEmpty()
                ? "it has ONNX networks in no layout that is known (%s); download the one you want and add it with 'stray models add FILE.onnx' and its options."
                        .formatted(networks)
                : weights.isEmpty()
                        ? "it has no weights at all."
                        : "its weights (%s) are for other programs. Export them once, where Python is at hand: 'pip install \"optimum[onnx]\"', 'optimum-cli export onnx --model %s DIR', then 'stray models add DIR'."
                                .formatted(weights, reference.repository());
        return "%s has no ONNX network to install, expected one of %s: %s Ready-made ones: %s."
                .formatted(
                        reference,
                        LAYOUTS.stream().map(List::getFirst).collect(Collectors.joining(", ")),
                        found,
                        String.join(", ", Catalogue.ofStray().downloadable()));
    }

    private static String named(HubListing listing, List<String> suffixes) {
        var found = new TreeSet<String>();
        for (String path : listing.files().keySet()) {
            if (suffixes.stream().anyMatch(path.toLowerCase(Locale.ROOT)::endsWith)) {
                found.add(path);
            }
        }
        return found.stream().limit(NAMED).collect(Collectors.joining(", ")) + (found.size() > NAMED ? ", .." : "");
    }
}
