// SPDX-License-Identifier: Apache-2.0

/** For the module path; on the class path it is not looked at. */
module com.example.guard {
    requires io.github.stray.vision;
}
