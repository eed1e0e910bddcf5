// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.vision.data.DatasetEntry;
import io.github.stray.vision.data.DatasetListing;
import io.github.stray.vision.data.DatasetSettings;
import io.github.stray.vision.data.DatasetStore;
import io.github.stray.vision.data.InstalledDataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Datasets: known, and here. */
@Command(
        name = "data",
        description = {
            "Datasets by name: list (the default), show, pull, remove.",
            "One that was pulled is an INPUT of every command: data:NAME#SPLIT."
        },
        subcommands = {
            DataCommand.ListCommand.class,
            DataCommand.ShowCommand.class,
            DataCommand.PullCommand.class,
            DataCommand.RemoveCommand.class
        })
final class DataCommand extends StrayCommand {
    @Override
    public Integer call() throws IOException {
        return list(common);
    }

    private static DatasetStore store() {
        return DatasetStore.of(DatasetSettings.ofEnvironment());
    }

    private static int list(CommonOptions common) throws IOException {
        DatasetStore store = store();
        DatasetListing listing = store.list();
        var installed = new HashMap<String, InstalledDataset>();
        listing.installed().forEach(dataset -> installed.put(dataset.entry().name(), dataset));
        List<DatasetText> all = store.catalogue().entries().stream()
                .map(entry -> new DatasetText(entry, Optional.ofNullable(installed.get(entry.name()))))
                .toList();
        common.print(
                row("datasets", all.stream().map(DatasetText::document).toList(), "broken", listing.broken()),
                all.stream().map(DatasetText::line).toList());
        return common.broken(listing.broken());
    }

    /** Lists datasets. */
    @Command(name = "list", description = "List the known datasets: whether they are here, size, splits, licence.")
    static final class ListCommand extends StrayCommand {
        @Override
        public Integer call() throws IOException {
            return list(common);
        }
    }

    /** Shows a dataset. */
    @Command(name = "show", description = "Show what is known of a dataset, and where it lies if it is here.")
    static final class ShowCommand extends StrayCommand {
        @Parameters(paramLabel = "NAME", description = "Name of a dataset.")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            DatasetStore store = store();
            Optional<InstalledDataset> installed = store.find(name);
            DatasetEntry entry = installed
                    .map(InstalledDataset::entry)
                    .orElseGet(() -> store.catalogue().require(name));
            var text = new DatasetText(entry, installed);
            common.print(text.document(), text.lines());
            return ExitCode.DONE;
        }
    }

    /** Fetches a dataset. */
    @Command(
            name = "pull",
            description = {
                "Fetch a dataset, check it against its published checksum, unpack it below STRAY_HOME.",
                "A download that was broken off goes on. What is here already is counted and not fetched again. STRAY_OFFLINE=1: nothing is fetched; a folder given with --mirror serves."
            },
            footer = {
                "",
                "Example:",
                "  stray data pull cifar10",
                "  stray data pull dtd --mirror /media/archives",
                "  stray data pull imagenet1k --mirror /data/imagenet    (used where it lies)",
                "  stray extract -m stray-mini -i data:dtd#test -o dtd.safetensors"
            })
    static final class PullCommand extends StrayCommand {
        @Parameters(paramLabel = "NAME", description = "Name of a dataset.")
        private String name = "";

        @Option(
                names = "--mirror",
                paramLabel = "URL-or-DIR",
                description =
                        "Take the archives from this folder or below this address (NAME/FILE, else FILE) instead of their official addresses. They are checked all the same.")
        private @Nullable String mirror;

        @Override
        public Integer call() throws IOException {
            require(mirror == null || !mirror.isBlank(), "--mirror is empty, expected an address or a folder");
            DatasetStore.Pulled pulled;
            try (var progress = new DownloadProgress(common)) {
                pulled = store().pull(name, Optional.ofNullable(mirror), progress);
            }
            InstalledDataset dataset = pulled.dataset();
            dataset.notes().forEach(note -> common.remark("stray: %s: %s", name, note));
            var text = new DatasetText(dataset.entry(), Optional.of(dataset));
            var document = text.document();
            document.put("was_here", pulled.wasHere());
            var lines = new ArrayList<String>();
            if (pulled.wasHere()) {
                lines.add(name + (dataset.given() ? " is remembered already" : " is here already, and complete"));
            }
            lines.addAll(text.lines());
            common.print(document, lines);
            return ExitCode.DONE;
        }
    }

    /** Removes a dataset. */
    @Command(
            name = "remove",
            description =
                    "Delete a dataset that was pulled, and what was fetched of one that was not finished. A folder that the user gave stays.")
    static final class RemoveCommand extends StrayCommand {
        @Parameters(paramLabel = "NAME", description = "Name of a dataset.")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            store().remove(name);
            common.print(Map.of("removed", name), List.of("removed " + name));
            return ExitCode.DONE;
        }
    }
}
