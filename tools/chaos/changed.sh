#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files that change while they are read. A heap of 96 MB makes files of 25 MB large ones.
set -uo pipefail
[ "${1:-}" = --small ] && count=5 || count=100
exec "$CHAOS_WORK/java" -Xmx96m tools/chaos/Changed.java $count 1
