// SPDX-License-Identifier: Apache-2.0
/** What a study is to compare: suites, read from YAML and checked line by line, and those that ship with Stray. */
@org.jspecify.annotations.NullMarked
package io.github.stray.study.suite;
