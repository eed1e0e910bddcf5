#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Commands that cannot write: full disks, read-only folders, no folder of temporary files.
set -uo pipefail
if [ "${1:-}" = --small ]; then set -- probe; else set --; fi
exec "$CHAOS_WORK/java" tools/chaos/Disk.java "$@"
