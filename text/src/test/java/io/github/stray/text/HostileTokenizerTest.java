// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.StrayHome;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes from a stranger as a tokenizer does not end the process; what comes from a library encodes as it did. */
class HostileTokenizerTest {
    private static final int MUTANTS = 120;

    @TempDir
    Path home;

    static Stream<Path> tokenizers() throws IOException {
        return TokenizerMutants.tokenizers().stream();
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void checkedTokenizer_givesTheLibrarysIds(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        try (Tokenizer checked = Tokenizer.load(json, file.toString(), StrayHome.ofEnvironment());
                HuggingFaceTokenizer plain = HuggingFaceTokenizer.newInstance(
                        new ByteArrayInputStream(json),
                        Map.of("addSpecialTokens", "true", "padding", "false", "truncation", "false"))) {
            for (String text : TokenizerMutants.TEXTS) {
                assertThat(checked.ids(text)).isEqualTo(plain.encode(text).getIds());
            }
        }
    }

    @Test
    void mutants_areTakenOrRefused_inOneProcess() throws Exception {
        MutantRun run = MutantRun.of(TokenizerMutants.class.getName(), MUTANTS, 1);
        assertThat(run.passed()).as(run.toString()).isTrue();
        assertThat(run.outcomes().keySet()).contains("refused", "taken", "slow tokenizer taken");
        assertThat(run.outcomes().values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(MUTANTS);
    }

    /** A card vouches for the bytes of its files, not for what they say. */
    @Test
    void tokenizerBesideCard_isRefusedWhenAdded_andWhenOpened() throws IOException {
        ModelStore store = ModelStore.at(home.resolve("stray"));
        Path folder = LayoutFolders.copy("hf-two-files", home.resolve("source"));
        new ModelInstaller(store).add(folder.toString(), AddOptions.none());
        Path installed = home.resolve("stray").resolve("models").resolve("source");
        Path tokenizer = installed.resolve("tokenizer.json");
        String before = Files.readString(tokenizer);
        Files.writeString(tokenizer, before.replace("<|endoftext|>\",553", "<|endoftext|>\",551"));
        Path card = installed.resolve("extractor.json");
        Files.writeString(card, Files.readString(card).replace(Sha256.of(before), Sha256.of(tokenizer)));
        String message = "tokenizer.json: key 'post_processor.sep[1]' (551) must be 553";
        assertThatThrownBy(() -> TextEncoder.open(installed.toString()))
                .isInstanceOf(InvalidTokenizerException.class)
                .hasMessageContaining(message);
        ModelStore other = ModelStore.at(home.resolve("other"));
        assertThatThrownBy(() -> new ModelInstaller(other).add(installed.toString(), AddOptions.none()))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining(message);
        assertThat(other.list().models()).hasSize(1);
        assertThat(other.list().broken()).isEmpty();
    }

    @Test
    void slowTokenizersWords_mustBeText() throws IOException {
        Path model = home.resolve("model");
        TokenizerMutants.copy(Path.of("src", "test", "exports", "chinese-clip-two-files", "model"), model);
        Files.write(model.resolve("vocab.txt"), new byte[] {'a', '\n', (byte) 0xFF});
        assertThatThrownBy(() -> new ModelInstaller(ModelStore.at(home.resolve("stray")))
                        .add(model.toString(), AddOptions.none()))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining("vocab.txt is damaged, or no UTF-8 text");
    }
}
