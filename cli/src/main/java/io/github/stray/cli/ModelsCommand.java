// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;

import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.model.ModelListing;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Extractors: built in, installed, and those that can be fetched. */
@Command(
        name = "models",
        description = "Extractors: list (the default), show, add, remove, head, check.",
        subcommands = {
            ModelsCommand.ListCommand.class,
            ModelsCommand.ShowCommand.class,
            ModelsAddCommand.class,
            ModelsCommand.RemoveCommand.class,
            ModelsHeadCommand.class,
            ModelsCheckCommand.class
        })
final class ModelsCommand extends StrayCommand {
    @Override
    public Integer call() throws IOException {
        return list(common);
    }

    private static int list(CommonOptions common) throws IOException {
        ModelListing listing = ModelStore.ofEnvironment().list();
        Set<String> taken = listing.models().stream().map(StoredModel::name).collect(Collectors.toSet());
        List<CatalogueEntry> absent = Catalogue.ofStray().entries().stream()
                .filter(entry -> !taken.contains(entry.name()))
                .toList();
        var document = row(
                "models", listing.models().stream().map(StoredModel::document).toList(),
                "broken", listing.broken(),
                "catalogue", absent.stream().map(CatalogueEntry::document).toList());
        var lines = new ArrayList<String>();
        listing.models()
                .forEach(model -> lines.add("%-24s %-10s %s"
                        .formatted(model.name(), model.builtIn() ? "built in" : "installed", layers(model.card()))));
        lines.add("");
        lines.add("To be fetched with 'stray models add NAME':");
        absent.stream()
                .filter(CatalogueEntry::downloadable)
                .map(ModelsCommand::line)
                .forEach(lines::add);
        lines.add("");
        lines.add("To be exported first, see 'stray models show NAME':");
        absent.stream()
                .filter(entry -> !entry.downloadable())
                .map(ModelsCommand::line)
                .forEach(lines::add);
        common.print(document, lines);
        return common.broken(listing.broken());
    }

    private static String line(CatalogueEntry entry) {
        return "%-28s %s; %s".formatted(entry.name(), entry.title(), entry.layersText());
    }

    private static String layers(ExtractorCard card) {
        return card.layers().entrySet().stream()
                .map(layer -> layer.getKey() + " " + layer.getValue().dimension())
                .collect(Collectors.joining(", "));
    }

    /** Lists extractors. */
    @Command(name = "list", description = "List the extractors at hand, and those that can be fetched.")
    static final class ListCommand extends StrayCommand {
        @Override
        public Integer call() throws IOException {
            return list(common);
        }
    }

    /** Shows a card. */
    @Command(
            name = "show",
            description = "Show an extractor's card, or what the catalogue knows of one that is not installed.")
    static final class ShowCommand extends StrayCommand {
        @Parameters(paramLabel = "M", description = "Name or folder.")
        private String model = "";

        @Override
        public Integer call() throws IOException {
            ModelStore store = ModelStore.ofEnvironment();
            Optional<CatalogueEntry> known = Catalogue.ofStray().find(model);
            if (known.isPresent() && !Files.exists(Path.of(model)) && !isAtHand(store)) {
                common.print(known.get().document(), known.get().lines());
                return ExitCode.DONE;
            }
            StoredModel shown = store.find(model);
            common.print(shown.document(), shown.lines());
            return ExitCode.DONE;
        }

        private boolean isAtHand(ModelStore store) throws IOException {
            ModelListing listing = store.list();
            return listing.broken().containsKey(model)
                    || listing.models().stream()
                            .anyMatch(stored -> stored.name().equals(model));
        }
    }

    /** Removes an extractor. */
    @Command(name = "remove", description = "Remove an installed extractor.")
    static final class RemoveCommand extends StrayCommand {
        @Parameters(paramLabel = "N", description = "Name.")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            ModelStore.ofEnvironment().remove(name);
            common.print(Map.of("removed", name), List.of("removed " + name));
            return ExitCode.DONE;
        }
    }
}
