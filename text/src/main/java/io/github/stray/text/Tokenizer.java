// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Platform;
import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.onnx.NativeLibraries;
import io.github.stray.vision.tokenizer.TokenizerJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Texts to token ids by a {@code tokenizer.json}, special tokens included. The native library is given only what {@link
 * TokenizerJson} has checked, without truncation and padding: both belong to the card. Safe for concurrent use.
 */
final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a tokenizer.
     *
     * @param json content of {@code tokenizer.json}
     * @param name for messages
     * @param cache where the native library may be unpacked
     * @throws InvalidTokenizerException if this is no tokenizer of a text encoder
     * @throws TokenizerUnavailableException if the library cannot be loaded
     */
    static Tokenizer load(byte[] json, String name, Path cache) throws IOException {
        TokenizerJson tokenizer = TokenizerJson.parse(json, name, InvalidTokenizerException::new);
        setUnlessSet("ai.djl.offline", "true");
        setUnlessSet("OPT_OUT_TRACKING", "true");
        setUnlessSet("RUST_FLAVOR", "cpu");
        setUnlessSet("DJL_CACHE_DIR", cache.toString());
        unpack(cache);
        try {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(tokenizer.checked()),
                    Map.of("addSpecialTokens", "true", "padding", "false", "truncation", "false")));
        } catch (LinkageError | EngineException e) {
            throw new TokenizerUnavailableException(e);
        } catch (RuntimeException e) {
            throw new InvalidTokenizerException(
                    "%s is refused by the tokenizer library: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Left alone the library unpacks itself once and then takes whatever lies there. */
    private static void unpack(Path cache) {
        Platform platform = Platform.detectPlatform("tokenizers");
        String library = System.mapLibraryName("tokenizers");
        if (platform.getOsPrefix().equals("win")) {
            // It comes with three more there, which only its own way finds.
            return;
        }
        try {
            Path folder = NativeLibraries.unpack(
                    "tokenizers-" + platform.getVersion(),
                    HuggingFaceTokenizer.class.getClassLoader(),
                    List.of("native/lib/%s/cpu/%s".formatted(platform.getClassifier(), library)));
            // What versions before this one left.
            FolderRemoval.remove(cache.resolve("tokenizers"));
            setUnlessSet("RUST_LIBRARY_PATH", folder.resolve(library).toString());
        } catch (IOException e) {
            throw new TokenizerUnavailableException(e);
        }
    }

    /** Without these the library may look for newer natives on the network. */
    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null && System.getenv(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Token ids of one text, neither cut nor padded. */
    long[] ids(String text) {
        return tokenizer.encode(text).getIds();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
