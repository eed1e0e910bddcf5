#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Stray's own files, damaged byte by byte.
set -uo pipefail
[ "${1:-}" = --small ] && most=4 || most=1024
STRAY_HOME=$CHAOS_WORK/own/home STRAY_OFFLINE=1 exec "$CHAOS_WORK/java" tools/chaos/OwnFiles.java $most 1
