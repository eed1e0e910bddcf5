// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

/**
 * A figure from a paper, to stand beside ours.
 *
 * @param pair name of the pair
 * @param ood name of the OOD set, or {@code near}, {@code far} or {@code all} for a mean
 * @param detector what the paper calls by this detector's id
 * @param extractor the paper's network, which need not be among those of the suite
 * @param auroc a fraction in [0, 1]
 * @param source where it is printed
 */
public record PublishedFigure(
        String pair, String ood, String detector, String extractor, double auroc, String source) {}
