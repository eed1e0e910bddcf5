// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;

import io.github.stray.audit.Saturation;
import io.github.stray.inspect.Shortcut;
import io.github.stray.metric.Interval;
import io.github.stray.study.audit.AuditFolder;
import io.github.stray.study.audit.AuditResult;
import io.github.stray.study.audit.AuditSet;
import io.github.stray.study.audit.Finding;
import io.github.stray.study.audit.Findings;
import io.github.stray.study.audit.SharedClasses;
import java.nio.file.Path;

/** What an audit found and left in its folder, a line each. */
record AuditSummary(CommonOptions common, Path folder) {
    void print(AuditResult result) {
        copies("exact copies ", result.exactCopies());
        copies("near copies  ", result.nearCopies());
        images("OOD like ID    ", result.idContent());
        images("doubtful labels", result.labelNoise());
        for (SharedClasses shared : result.sharedClasses()) {
            common.say("classes in common %s: %,d to look at", shared.ood(), shared.remarkable());
        }
        result.saturation().forEach(this::leftToWin);
        result.sets().stream().filter(AuditSet::ood).forEach(set -> shortcut(result, set));
        common.say("");
        for (AuditResult.Cleaned list : result.cleaned()) {
            common.say("%s: %,d kept, %,d taken out", folder.resolve(list.file()), list.kept(), list.removed());
        }
        common.say("report: %s", folder.resolve(AuditFolder.PAGE));
    }

    private void shortcut(AuditResult result, AuditSet set) {
        result.shortcuts(set).stream()
                .filter(shortcut -> shortcut.auroc() >= Shortcut.TELLING)
                .limit(1)
                .forEach(shortcut -> common.say(
                        "shortcut          %s: %s alone tells it from the ID set, AUROC %.3f",
                        set.key(), shortcut.property().id().replace('_', ' '), shortcut.auroc()));
    }

    private void copies(String name, Findings<? extends Finding.Copy> copies) {
        long across = copies.found().stream().filter(Finding.Copy::across).count();
        common.say("%s     %,d, %,d of them between sets", name, copies.total(), across);
    }

    private void images(String name, Findings<?> findings) {
        String count = Count.of(findings.total(), "image", "images");
        common.say(
                "%s   %s",
                name,
                findings.missing().map(why -> "n/a: " + why.text(Remedies::of)).orElse(count));
    }

    private void leftToWin(String set, Saturation pair) {
        Interval interval = pair.interval();
        String range = formatted("%.4f (%.4f to %.4f)", pair.auroc(), interval.lower(), interval.upper());
        common.say(
                "left to win       %s: AUROC %s by %s, %.1f images lost, differences from %.4f show; %s",
                set,
                range,
                pair.detector(),
                pair.lost(),
                pair.resolvable(),
                pair.saturated() ? "saturated" : "not saturated");
    }
}
