// SPDX-License-Identifier: Apache-2.0
/** Networks in ONNX, run by ONNX Runtime. The only package that knows it. */
package io.github.stray.vision.onnx;
