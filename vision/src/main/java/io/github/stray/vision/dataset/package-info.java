// SPDX-License-Identifier: Apache-2.0
/** Where images come from: folders, archives, list files, CIFAR's binary files and single images as one kind of set. */
@NullMarked
package io.github.stray.vision.dataset;

import org.jspecify.annotations.NullMarked;
