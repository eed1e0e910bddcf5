// SPDX-License-Identifier: Apache-2.0
/** What would help where an input is refused. The libraries name it; the program that runs them says how its users do it. */
package io.github.stray.remedy;
