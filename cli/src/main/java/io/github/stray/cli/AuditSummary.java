// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.Saturation;
import io.github.stray.metric.Interval;
import io.github.stray.study.audit.AuditFolder;
import io.github.stray.study.audit.AuditResult;
import io.github.stray.study.audit.Finding;
import io.github.stray.study.audit.Findings;
import io.github.stray.study.audit.SharedClasses;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** What an audit found and left in its folder, a line each. */
record AuditSummary(PrintStream out, Path folder) {
    void print(AuditResult result) {
        copies("exact copies ", result.exactCopies());
        copies("near copies  ", result.nearCopies());
        images("OOD like ID    ", result.idContent());
        images("doubtful labels", result.labelNoise());
        for (SharedClasses shared : result.sharedClasses()) {
            out.printf(Locale.ROOT, "classes in common %s: %,d to look at%n", shared.ood(), shared.remarkable());
        }
        result.saturation().forEach(this::leftToWin);
        out.println();
        for (AuditResult.Cleaned list : result.cleaned()) {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d kept, %,d taken out%n",
                    folder.resolve(list.file()),
                    list.kept(),
                    list.removed());
        }
        out.printf(Locale.ROOT, "report: %s%n", folder.resolve(AuditFolder.PAGE));
    }

    private void copies(String name, Findings<? extends Finding.Copy> copies) {
        long across = copies.found().stream().filter(Finding.Copy::across).count();
        out.printf(Locale.ROOT, "%s     %,d, %,d of them between sets%n", name, copies.total(), across);
    }

    private void images(String name, Findings<?> findings) {
        String count = Count.of(findings.total(), "image", "images");
        out.printf(
                Locale.ROOT,
                "%s   %s%n",
                name,
                findings.missing().map(why -> "n/a: " + why).orElse(count));
    }

    private void leftToWin(String set, Saturation pair) {
        Interval interval = pair.interval();
        String range =
                String.format(Locale.ROOT, "%.4f (%.4f to %.4f)", pair.auroc(), interval.lower(), interval.upper());
        out.printf(
                Locale.ROOT,
                "left to win       %s: AUROC %s by %s, %.1f images lost, differences from %.4f show; %s%n",
                set,
                range,
                pair.detector(),
                pair.lost(),
                pair.resolvable(),
                pair.saturated() ? "saturated" : "not saturated");
    }
}
