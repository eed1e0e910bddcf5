// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import com.grack.nanojson.JsonWriter;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code dataset.json} in the folder of an installed dataset: its entry of the catalogue, and what was done. */
final class DatasetRecord {
    static final String FILE = "dataset.json";

    private DatasetRecord() {}

    static void write(Path home, InstalledDataset dataset) throws IOException {
        Map<String, Object> installed = row();
        if (dataset.given()) {
            installed.put("folder", dataset.folder().toString());
        }
        installed.put("files", dataset.files());
        installed.put("bytes", dataset.bytes());
        installed.put("archives", rows(dataset.archives(), PulledArchive::document));
        installed.put("notes", dataset.notes());
        Map<String, Object> json = EntryJson.write(dataset.entry());
        json.put("installed", installed);
        AtomicFile.write(
                home.resolve(FILE), JsonWriter.indent("  ").string().value(json).done() + "\n");
    }

    static InstalledDataset read(Path home) throws IOException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            throw new DatasetRefusedException("%s has no %s, so Stray did not make it".formatted(home, FILE));
        }
        JsonNode<DatasetRefusedException> json = JsonNode.read(
                file,
                (message, cause) -> new DatasetRefusedException(
                        "%s is damaged (%s): remove the dataset with 'stray data remove %s' and pull it again"
                                .formatted(file, message, home.getFileName()),
                        cause));
        JsonNode<DatasetRefusedException> installed = json.at("installed").or(Map.of());
        Optional<Path> folder = installed.at("folder").optional(path -> path.parsed(Path::of));
        return new InstalledDataset(
                EntryJson.read(json),
                folder.orElse(home),
                folder.isPresent(),
                installed.at("files").or(0).count(),
                installed.at("bytes").or(0).count(),
                installed.at("archives").or(List.of()).list(DatasetRecord::archive),
                installed.at("notes").or(List.of()).list(JsonNode::text));
    }

    private static PulledArchive archive(JsonNode<DatasetRefusedException> archive) throws DatasetRefusedException {
        return new PulledArchive(
                archive.at("file").or("").text(),
                archive.at("source").or("").text(),
                archive.at("bytes").or(0).count(),
                archive.at("sha256").or("").text(),
                archive.at("checked").or(false).flag());
    }
}
