// SPDX-License-Identifier: Apache-2.0
/** The whole main job on the drawn sample. */
package io.github.stray.study.demo;
