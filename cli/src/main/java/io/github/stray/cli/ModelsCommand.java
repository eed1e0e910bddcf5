// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
        Set<String> taken = listing.models().stream().map(StoredModel::name).collect(Collectors.toSet());
        List<CatalogueEntry> absent = Catalogue.ofStray().entries().stream()
                .filter(entry -> !taken.contains(entry.name()))
                .toList();
        var document = new LinkedHashMap<String, Object>();
        document.put(
                "models", listing.models().stream().map(StoredModel::document).toList());
        document.put("broken", listing.broken());
        document.put("catalogue", absent.stream().map(CatalogueEntry::document).toList());
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
        console.print(common.json, document, lines);
        listing.broken()
                .forEach((name, reason) -> console.err().printf("stray: %s cannot be used: %s%n", name, reason));
        return listing.broken().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
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
                console.print(common.json, known.get().document(), known.get().lines());
                return ExitCode.DONE;
            }
            StoredModel shown = store.find(model);
            console.print(common.json, shown.document(), shown.lines());
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
            console.print(common.json, Map.of("removed", name), List.of("removed " + name));
            return ExitCode.DONE;
        }
    }
}
