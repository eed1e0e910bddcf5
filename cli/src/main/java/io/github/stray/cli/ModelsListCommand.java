// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;

import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.hub.Use;
import io.github.stray.vision.model.ModelListing;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists extractors. */
@Command(
        name = "list",
        description = {
            "List the extractors at hand, and those that can be fetched.",
            "With --for: what to take, the recommended first. None of them was tried where Stray is built."
        },
        footer = {"", "Example:", "  stray models list --for laptop"})
final class ModelsListCommand extends StrayCommand {
    @Option(
            names = "--for",
            paramLabel = "USE",
            description =
                    "laptop: small and quick on a processor alone; server: large, for a GPU or for patience; text: images and texts in one space; maps: patches, for maps of where an image is strange.")
    private Optional<Use> use = Optional.empty();

    @Override
    public Integer call() throws IOException {
        return use.isPresent() ? recommended(use.get()) : all(common);
    }

    private int recommended(Use wanted) throws IOException {
        ModelListing listing = ModelStore.ofEnvironment().list();
        Set<String> installed = names(listing);
        List<CatalogueEntry> entries = Catalogue.ofStray().recommended().getOrDefault(wanted, List.of());
        var document = row(
                "for", wanted.id(),
                "meaning", wanted.words(),
                "models",
                        entries.stream()
                                .map(entry -> entry.document(installed.contains(entry.name())))
                                .toList());
        var lines = new ArrayList<String>();
        lines.add("For %s: %s. The recommended first; none was tried where Stray is built."
                .formatted(wanted.id(), wanted.words()));
        for (CatalogueEntry entry : entries) {
            lines.add("");
            lines.addAll(lines(entry, installed.contains(entry.name())));
        }
        common.print(document, lines);
        return common.broken(listing.broken());
    }

    /** Everything. */
    static int all(CommonOptions common) throws IOException {
        ModelListing listing = ModelStore.ofEnvironment().list();
        Set<String> taken = names(listing);
        List<CatalogueEntry> absent = Catalogue.ofStray().entries().stream()
                .filter(entry -> !taken.contains(entry.name()))
                .toList();
        var document = row(
                "models", listing.models().stream().map(StoredModel::document).toList(),
                "broken", listing.broken(),
                "catalogue", absent.stream().map(entry -> entry.document(false)).toList());
        var lines = new ArrayList<String>();
        listing.models()
                .forEach(model -> lines.add("%-24s %-10s %s"
                        .formatted(model.name(), model.builtIn() ? "built in" : "installed", layers(model.card()))));
        lines.add("");
        lines.add("To be fetched with 'stray models add NAME':");
        absent.stream()
                .filter(CatalogueEntry::downloadable)
                .map(ModelsListCommand::line)
                .forEach(lines::add);
        lines.add("");
        lines.add("To be exported first, see 'stray models show NAME':");
        absent.stream()
                .filter(entry -> !entry.downloadable())
                .map(ModelsListCommand::line)
                .forEach(lines::add);
        lines.add("");
        lines.add("What to take: 'stray models list --for %s'"
                .formatted(Arrays.stream(Use.values()).map(Use::id).collect(Collectors.joining("|"))));
        common.print(document, lines);
        return common.broken(listing.broken());
    }

    private static Set<String> names(ModelListing listing) {
        return listing.models().stream().map(StoredModel::name).collect(Collectors.toSet());
    }

    /** What is known of an entry, and how another of its files is taken. */
    static List<String> lines(CatalogueEntry entry, boolean installed) {
        var lines = new ArrayList<>(entry.lines(installed));
        entry.choices().keySet().stream()
                .findFirst()
                .ifPresent(file -> lines.add("  with it        %s --file %s".formatted(entry.howToGet(), file)));
        return lines;
    }

    private static String line(CatalogueEntry entry) {
        return "%-28s %s; %s".formatted(entry.name(), entry.title(), entry.layersText());
    }

    private static String layers(ExtractorCard card) {
        return card.layers().entrySet().stream()
                .map(layer -> layer.getKey() + " " + layer.getValue().dimension())
                .collect(Collectors.joining(", "));
    }
}
