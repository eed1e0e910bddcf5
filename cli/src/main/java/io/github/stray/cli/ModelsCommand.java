// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.HeadFile;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ClassifierHead;
import io.github.stray.vision.model.ExtractorCard;
import io.github.stray.vision.model.ModelCheck;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelListing;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.NetworkOptions;
import io.github.stray.vision.model.ReferenceFeatures;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Extractors: built in, installed, and those that can be fetched. */
@Command(
        name = "models",
        description = "Extractors: list (the default), show, add, remove, head, check.",
        subcommands = {
            ModelsCommand.ListCommand.class,
            ModelsCommand.ShowCommand.class,
            ModelsCommand.AddCommand.class,
            ModelsCommand.RemoveCommand.class,
            ModelsCommand.HeadCommand.class,
            ModelsCommand.CheckCommand.class
        })
final class ModelsCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    private final Console console;

    ModelsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return list(console, common);
    }

    private static int list(Console console, CommonOptions common) throws IOException {
        ModelListing listing = ModelStore.ofEnvironment().list();
        List<CatalogueEntry> absent = CatalogueText.absent(listing);
        if (common.json) {
            var models = new ArrayList<Map<String, Object>>();
            listing.models().forEach(model -> models.add(document(model)));
            var document = new LinkedHashMap<String, Object>();
            document.put("models", models);
            document.put("broken", listing.broken());
            document.put(
                    "catalogue", absent.stream().map(CatalogueText::document).toList());
            console.json(document);
        } else {
            for (StoredModel model : listing.models()) {
                console.out()
                        .printf(
                                "%-24s %-10s %s%n",
                                model.name(), model.builtIn() ? "built in" : "installed", layers(model.card()));
            }
            CatalogueText.print(console, absent);
        }
        listing.broken()
                .forEach((name, reason) -> console.err().printf("stray: %s cannot be used: %s%n", name, reason));
        return listing.broken().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String layers(ExtractorCard card) {
        return card.layers().entrySet().stream()
                .map(layer -> layer.getKey() + " " + layer.getValue().dimension())
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> document(StoredModel model) {
        ExtractorCard card = model.card();
        var document = new LinkedHashMap<String, Object>();
        document.put("name", model.name());
        document.put("built_in", model.builtIn());
        model.folder().ifPresent(folder -> document.put("folder", folder.toString()));
        document.put("id", card.id());
        document.put("licence", card.licence());
        document.put("origin", card.origin());
        document.put("files", card.files());
        document.put("preprocessing", card.preprocessing().describe());
        var layers = new LinkedHashMap<String, Object>();
        card.layers().forEach((name, layer) -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("tensor", layer.tensor());
            entry.put("dimension", layer.dimension());
            entry.put("normalisation", layer.normalisation().toString().toLowerCase(Locale.ROOT));
            layers.put(name, entry);
        });
        document.put("layers", layers);
        card.text().ifPresent(text -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("licence", text.licence());
            entry.put("origin", text.origin());
            entry.put("files", text.files());
            entry.put("preprocessing", text.describe());
            entry.put("dimension", text.dimension());
            document.put("text", entry);
        });
        return document;
    }

    private static void print(Console console, StoredModel model) {
        ExtractorCard card = model.card();
        console.out()
                .printf(
                        "%s (%s)%n",
                        model.name(),
                        model.builtIn()
                                ? "built in"
                                : model.folder().map(Path::toString).orElse(""));
        console.out().printf("  licence        %s%n", card.licence());
        console.out().printf("  origin         %s%n", card.origin());
        console.out().printf("  preprocessing  %s%n", card.preprocessing().describe());
        card.layers()
                .forEach((name, layer) -> console.out()
                        .printf(
                                "  layer          %s: %d dimensions, normalisation %s, output '%s'%n",
                                name,
                                layer.dimension(),
                                layer.normalisation().toString().toLowerCase(Locale.ROOT),
                                layer.tensor()));
        card.text()
                .ifPresent(text -> console.out()
                        .printf(
                                "  text           embeddings: %d dimensions, up to %d tokens, %s (%s)%n",
                                text.dimension(), text.context(), text.origin(), text.licence()));
        card.allFiles()
                .forEach((file, sha256) -> console.out().printf("  file           %s sha256 %s%n", file, sha256));
    }

    /** Lists extractors. */
    @Command(name = "list", description = "List the extractors at hand, and those that can be fetched.")
    static final class ListCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        private final Console console;

        ListCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            return list(console, common);
        }
    }

    /** Shows a card. */
    @Command(
            name = "show",
            description = "Show an extractor's card, or what the catalogue knows of one that is not installed.")
    static final class ShowCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "M", description = "Name or folder.")
        private String model = "";

        private final Console console;

        ShowCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            ModelStore store = ModelStore.ofEnvironment();
            Optional<CatalogueEntry> known = Catalogue.ofStray().find(model);
            if (known.isPresent() && !Files.exists(Path.of(model)) && !isAtHand(store)) {
                CatalogueText.show(console, common.json, known.get());
                return ExitCode.DONE;
            }
            StoredModel shown = store.find(model);
            if (common.json) {
                console.json(document(shown));
            } else {
                print(console, shown);
            }
            return ExitCode.DONE;
        }

        private boolean isAtHand(ModelStore store) throws IOException {
            ModelListing listing = store.list();
            return listing.broken().containsKey(model)
                    || listing.models().stream()
                            .anyMatch(stored -> stored.name().equals(model));
        }
    }

    /** Installs an extractor. */
    @Command(
            name = "add",
            description = {
                "Install an extractor: a name of the catalogue ('stray models list'), a repository of the model hub (hf:organisation/name[@revision]), a folder with extractor.json, a Hugging Face export (config.json, preprocessor_config.json, onnx/.., for texts tokenizer.json), a photo server's pair (config.json, visual/.., textual/..), or a bare .onnx file.",
                "What is fetched is checked and kept below STRAY_HOME; a download that was broken off goes on. STRAY_OFFLINE=1: only what is there already. STRAY_HUB_MIRROR: address of another hub. HF_TOKEN: access to gated repositories.",
                "A bare file needs --card, or all of --input-size --resize --crop --interpolation --mean --std --output: nothing about preprocessing is guessed."
            },
            footer = {
                "",
                "Example:",
                "  stray models add clip-vit-b32",
                "  stray models add hf:Xenova/dino-vits16 --name dino",
                "  stray models add resnet20.onnx --input-size 32 --resize exact:32x32 \\",
                "    --crop none --interpolation bilinear --mean .485,.456,.406 \\",
                "    --std .229,.224,.225 --output features,logits",
                "  stray models add clip.onnx .. \\",
                "    --output 'features=before(image_embeds),embeddings=image_embeds:l2'"
            })
    static final class AddCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "SOURCE", description = "Name, hf:organisation/name, folder or .onnx file.")
        private String source = "";

        @Option(names = "--name", paramLabel = "N", description = "Name to install it under.")
        private @Nullable String name;

        @Option(names = "--card", paramLabel = "F", description = "Card (extractor.json) of a bare .onnx file.")
        private @Nullable Path card;

        @Option(names = "--input-size", paramLabel = "S", description = "N or WxH.")
        private @Nullable String inputSize;

        @Option(names = "--resize", paramLabel = "R", description = "none, shortest:N or exact:WxH.")
        private @Nullable String resize;

        @Option(names = "--crop", paramLabel = "C", description = "none, center:N, center:WxH or center-floor:N.")
        private @Nullable String crop;

        @Option(
                names = "--interpolation",
                paramLabel = "I",
                description = "nearest, box, bilinear, bicubic or lanczos.")
        private @Nullable String interpolation;

        @Option(names = "--mean", paramLabel = "R,G,B", description = "Means of values scaled to 0..1.")
        private @Nullable String mean;

        @Option(names = "--std", paramLabel = "R,G,B", description = "Standard deviations likewise.")
        private @Nullable String std;

        @Option(
                names = "--output",
                paramLabel = "O",
                description = {
                    "Tensors to use as layers: layer=tensor[:l2] or tensor[:l2], separated by commas. An output, a hidden tensor, or one of",
                    "  before(T): what the last linear layer in front of T reads",
                    "  patches(T): what T is of the class token, of all others",
                    "  class_token(T): the first token of T."
                })
        private @Nullable String outputs;

        private final Console console;

        AddCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            var network = new NetworkOptions(
                    Optional.ofNullable(inputSize),
                    Optional.ofNullable(resize),
                    Optional.ofNullable(crop),
                    Optional.ofNullable(interpolation),
                    Optional.ofNullable(mean),
                    Optional.ofNullable(std),
                    Optional.ofNullable(outputs));
            var options = new AddOptions(Optional.ofNullable(name), Optional.ofNullable(card), network);
            StoredModel added;
            try (var progress = new DownloadProgress(console, common.quiet)) {
                added = new ModelInstaller(ModelStore.ofEnvironment(), progress).add(source, options);
            }
            if (common.json) {
                console.json(document(added));
            } else {
                print(console, added);
            }
            return ExitCode.DONE;
        }
    }

    /** Removes an extractor. */
    @Command(name = "remove", description = "Remove an installed extractor.")
    static final class RemoveCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "N", description = "Name.")
        private String name = "";

        private final Console console;

        RemoveCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            ModelStore.ofEnvironment().remove(name);
            if (common.json) {
                console.json(Map.of("removed", name));
            } else {
                console.out().println("removed " + name);
            }
            return ExitCode.DONE;
        }
    }

    /** Takes out a head. */
    @Command(
            name = "head",
            description = {
                "Take a classifier's last linear layer out of its network, for detectors that need a head.",
                "On generated images its logits are compared with the network's own."
            },
            footer = {
                "",
                "Example:",
                "  stray models head resnet20 -o head.safetensors",
                "  stray fit -d vim -m resnet20 -i photos --head head.safetensors -o guard.stray"
            })
    static final class HeadCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Mixin
        private ProviderOptions network = new ProviderOptions();

        @Parameters(paramLabel = "M", description = "Name or folder.")
        private String model = "";

        @Option(names = "-o", required = true, paramLabel = "HEAD", description = "Head to write (.safetensors).")
        private Path output = Path.of("");

        @Option(names = "--force", description = "Replace a file that Stray did not write.")
        private boolean force;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        private final Console console;

        HeadCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            if (!output.toString().endsWith(".safetensors")) {
                throw new UsageException("-o must name a .safetensors file, was " + output);
            }
            Outputs.require(output, force);
            ClassifierHead taken = ModelStore.ofEnvironment().find(model).head(InferenceOptions.on(network.provider));
            var inputs = new LinkedHashMap<String, String>();
            inputs.put("model", model);
            inputs.put("head", taken.dequantised() ? "the network's own, dequantised" : "the network's own");
            inputs.put("command", CommandLineText.of(spec));
            HeadFile.write(output, taken.head(), Provenance.now(inputs));
            if (common.json) {
                console.json(document(taken));
            } else {
                print(taken);
            }
            return ExitCode.DONE;
        }

        private Map<String, Object> document(ClassifierHead taken) {
            var document = new LinkedHashMap<String, Object>();
            document.put("head", output.toString());
            document.put("model", model);
            document.put("classes", taken.head().classes());
            document.put("dimension", taken.head().dimension());
            document.put("dequantised", taken.dequantised());
            document.put("difference", taken.difference());
            document.put("same_class", taken.sameClass());
            return document;
        }

        private void print(ClassifierHead taken) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            "%s: head of %,d classes x %,d dimensions of %s%n",
                            output,
                            taken.head().classes(),
                            taken.head().dimension(),
                            model);
            console.out()
                    .printf(
                            Locale.ROOT,
                            "on generated images its logits differ by %.1e of their norm from the network's own%s%n",
                            taken.difference(),
                            taken.dequantised()
                                    ? ", which rounds them to integers; %.0f %% have the same largest one"
                                            .formatted(100 * taken.sameClass())
                                    : "");
        }
    }

    /** Tries an extractor. */
    @Command(
            name = "check",
            description = {
                "Try an extractor on generated images: layers, determinism, batch invariance, speed, memory.",
                "What it makes of one image is compared with what the card says it made when it was installed."
            })
    static final class CheckCommand implements Callable<Integer> {
        private static final String CAT = "a photo of a cat";
        private static final String TOWER = "a stone tower at night";

        /** A text encoder that tells nothing apart gives every text nearly this. */
        private static final double ALIKE = 1 - 1e-6;

        @Mixin
        private CommonOptions common = new CommonOptions();

        @Mixin
        private ProviderOptions network = new ProviderOptions();

        @Parameters(paramLabel = "M", description = "Name or folder.")
        private String model = "";

        private final Console console;

        CheckCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            int threads = Runtime.getRuntime().availableProcessors();
            Optional<ReferenceFeatures> reference =
                    ModelStore.ofEnvironment().find(model).card().reference();
            try (FeatureExtractor extractor = Extractors.open(model, network.provider)) {
                ModelCheck check = ModelCheck.of(extractor, reference, threads);
                OptionalDouble texts = texts();
                boolean passed = check.passed() && texts.orElse(0) < ALIKE;
                if (common.json) {
                    Map<String, Object> document = document(check, reference, passed);
                    texts.ifPresent(cosine -> document.put("text_cosine", cosine));
                    console.json(document);
                } else {
                    print(check, reference, threads, passed);
                    texts.ifPresent(cosine -> line(
                            "texts",
                            String.format(Locale.ROOT, "'%s' and '%s' have a cosine of %.3f", CAT, TOWER, cosine)));
                }
                return passed ? ExitCode.DONE : ExitCode.FAILED;
            }
        }

        /** Cosine of two texts that mean different things, where there is a text encoder. */
        private OptionalDouble texts() throws IOException {
            if (ModelStore.ofEnvironment().find(model).card().text().isEmpty()) {
                return OptionalDouble.empty();
            }
            try (TextEncoder encoder =
                    TextEncoder.open(ModelStore.ofEnvironment().find(model), network.provider)) {
                FeatureMatrix rows =
                        encoder.captions(List.of(CAT, TOWER), done -> {}).rows();
                double cosine = 0;
                for (int i = 0; i < rows.dimension(); i++) {
                    cosine += (double) rows.row(0)[i] * rows.row(1)[i];
                }
                return OptionalDouble.of(cosine);
            }
        }

        private Map<String, Object> document(ModelCheck check, Optional<ReferenceFeatures> reference, boolean passed)
                throws IOException {
            var document = new LinkedHashMap<String, Object>();
            document.put("model", model);
            document.put("passed", passed);
            document.put("provider", network.provider.id());
            document.put("onnxruntime", OnnxNetwork.runtimeVersion());
            document.put("layers", layers(check));
            document.put("deterministic", check.deterministic());
            document.put("batch_difference", check.batchDifference());
            reference.ifPresent(expected -> {
                document.put("reference_difference", check.referenceDifference());
                document.put("reference_tolerance", check.tolerance());
                document.put("reference_origin", expected.origin());
            });
            document.put("images_per_second", check.imagesPerSecond());
            document.put("jpeg_decoder", ImageDecoder.jpegDecoder());
            check.residentBytes().ifPresent(bytes -> document.put("resident_bytes", bytes));
            return document;
        }

        private static Map<String, Object> layers(ModelCheck check) {
            var layers = new LinkedHashMap<String, Object>();
            check.norms().forEach((layer, norms) -> {
                FeatureSpace space = Objects.requireNonNull(check.layers().get(layer));
                var entry = new LinkedHashMap<String, Object>();
                entry.put("dimension", space.dimension());
                entry.put("normalisation", space.normalisation().orElse("unknown"));
                entry.put("norms", List.of(norms.smallest(), norms.largest()));
                layers.put(layer, entry);
            });
            return layers;
        }

        private void print(ModelCheck check, Optional<ReferenceFeatures> reference, int threads, boolean passed)
                throws IOException {
            console.out().printf("%s: %s%n", model, passed ? "passed" : "FAILED");
            line("provider", "%s, ONNX Runtime %s".formatted(network.provider.id(), OnnxNetwork.runtimeVersion()));
            check.norms().forEach((layer, norms) -> line(layer, norms(check, layer, norms)));
            line("deterministic", check.deterministic() ? "yes, two runs gave the same bits" : "NO, two runs differed");
            check.batchDifference()
                    .forEach((layer, difference) -> line(
                            "batches",
                            String.format(
                                    Locale.ROOT,
                                    "%s of batches of 1 and 4 differ by %.1e of the largest value (allowed %.0e)",
                                    layer,
                                    difference,
                                    ModelCheck.ROUNDING)));
            if (reference.isEmpty()) {
                line("reference", "none in the card");
            } else {
                check.referenceDifference()
                        .forEach((layer, difference) -> line(
                                "reference",
                                fromReference(layer, difference, reference.get().origin(), check.tolerance())));
            }
            line(
                    "speed",
                    String.format(
                            Locale.ROOT,
                            "%.1f images/s with %d threads, pixels to %s",
                            check.imagesPerSecond(),
                            threads,
                            String.join(", ", check.layers().keySet())));
            line("JPEG decoder", ImageDecoder.jpegDecoder());
            check.residentBytes().ifPresent(bytes -> line("memory", "%d MB in all".formatted(bytes >> 20)));
        }

        private static String norms(ModelCheck check, String layer, ModelCheck.Range norms) {
            FeatureSpace space = Objects.requireNonNull(check.layers().get(layer));
            return String.format(
                    Locale.ROOT,
                    "%d dimensions, normalisation %s, norms %.4g to %.4g",
                    space.dimension(),
                    space.normalisation().orElse("unknown"),
                    norms.smallest(),
                    norms.largest());
        }

        private static String fromReference(String layer, double difference, String origin, double tolerance) {
            String processors = tolerance > ReferenceFeatures.ROUNDING
                    ? ", or the processor, on which networks in int8 depend"
                    : "";
            return String.format(
                    Locale.ROOT,
                    "%s differ by %.1e of their norm from those of %s (allowed %.1e)%s",
                    layer,
                    difference,
                    origin,
                    tolerance,
                    difference <= tolerance
                            ? ""
                            : ": NOT THE SAME; a file, a library or the card changed" + processors);
        }

        private void line(String what, String text) {
            console.out().printf("  %-15s %s%n", what, text);
        }
    }
}
