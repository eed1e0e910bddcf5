// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expected values: the examples of FIPS 180-4 and Python's hashlib. */
class Sha256Test {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String MILLION_A = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

    @Test
    void of_examplesOfTheStandard() {
        assertThat(Sha256.of("abc")).isEqualTo(ABC);
        assertThat(Sha256.of("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(ABC);
        assertThat(Sha256.of("")).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void of_textIsUtf8() {
        assertThat(Sha256.of("\u00e4\u4e2d"))
                .isEqualTo("1f7faf3d770782a641ec92372959b6f442a21aec835280bc7a565a5e2a2b7f21");
    }

    @Test
    void of_fileLargerThanABlock(@TempDir Path folder) throws IOException {
        byte[] million = new byte[1_000_000];
        Arrays.fill(million, (byte) 'a');
        Path file = Files.write(folder.resolve("a"), million);
        assertThat(Sha256.of(file)).isEqualTo(MILLION_A);
        assertThatThrownBy(() -> Sha256.of(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void hex_ofPartsIsThatOfTheWhole() {
        MessageDigest digest = Sha256.digest();
        digest.update((byte) 'a');
        digest.update("bc".getBytes(StandardCharsets.UTF_8));
        assertThat(Sha256.hex(digest)).isEqualTo(ABC);
    }
}
