// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.model.ModelListing;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Extractors: built in, installed, and those that can be fetched. */
@Command(
        name = "models",
        description = "Extractors: list (the default), show, add, remove, head, check.",
        subcommands = {
            ModelsListCommand.class,
            ModelsCommand.ShowCommand.class,
            ModelsAddCommand.class,
            ModelsCommand.RemoveCommand.class,
            ModelsHeadCommand.class,
            ModelsCheckCommand.class
        })
final class ModelsCommand extends StrayCommand {
    @Override
    public Integer call() throws IOException {
        return ModelsListCommand.all(common);
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
                common.print(known.get().document(false), ModelsListCommand.lines(known.get(), false));
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
