// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.data.DatasetEntry;
import io.github.stray.vision.data.DatasetListing;
import io.github.stray.vision.data.DatasetSettings;
import io.github.stray.vision.data.DatasetStore;
import io.github.stray.vision.data.InstalledDataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
final class DataCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    private final Console console;

    DataCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return list(console, common);
    }

    private static DatasetStore store() {
        return DatasetStore.of(DatasetSettings.ofEnvironment());
    }

    private static int list(Console console, CommonOptions common) throws IOException {
        DatasetStore store = store();
        DatasetListing listing = store.list();
        var installed = new TreeMap<String, InstalledDataset>();
        listing.installed().forEach(dataset -> installed.put(dataset.entry().name(), dataset));
        if (common.json) {
            var datasets = new ArrayList<Map<String, Object>>();
            for (DatasetEntry entry : store.catalogue().entries()) {
                datasets.add(DatasetText.document(entry, Optional.ofNullable(installed.get(entry.name()))));
            }
            var document = new LinkedHashMap<String, Object>();
            document.put("datasets", datasets);
            document.put("broken", listing.broken());
            console.json(document);
        } else {
            for (DatasetEntry entry : store.catalogue().entries()) {
                DatasetText.line(console, entry, installed.containsKey(entry.name()));
            }
        }
        listing.broken()
                .forEach((name, reason) -> console.err().printf("stray: %s cannot be used: %s%n", name, reason));
        return listing.broken().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Lists datasets. */
    @Command(name = "list", description = "List the known datasets: whether they are here, size, splits, licence.")
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

    /** Shows a dataset. */
    @Command(name = "show", description = "Show what is known of a dataset, and where it lies if it is here.")
    static final class ShowCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "NAME", description = "Name of a dataset.")
        private String name = "";

        private final Console console;

        ShowCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            DatasetStore store = store();
            Optional<InstalledDataset> installed = store.find(name);
            DatasetEntry entry = installed
                    .map(InstalledDataset::entry)
                    .orElseGet(() -> store.catalogue().require(name));
            if (common.json) {
                console.json(DatasetText.document(entry, installed));
            } else {
                DatasetText.show(console, entry, installed);
            }
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
    static final class PullCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "NAME", description = "Name of a dataset.")
        private String name = "";

        @Option(
                names = "--mirror",
                paramLabel = "URL-or-DIR",
                description =
                        "Take the archives from this folder or below this address (NAME/FILE, else FILE) instead of their official addresses. They are checked all the same.")
        private @Nullable String mirror;

        private final Console console;

        PullCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            if (mirror != null && mirror.isBlank()) {
                throw new UsageException("--mirror is empty, expected an address or a folder");
            }
            DatasetStore.Pulled pulled;
            try (var progress = new DownloadProgress(console, common.quiet)) {
                pulled = store().pull(name, Optional.ofNullable(mirror), progress);
            }
            InstalledDataset dataset = pulled.dataset();
            if (!common.quiet) {
                dataset.notes().forEach(note -> console.err().println("stray: " + name + ": " + note));
            }
            if (common.json) {
                Map<String, Object> document = DatasetText.document(dataset.entry(), Optional.of(dataset));
                document.put("was_here", pulled.wasHere());
                console.json(document);
            } else {
                if (pulled.wasHere()) {
                    console.out()
                            .printf(
                                    dataset.given()
                                            ? "%s is remembered already%n"
                                            : "%s is here already, and complete%n",
                                    name);
                }
                DatasetText.show(console, dataset.entry(), Optional.of(dataset));
            }
            return ExitCode.DONE;
        }
    }

    /** Removes a dataset. */
    @Command(
            name = "remove",
            description =
                    "Delete a dataset that was pulled, and what was fetched of one that was not finished. A folder that the user gave stays.")
    static final class RemoveCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "NAME", description = "Name of a dataset.")
        private String name = "";

        private final Console console;

        RemoveCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            store().remove(name);
            if (common.json) {
                console.json(Map.of("removed", name));
            } else {
                console.out().println("removed " + name);
            }
            return ExitCode.DONE;
        }
    }
}
