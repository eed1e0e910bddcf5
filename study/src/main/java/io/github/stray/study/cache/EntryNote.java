// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.extract.FailedSample;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies beside the features of an entry; it is written last, so an entry without it is unfinished. Its time of change is
 * when the entry was last used.
 *
 * @param dataset name of the set
 * @param extractor id of the extractor
 * @param layers layers kept
 * @param rows samples
 * @param failed samples that could not be read
 * @param seconds how long extraction took
 */
record EntryNote(
        String dataset, String extractor, List<String> layers, long rows, List<FailedSample> failed, double seconds) {

    void write(Path file) throws IOException {
        var document = new LinkedHashMap<String, Object>();
        document.put("dataset", dataset);
        document.put("extractor", extractor);
        document.put("layers", layers);
        document.put("rows", rows);
        document.put(
                "failed",
                failed.stream()
                        .map(sample -> new TreeMap<>(Map.of("id", sample.id(), "reason", sample.reason())))
                        .toList());
        document.put("seconds", seconds);
        try (AtomicFile target = AtomicFile.create(file)) {
            target.append(ByteBuffer.wrap(JsonWriter.string(document).getBytes(StandardCharsets.UTF_8)));
            target.commit();
        }
    }

    static EntryNote read(Path file) throws IOException {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Json.requireHarmless(text);
            JsonObject document = JsonParser.object().from(text);
            var layers = new ArrayList<String>();
            document.getArray("layers").forEach(layer -> layers.add(String.valueOf(layer)));
            var failed = new ArrayList<FailedSample>();
            for (Object sample : document.getArray("failed")) {
                JsonObject object = (JsonObject) sample;
                failed.add(new FailedSample(object.getString("id", ""), object.getString("reason", "")));
            }
            return new EntryNote(
                    document.getString("dataset", ""),
                    document.getString("extractor", ""),
                    List.copyOf(layers),
                    document.getLong("rows"),
                    List.copyOf(failed),
                    document.getDouble("seconds"));
        } catch (JsonParserException | Json.MalformedException | ClassCastException | NullPointerException e) {
            throw new IOException("%s is damaged: %s".formatted(file, e.getMessage()), e);
        }
    }
}
