// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class SafetensorsProperties {
    private static Path file = Path.of("unset");

    @BeforeContainer
    static void makeFile() throws IOException {
        file = Files.createTempFile("stray-", ".safetensors");
    }

    @AfterContainer
    static void deleteFile() throws IOException {
        Files.delete(file);
    }

    private static Map<String, Tensor> write(long seed, Map<String, String> metadata) throws IOException {
        var random = new Random(seed);
        var tensors = new LinkedHashMap<String, Tensor>();
        for (ElementType type : ElementType.values()) {
            long[] shape = new long[random.nextInt(4)];
            int bytes = type.bytes();
            for (int i = 0; i < shape.length; i++) {
                shape[i] = random.nextInt(5);
                bytes *= (int) shape[i];
            }
            byte[] data = new byte[bytes];
            random.nextBytes(data);
            tensors.put(type + "é\"\\", Tensor.of(type, shape, MemorySegment.ofArray(data)));
        }
        SafetensorsWriter.write(file, tensors, metadata);
        return tensors;
    }

    @Property(tries = 100)
    void open_whatWasWritten_isTheSameBitForBit(@ForAll long seed, @ForAll @Size(max = 5) Map<String, String> metadata)
            throws IOException {
        var known = new LinkedHashMap<String, String>();
        metadata.forEach((key, value) -> known.put(wellFormed(key), wellFormed(value)));
        Map<String, Tensor> tensors = write(seed, known);
        Safetensors read = Safetensors.open(file);
        assertThat(read.verified()).isTrue();
        assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
        assertThat(read.metadata()).containsAllEntriesOf(known).hasSize(known.size() + 2);
        for (var tensor : tensors.entrySet()) {
            Tensor copy = read.tensor(tensor.getKey());
            assertThat(copy.type()).isEqualTo(tensor.getValue().type());
            assertThat(copy.shape()).isEqualTo(tensor.getValue().shape());
            assertThat(copy.data().mismatch(tensor.getValue().data())).isEqualTo(-1);
        }
    }

    /** Half a surrogate pair has no UTF-8. */
    private static String wellFormed(String text) {
        return text.replaceAll("\\p{Cs}", "");
    }

    @Property(tries = 4)
    void open_anyByteFlipped_isRefused(@ForAll long seed, @ForAll @IntRange(max = 7) int bit) throws IOException {
        write(seed, Map.of("stray.dataset", "x"));
        byte[] sound = Files.readAllBytes(file);
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] ^= (byte) (1 << bit);
            Files.write(file, damaged);
            assertThatThrownBy(() -> Safetensors.open(file))
                    .as("bit %d of byte %d", bit, i)
                    .isInstanceOf(BadFileException.class)
                    .isNotInstanceOf(TooNewFileException.class);
        }
    }

    @Property(tries = 4)
    void open_anyByteReplaced_isRefused(@ForAll long seed) throws IOException {
        write(seed, Map.of());
        byte[] sound = Files.readAllBytes(file);
        var random = new Random(seed);
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] = (byte) (sound[i] + 1 + random.nextInt(255));
            Files.write(file, damaged);
            assertThatThrownBy(() -> Safetensors.open(file)).as("byte %d", i).isInstanceOf(BadFileException.class);
        }
    }

    @Property(tries = 2)
    void open_cutAnywhere_isTruncated(@ForAll long seed) throws IOException {
        write(seed, Map.of());
        byte[] sound = Files.readAllBytes(file);
        for (int length = 0; length < sound.length; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertThatThrownBy(() -> Safetensors.open(file))
                    .as("%d bytes", length)
                    .isInstanceOf(TruncatedFileException.class)
                    .hasMessageContaining("truncated: ");
        }
    }

    @Property(tries = 80)
    void open_randomBytes_isRefused(@ForAll byte[] bytes) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(BadFileException.class);
    }
}
