// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.util.List;

/**
 * A CIFAR set: record layout, class names in the order of the official files, official file names.
 *
 * @param id {@code cifar10} or {@code cifar100}
 * @param labelBytes bytes before the pixels; the last of them is the label (of CIFAR-100 the fine one)
 * @param classNames in label order
 * @param train files of the training split
 * @param test files of the test split
 */
record Cifar(String id, int labelBytes, List<String> classNames, List<String> train, List<String> test) {
    static final Cifar CIFAR10 = new Cifar(
            "cifar10",
            1,
            words("""
            airplane automobile bird cat deer dog frog horse ship truck
            """),
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"),
            List.of("test_batch.bin"));

    static final Cifar CIFAR100 = new Cifar("cifar100", 2, words("""
            apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
            butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch
            crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house
            kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle
            mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
            plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark
            shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table
            tank telephone television tiger tractor train trout tulip turtle wardrobe whale
            willow_tree wolf woman worm
            """), List.of("train.bin"), List.of("test.bin"));

    /** Pixels a side. */
    static final int SIDE = 32;

    /** Bytes of one colour plane. */
    static final int PLANE = SIDE * SIDE;

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    int recordBytes() {
        return labelBytes + 3 * PLANE;
    }

    int label(byte[] record) {
        return record[labelBytes - 1] & 0xFF;
    }

    /** Official names of a split's files. */
    List<String> files(CifarSplit split) {
        return split == CifarSplit.TRAIN ? train : test;
    }

    /** The record's planes, interleaved. */
    byte[] rgb(byte[] record) {
        byte[] rgb = new byte[3 * PLANE];
        for (int i = 0; i < PLANE; i++) {
            rgb[3 * i] = record[labelBytes + i];
            rgb[3 * i + 1] = record[labelBytes + PLANE + i];
            rgb[3 * i + 2] = record[labelBytes + 2 * PLANE + i];
        }
        return rgb;
    }
}
