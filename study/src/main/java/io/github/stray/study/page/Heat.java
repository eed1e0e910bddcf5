// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import io.github.stray.report.Html;
import java.util.List;

/** The shades behind the AUROCs of a table: the finer, the nearer to 1. The style sheet and the script have as many. */
final class Heat {
    private static final double[] BOUNDS = {500, 600, 700, 800, 850, 900, 950, 980, 990};
    private static final List<String> NAMES = List.of("<.5", ".5", ".6", ".7", ".8", ".85", ".9", ".95", ".98", ".99");

    private Heat() {}

    /** The class of the style sheet, by the number as it is shown. */
    static String of(double auroc) {
        double shown = Double.parseDouble(ScriptData.thousandths(auroc));
        int shade = 0;
        while (shade < BOUNDS.length && shown >= BOUNDS[shade]) {
            shade++;
        }
        return "h" + shade;
    }

    /** What the shades and marks mean. */
    static void legend(Html html) {
        html.open("ul", "class", "heat-key");
        html.open("li").text("AUROC from ");
        html.open("span", "class", "shades");
        for (int shade = 0; shade < NAMES.size(); shade++) {
            html.leaf("span", NAMES.get(shade), "class", "h" + shade);
        }
        html.close("span").close("li");
        html.open("li")
                .leaf("b", "bold")
                .text(" best detector of the extractor")
                .close("li");
        html.open("li")
                .leaf("span", "\u2248", "class", "same")
                .text(" not significantly worse than the best (on each pair)")
                .close("li");
        html.open("li")
                .leaf("span", "*", "class", "same")
                .text(" mean over a part of them, not compared")
                .close("li");
        html.open("li")
                .leaf("span", "n/a", "class", "cellkey na")
                .text(" not applicable")
                .close("li");
        html.open("li")
                .leaf("span", "failed", "class", "cellkey failed")
                .text(" see Failures; a mean that lacks such a pair is framed")
                .close("li");
        html.close("ul");
    }
}
