// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.store.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;

/** {@code dataset.json} in the folder of an installed dataset: its entry of the catalogue, and what was done. */
final class DatasetRecord {
    static final String FILE = "dataset.json";

    private DatasetRecord() {}

    static void write(Path home, InstalledDataset dataset) throws IOException {
        JsonObject json = EntryJson.write(dataset.entry());
        var installed = new JsonObject();
        if (dataset.given()) {
            installed.put("folder", dataset.folder().toString());
        }
        installed.put("files", dataset.files());
        installed.put("bytes", dataset.bytes());
        var archives = new JsonArray();
        for (PulledArchive archive : dataset.archives()) {
            var item = new JsonObject();
            item.put("file", archive.file());
            item.put("source", archive.source());
            item.put("bytes", archive.bytes());
            item.put("sha256", archive.sha256());
            item.put("checked", archive.checked());
            archives.add(item);
        }
        installed.put("archives", archives);
        installed.put("notes", new JsonArray(dataset.notes()));
        json.put("installed", installed);
        try (AtomicFile file = AtomicFile.create(home.resolve(FILE))) {
            file.append(ByteBuffer.wrap(
                    (JsonWriter.indent("  ").string().object(json).done() + "\n").getBytes(StandardCharsets.UTF_8)));
            file.commit();
        }
    }

    static InstalledDataset read(Path home) throws IOException {
        Path file = home.resolve(FILE);
        try {
            JsonObject json = JsonParser.object().from(Files.readString(file));
            JsonObject installed = json.getObject("installed", new JsonObject());
            String folder = installed.getString("folder");
            var archives = new ArrayList<PulledArchive>();
            for (Object item : installed.getArray("archives", new JsonArray())) {
                var archive = (JsonObject) item;
                archives.add(new PulledArchive(
                        archive.getString("file", ""),
                        archive.getString("source", ""),
                        archive.getLong("bytes"),
                        archive.getString("sha256", ""),
                        archive.getBoolean("checked", false)));
            }
            return new InstalledDataset(
                    EntryJson.read(json),
                    folder == null ? home : Path.of(folder),
                    folder != null,
                    installed.getLong("files"),
                    installed.getLong("bytes"),
                    archives,
                    installed.getArray("notes", new JsonArray()).stream()
                            .map(String::valueOf)
                            .toList());
        } catch (NoSuchFileException e) {
            throw new DatasetRefusedException("%s has no %s, so Stray did not make it".formatted(home, FILE), e);
        } catch (JsonParserException | IllegalArgumentException | ClassCastException | CharacterCodingException e) {
            throw new DatasetRefusedException(
                    "%s is damaged (%s): remove the dataset with 'stray data remove %s' and pull it again"
                            .formatted(file, e.getMessage(), home.getFileName()),
                    e);
        }
    }
}
