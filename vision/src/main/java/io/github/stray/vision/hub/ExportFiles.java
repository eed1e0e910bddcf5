// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.remedy.Remedy;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which files of a repository are needed: the networks of the first layout that is there, or those that are chosen, and what
 * says how to feed them. What is chosen is laid out as if the repository held nothing else.
 *
 * @param networks the {@code .onnx} files; their external data are known when they are here
 * @param companions settings, tokenizer, README
 * @param chosen path of the network that was chosen
 */
record ExportFiles(List<Placed> networks, List<Placed> companions, Optional<String> chosen) {
    private static final long LARGEST_COMPANION = 256L << 20;
    private static final int NAMED = 30;
    private static final String ONNX = ".onnx";
    private static final String INSIDE = "onnx/";
    private static final String IMAGES = "vision_model";
    private static final String TEXTS = "text_model";
    private static final String PAIR_IMAGES = "visual/";
    private static final String PAIR_TEXTS = "textual/";
    private static final String USUAL = "model.onnx";
    private static final String TOKENIZER = "tokenizer.json";

    /** In order of preference. A second network of a layout is taken where it is there. */
    private static final List<List<String>> LAYOUTS = List.of(
            List.of("onnx/vision_model.onnx", "onnx/text_model.onnx"),
            List.of("visual/model.onnx", "textual/model.onnx"),
            List.of("onnx/model.onnx"),
            List.of("vision_model.onnx", "text_model.onnx"),
            List.of("model.onnx"));

    private static final List<String> COMPANIONS = List.of(
            "config.json",
            "open_clip_config.json",
            "preprocessor_config.json",
            "processor_config.json",
            TOKENIZER,
            "tokenizer_config.json",
            "special_tokens_map.json",
            Hub.README);

    /** Files of slow tokenizers, for repositories without {@code tokenizer.json}. */
    private static final List<String> SLOW_TOKENIZERS = List.of(
            "vocab.json", "merges.txt", "vocab.txt", "spiece.model", "sentencepiece.bpe.model", "added_tokens.json");

    private static final List<String> PAIR_COMPANIONS = List.of(
            "config.json",
            "visual/preprocess_cfg.json",
            "textual/tokenizer.json",
            "textual/tokenizer_config.json",
            "textual/special_tokens_map.json",
            Hub.README);

    /**
     * A file, and where the snapshot has it.
     *
     * @param file of the repository
     * @param place path in the snapshot
     */
    record Placed(HubFile file, String place) {}

    ExportFiles {
        networks = List.copyOf(networks);
        companions = List.copyOf(companions);
    }

    /**
     * Finds them.
     *
     * @param wanted path of a network of images, or its name in {@code onnx/} or at the top
     */
    static ExportFiles of(HubListing listing, HubReference reference, Optional<String> wanted)
            throws DownloadRefusedException {
        ExportFiles found = wanted.isPresent()
                ? chosen(listing, path(listing, reference, wanted.get()))
                : usual(listing, reference);
        for (Placed companion : found.companions) {
            if (companion.file().size() > LARGEST_COMPANION) {
                throw new DownloadRefusedException("%s: %s has %,d bytes, which no such file needs"
                        .formatted(
                                reference,
                                companion.file().path(),
                                companion.file().size()));
            }
        }
        return found;
    }

    private static ExportFiles usual(HubListing listing, HubReference reference) throws DownloadRefusedException {
        for (List<String> layout : LAYOUTS) {
            if (listing.files().containsKey(layout.getFirst())) {
                var networks = new ArrayList<Placed>();
                layout.forEach(path -> put(listing, path, path, networks));
                return new ExportFiles(
                        networks,
                        layout.getFirst().startsWith(PAIR_IMAGES) ? pairCompanions(listing) : companions(listing, ""),
                        Optional.empty());
            }
        }
        throw nothing(listing, reference);
    }

    private static ExportFiles chosen(HubListing listing, String path) {
        String folder = folder(path);
        String name = path.substring(folder.length());
        var networks = new ArrayList<Placed>();
        if (folder.equals(PAIR_IMAGES)) {
            put(listing, path, PAIR_IMAGES + USUAL, networks);
            String same = PAIR_TEXTS + name;
            String texts = listing.files().containsKey(same) ? same : PAIR_TEXTS + USUAL;
            put(listing, texts, PAIR_TEXTS + USUAL, networks);
            return new ExportFiles(networks, pairCompanions(listing), Optional.of(path));
        }
        put(listing, path, INSIDE + name, networks);
        if (name.startsWith(IMAGES)) {
            String same = TEXTS + name.substring(IMAGES.length());
            String texts = listing.files().containsKey(folder + same) ? same : TEXTS + ONNX;
            put(listing, folder + texts, INSIDE + texts, networks);
        }
        return new ExportFiles(networks, companions(listing, folder), Optional.of(path));
    }

    /** Where the network is that is meant. */
    private static String path(HubListing listing, HubReference reference, String wanted)
            throws DownloadRefusedException {
        String inside = INSIDE + wanted;
        boolean top = listing.files().containsKey(wanted) && wanted.endsWith(ONNX);
        boolean below = listing.files().containsKey(inside) && wanted.endsWith(ONNX);
        if (top && below) {
            throw choice(
                    "%s has both %s and %s, and which one is meant is not guessed".formatted(reference, wanted, inside),
                    reference,
                    List.of(inside));
        }
        if (!top && !below) {
            List<String> networks = named(listing, List.of(ONNX));
            throw choice(
                    "%s has no network %s; it has %s"
                            .formatted(
                                    reference,
                                    Text.printable(wanted),
                                    networks.isEmpty() ? "no .onnx file" : shown(networks)),
                    reference,
                    networks);
        }
        return top ? wanted : inside;
    }

    /** The folder of a path, with a slash behind it; empty at the top. */
    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private static List<Placed> pairCompanions(HubListing listing) {
        var files = new ArrayList<Placed>();
        PAIR_COMPANIONS.forEach(path -> put(listing, path, path, files));
        return files;
    }

    /** Those nearest to the network: in its own folder, or in one above it. */
    private static List<Placed> companions(HubListing listing, String folder) {
        var files = new ArrayList<Placed>();
        COMPANIONS.forEach(name -> put(listing, nearest(listing, folder, name), name, files));
        if (files.stream().noneMatch(file -> file.place().equals(TOKENIZER))) {
            SLOW_TOKENIZERS.forEach(name -> put(listing, nearest(listing, folder, name), name, files));
        }
        return files;
    }

    private static String nearest(HubListing listing, String folder, String name) {
        return folder.isEmpty() || listing.files().containsKey(folder + name)
                ? folder + name
                : nearest(listing, folder(folder.substring(0, folder.length() - 1)), name);
    }

    private static void put(HubListing listing, String path, String place, List<Placed> files) {
        HubFile file = listing.files().get(path);
        if (file != null) {
            files.add(new Placed(file, place));
        }
    }

    private static DownloadRefusedException nothing(HubListing listing, HubReference reference) {
        String expected = "%s has no ONNX network to install, expected one of %s"
                .formatted(reference, LAYOUTS.stream().map(List::getFirst).collect(Collectors.joining(", ")));
        List<String> networks = named(listing, List.of(ONNX));
        if (!networks.isEmpty()) {
            return choice(
                    "%s: it has ONNX networks in no layout that is known (%s)".formatted(expected, shown(networks)),
                    reference,
                    networks);
        }
        List<String> weights =
                named(listing, List.of(".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".ckpt"));
        String found = weights.isEmpty()
                ? "it has no weights at all"
                : "its weights (%s) are for other programs. Export them once, where Python is at hand: 'pip install \"optimum[onnx]\"', 'optimum-cli export onnx --model %s DIR', then 'stray models add DIR'"
                        .formatted(shown(weights), reference.repository());
        return new DownloadRefusedException(
                "%s: %s. 'stray models list' names those that are ready-made.".formatted(expected, found));
    }

    /** A refusal that says how one of several networks is chosen; the first that is not of texts is the example. */
    private static DownloadRefusedException choice(String message, HubReference reference, List<String> networks) {
        Optional<String> example = networks.stream()
                .filter(path -> !path.contains("text"))
                .findFirst()
                .or(() -> networks.stream().findFirst());
        return example.isPresent()
                ? new DownloadRefusedException(message, Remedy.NETWORK_FILE, reference + " " + example.get())
                : new DownloadRefusedException(message);
    }

    private static List<String> named(HubListing listing, List<String> suffixes) {
        return listing.files().keySet().stream()
                .filter(path -> suffixes.stream().anyMatch(path.toLowerCase(Locale.ROOT)::endsWith))
                .toList();
    }

    private static String shown(List<String> paths) {
        return paths.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (paths.size() > NAMED ? " and %d more".formatted(paths.size() - NAMED) : "");
    }
}
