// SPDX-License-Identifier: Apache-2.0
package io.github.stray.remedy;

/** What would help where an input was refused. Each program knows how its users do it: by options, by fields of a request. */
public enum Remedy {
    /** The message says all. */
    NONE,
    /** Describe the network by what is named, comma-separated, or give its card. */
    NETWORK_OPTIONS,
    /** Choose another name. */
    NAME,
    /** Choose among the pairs and OOD sets of the suite. */
    PAIRS_OF_SUITE,
    /** Choose no extractors. */
    NO_EXTRACTORS,
    /** Give training samples. */
    TRAINING_SAMPLES,
    /** Give labels of the training samples. */
    LABELS,
    /** Give a linear head. */
    HEAD,
    /** Give logits, or a head that makes them. */
    LOGITS_OR_HEAD,
    /** Make a linear head for the extractor, and give it. */
    HEAD_OF_EXTRACTOR,
    /** Leave the head out, or name a detector that takes one. */
    DETECTOR_WITH_HEAD,
    /** Give names of the ID classes. */
    CLASS_NAMES,
    /** Give more ID training images. */
    TRAINING_IMAGES,
    /** Give ID test images. */
    TEST_IMAGES,
    /** Or give ID test images of their own. */
    OWN_TEST_IMAGES,
    /** Hand the decisions on an audit's findings back to it. */
    DECISIONS,
    /** Give class embeddings. */
    CLASS_EMBEDDINGS,
    /** Give negative words. */
    NEGATIVE_WORDS,
    /** Extract the layers that are named, {@link RefusedException#about()}, comma-separated. */
    LAYERS,
    /** Extract the layer that is named. */
    LAYER,
    /** Extract the layer logits, or give a linear head. */
    LOGITS_LAYER,
    /** Score the features of the file that is named. */
    SCORE,
    /** Score with the detector of the file that is named. */
    SCORE_WITH,
    /** Name the extractor that made the features. */
    NAME_EXTRACTOR,
    /** Install the extractor, or name the folder where it lies. */
    INSTALL_EXTRACTOR,
    /** Fit the detector anew, or name the folder of the extractor it was fitted with. */
    FIT_ANEW,
    /** Insist on replacing what is there. */
    FORCE,
    /** Vouch for it that both spaces are one, as {@code forgetOrigin()} does. */
    SAME_SPACE,
    /** Vouch for it that both sides number their classes alike, as {@code forgetClassNames()} does. */
    CLASSES_BY_NUMBER,
    /** Calibrate on samples that the head has not seen, or forget which those are: {@code SeenSamples.UNKNOWN}. */
    UNSEEN_CALIBRATION,
    /** Give samples to calibrate on. */
    CALIBRATION_SAMPLES,
    /** Hold more samples out, or calibrate on more of others. */
    MORE_CALIBRATION,
    /** Add an extractor that has a text encoder, or give embeddings that were made elsewhere. */
    TEXT_ENCODER,
    /** Choose one of the networks of a folder; or of a repository, which is named with an example behind a space. */
    NETWORK_FILE,
    /** Say in which layers the network comes out, such as those that are named. */
    NETWORK_LAYERS,
    /** Say how the tokens of a base network become features, as the example that is named does. */
    NETWORK_POOL,
    /** Run networks on the processor. */
    PROCESSOR,
    /** Take batches of as many images as are named. */
    BATCH,
    /** Leave it out how many images of each class are taken. */
    ALL_OF_EACH_CLASS,
    /** Pull from a folder that has the files, or from another server. */
    MIRROR,
    /** Read images from the input that is named. */
    INPUT
}
