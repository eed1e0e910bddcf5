// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.tensor.ElementType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputGuardTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id,score,verdict,p_value\n",
                "id,score,verdict,p_value,label\r\na,1,,,\r\n",
                "{\"id\":\"a\",\"score\":1,\"verdict\":null,\"p_value\":null}\n",
                "<!DOCTYPE html>\n<html><head><meta name=\"generator\" content=\"Stray 0.1\"></head></html>",
            })
    void writtenByStray_ourText_isRecognised(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("x"), text);
        assertThat(OutputGuard.writtenByStray(file)).isTrue();
        OutputGuard.requireReplaceable(file, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "thesis",
                "id,score\n",
                "id,score,verdict,p_values\n",
                "{\"id\":\"a\",\"score\":1}\n",
                "\n\nid,score,verdict,p_value\n",
                "<html><meta name=\"generator\" content=\"Word\"></html>",
            })
    void requireReplaceable_foreignText_isRefusedUnlessForced(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("x"), text);
        assertThatThrownBy(() -> OutputGuard.requireReplaceable(file, false))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(file + ": was not written by Stray and is not replaced; choose another name");
        OutputGuard.requireReplaceable(file, true);
    }

    @Test
    void requireReplaceable_folderOrNoFolder_isRefusedEvenByForce() {
        assertThatThrownBy(() -> OutputGuard.requireReplaceable(folder, true))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(folder + ": is a folder; give the name of a file in it");
        assertThatThrownBy(() -> OutputGuard.requireReplaceable(folder.resolve("none/x.csv"), true))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageEndingWith("cannot write: there is no folder " + folder.resolve("none"));
    }

    @Test
    void writtenByStray_binaryFiles_areRecognised() throws IOException {
        Path ours = folder.resolve("x.safetensors");
        SafetensorsWriter.write(ours, Map.of("a", TextTensor.of("x")), Map.of());
        assertThat(OutputGuard.writtenByStray(ours)).isTrue();
        byte[] foreign = new String(Files.readAllBytes(ours), StandardCharsets.ISO_8859_1)
                .replace("stray.format", "other.format")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(OutputGuard.writtenByStray(Files.write(ours, foreign))).isFalse();
        Path array = folder.resolve("x.npy");
        try (NpyWriter writer = NpyWriter.create(array, ElementType.F32)) {
            writer.commit();
        }
        assertThat(OutputGuard.writtenByStray(array)).isTrue();
        byte[] numpy = Files.readAllBytes(array);
        numpy[8] = 118;
        numpy[9] = 0;
        assertThat(OutputGuard.writtenByStray(Files.write(array, numpy))).isFalse();
    }

    @Test
    void isEmpty_folderWithAndWithoutFile_saysSo() throws IOException {
        assertThat(OutputGuard.isEmpty(folder)).isTrue();
        Files.writeString(folder.resolve(".stray-0123456789abcdef.tmp"), "left by a killed process");
        assertThat(OutputGuard.isEmpty(folder)).isTrue();
        Files.writeString(folder.resolve(".hidden"), "");
        assertThat(OutputGuard.isEmpty(folder)).isFalse();
        assertThatThrownBy(() -> OutputGuard.isEmpty(folder.resolve("absent"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void requireReplaceable_startOfAnArray_isRefused() throws IOException {
        for (int length = 1; length <= 10; length++) {
            byte[] start = new byte[length];
            System.arraycopy(Npy.MAGIC, 0, start, 0, Math.min(length, Npy.MAGIC.length));
            Path file = Files.write(folder.resolve("x"), start);
            assertThatThrownBy(() -> OutputGuard.requireReplaceable(file, false))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
    }
}
