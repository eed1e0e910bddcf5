// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.language.ClassEmbeddings;
import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Class names or captions to text embeddings. */
@Command(
        name = "text",
        description =
                "Class names or captions to text embeddings beside an extractor's image embeddings, for detectors that read language.",
        footer = {
            "",
            "Examples:",
            "  stray text -m stray-mini --classes names.txt -o names.safetensors",
            "  stray text -m stray-mini --captions captions.txt -o captions.safetensors",
            "  stray fit -d mcm -f train.safetensors --class-embeddings names.safetensors",
            "            -o guard.stray"
        })
final class TextCommand extends StrayCommand {
    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(
            names = "-m",
            required = true,
            paramLabel = "MODEL",
            description = "Extractor with a text encoder: a name of 'stray models' or a folder.")
    private String model = "";

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Class names, one a line, in label order; each once, no blank lines.")
    private @Nullable Path classes;

    @Option(names = "--templates", paramLabel = "T", description = TextInput.TEMPLATES_HELP + " (default: paper).")
    private @Nullable String templates;

    @Option(
            names = "--captions",
            paramLabel = "FILE",
            description = "Captions of images you expect, one a line, each encoded as it is and a class of its own.")
    private @Nullable Path captions;

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Embeddings to write (.safetensors).")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        require((classes == null) != (captions == null), "give either --classes FILE or --captions FILE");
        require(
                templates == null || captions == null,
                "--templates speak of class names; captions are encoded as they are");
        Outputs.requireSuffix(output, ".safetensors");
        Outputs.require(output, force, classes, captions);
        Templates sentences = templates == null ? Templates.PAPER : Templates.of(templates);
        var text = new TextInput(common);
        ClassEmbeddings made;
        try (TextEncoder encoder = TextEncoder.open(ModelStore.ofEnvironment().find(model), network.provider)) {
            made = classes != null
                    ? text.classes(encoder, classes, sentences)
                    : text.captions(encoder, Objects.requireNonNull(captions));
        }
        Path source = classes != null ? classes : Objects.requireNonNull(captions);
        var provenance = new LinkedHashMap<String, String>();
        provenance.put("command", common.commandLine());
        provenance.put("provider", network.provider.id());
        provenance.put("text", source.toString());
        provenance.put("text_sha256", Sha256.of(source));
        if (classes != null) {
            provenance.put("templates", String.join("\n", sentences.lines()));
        }
        ClassEmbeddingsFile.write(output, made, Provenance.now(provenance));
        report(made, classes != null ? sentences.lines() : List.of());
        return ExitCode.DONE;
    }

    private void report(ClassEmbeddings made, List<String> sentences) {
        List<String> notes = TextInput.notes(made, sentences.isEmpty() ? "a caption" : "a class name");
        common.notes(notes);
        if (common.json) {
            var document = row(
                    "embeddings", output.toString(),
                    "extractor", made.space().extractor().orElse(model),
                    "n", made.classes(),
                    "dimension", made.dimension(),
                    "kind", classes != null ? "classes" : "captions");
            if (classes != null) {
                document.put("templates", sentences);
            }
            document.put("notes", notes);
            common.json(document);
            return;
        }
        common.say(
                "%s: %s (embeddings %d)%s",
                output,
                classes != null
                        ? Count.of(made.classes(), "class", "classes")
                        : Count.of(made.classes(), "caption", "captions"),
                made.dimension(),
                classes != null ? ", " + Count.of(sentences.size(), "template", "templates") : "");
    }
}
