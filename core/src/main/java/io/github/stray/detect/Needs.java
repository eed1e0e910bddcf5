// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a detector must be given, and which layers it reads. Immutable.
 *
 * @param layers layers of a sample that it reads. The first is the one that its space is of: {@code features}, {@code
 *     embeddings} or {@code logits}. Another, such as {@code patches}, may follow
 * @param trainingLayers layers that it reads of the training samples alone, in addition
 * @param fitted whether it is fitted to training samples. A detector that is not fitted can do without them; if there are
 *     some, all of them calibrate it
 * @param labels whether the training samples must have labels
 * @param head what it does with a linear head
 * @param classes whether it needs class embeddings
 * @param negatives whether it needs negative words
 */
public record Needs(
        List<Layer> layers,
        List<Layer> trainingLayers,
        boolean fitted,
        boolean labels,
        Head head,
        boolean classes,
        boolean negatives) {
    /** How a detector uses a linear head. */
    public enum Head {
        /** It accepts none. */
        NONE,
        /** It uses one where one is given. */
        OPTIONAL,
        /** It requires one. */
        REQUIRED,
        /** It reads logits, or makes them from features with a head. */
        FOR_LOGITS
    }

    /** Keeps the lists. */
    public Needs {
        layers = List.copyOf(layers);
        trainingLayers = List.copyOf(trainingLayers);
    }

    /** Fitted to features. */
    public static final Needs FEATURES =
            new Needs(List.of(Layer.FEATURES), List.of(), true, false, Head.NONE, false, false);

    /** Fitted to logits, which a head may make. */
    public static final Needs LOGITS =
            new Needs(List.of(Layer.LOGITS), List.of(), true, false, Head.FOR_LOGITS, false, false);

    /** Image embeddings against class embeddings; nothing is fitted. */
    public static final Needs LANGUAGE =
            new Needs(List.of(Layer.EMBEDDINGS), List.of(), false, false, Head.NONE, true, false);

    Needs withLabels() {
        return new Needs(layers, trainingLayers, fitted, true, head, classes, negatives);
    }

    Needs unfitted() {
        return new Needs(layers, trainingLayers, false, labels, head, classes, negatives);
    }

    Needs withHead(Head use) {
        return new Needs(layers, trainingLayers, fitted, labels, use, classes, negatives);
    }

    Needs withClasses() {
        return new Needs(layers, trainingLayers, fitted, labels, head, true, negatives);
    }

    Needs withNegatives() {
        return new Needs(layers, trainingLayers, fitted, labels, head, classes, true);
    }

    Needs andLayer(Layer further) {
        var all = new ArrayList<>(layers);
        all.add(further);
        return new Needs(all, trainingLayers, fitted, labels, head, classes, negatives);
    }

    Needs andTrainingLayer(Layer further) {
        var all = new ArrayList<>(trainingLayers);
        all.add(further);
        return new Needs(layers, all, fitted, labels, head, classes, negatives);
    }

    /**
     * {@return the layers of a sample that are read; the feature space is that of the first}
     *
     * @param headGiven whether there is a head
     */
    public List<Layer> sampleLayers(boolean headGiven) {
        return head == Head.FOR_LOGITS && headGiven ? List.of(Layer.FEATURES) : layers;
    }

    /**
     * {@return the layers of a training sample that are read; the feature space is that of the first}
     *
     * @param headGiven whether there is a head
     */
    public List<Layer> trainingSampleLayers(boolean headGiven) {
        var all = new ArrayList<>(sampleLayers(headGiven));
        all.addAll(trainingLayers);
        return List.copyOf(all);
    }

    /** {@return whether a head may be given} */
    public boolean takesHead() {
        return head != Head.NONE;
    }

    /**
     * Checks that the required head, class embeddings and negative words are given, before samples are read.
     *
     * @param given what the detector will be fitted to
     * @param id the detector's id, for the message
     * @throws IllegalArgumentException if one is missing; the message says which and what makes it
     */
    public void requireGiven(Training given, String id) {
        if (head == Head.REQUIRED) {
            Inputs.requireHead(given, id);
        }
        if (classes) {
            Inputs.requireClasses(given, id);
        }
        if (negatives) {
            Inputs.requireNegatives(given, id);
        }
    }

    /** {@return a phrase for help texts, such as {@code features and labels}} */
    public String phrase() {
        var parts = new ArrayList<String>();
        parts.add(
                head == Head.FOR_LOGITS
                        ? "logits, or features and a head"
                        : layers.stream().map(Layer::id).collect(Collectors.joining(" and ")));
        trainingLayers.forEach(layer -> parts.add(layer.id()));
        if (labels) {
            parts.add("labels");
        }
        switch (head) {
            case REQUIRED -> parts.add("a head");
            case OPTIONAL -> parts.add("a head if there is one");
            case NONE, FOR_LOGITS -> {}
        }
        if (classes) {
            parts.add("class embeddings");
        }
        if (negatives) {
            parts.add("negative words");
        }
        String phrase = String.join(" and ", parts);
        return fitted ? phrase : phrase + " (nothing is fitted, so training samples only calibrate)";
    }
}
