#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kills every command that writes at random moments, and runs it again.
set -uo pipefail
if [ "${1:-}" = --small ]; then set -- 4 1 fit; else set -- 500 1; fi
exec "$CHAOS_WORK/java" tools/chaos/Kills.java "$@"
