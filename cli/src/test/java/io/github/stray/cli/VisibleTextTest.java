// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream text = new VisibleText(printed);

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void print_sequencesInNames_areShownByEveryWayOfPrinting() {
        text.println("a\u001b[31m.png");
        text.printf(Locale.ROOT, "%s%n", "b\r\u0007.png");
        text.println((Object) "c\u009b2J.png");
        text.append("d\u202egnp.exe").append('\n');

        assertThat(printed()).isEqualTo("""
                        a\\u001B[31m.png
                        b\\u000D\\u0007.png
                        c\\u009B2J.png
                        d\\u202Egnp.exe
                        """);
    }

    @Test
    void print_ordinaryText_staysAsItIs() {
        String ordinary = "größe\t犬 \uD83D\uDC69\u200D\uD83D\uDD2C \u05D0\n";

        text.print(ordinary);

        assertThat(printed()).isEqualTo(ordinary);
    }

    @Test
    void steer_reachesTheTerminal() {
        VisibleText.steer(text, "\r\u001b[K");

        assertThat(printed()).isEqualTo("\r\u001b[K");
    }

    @Test
    void console_namesOnBothStreams_areVisible() {
        Console console = new Console(new PrintStream(printed), new PrintStream(printed), true);

        console.out().println("\u001b]0;x");
        console.err().println("\u001b]0;y");

        assertThat(printed()).isEqualTo("\\u001B]0;x\n\\u001B]0;y\n");
    }
}
