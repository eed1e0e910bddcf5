#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Damaged images through the decoders, in JVMs with 512 MB. JPEG, alone and in TIFF, goes through both decoders.
set -uo pipefail
code=0
decode() { # DECODER FORMATS COUNT
  "$CHAOS_WORK/java" -Dstray.jpeg="$1" tools/chaos/Images.java "$2" "$3" 1
  local result=$?
  [ $result -eq 0 ] || code=1
  [ $result -le 1 ] || echo "images.sh: the JVM ended with $result at copy $(od -An -td4 --endian=big "$CHAOS_WORK/at") of $2 ($1)" >&2
}

formats='png gif bmp webp'
compgen -G '/usr/lib/*/libheif.so.1' >/dev/null && formats="$formats heif"
decoders=imageio
compgen -G '/usr/lib/*/libturbojpeg.so.0' >/dev/null && decoders='turbo imageio'
if [ "${1:-}" = --small ]; then
  for decoder in $decoders; do decode $decoder jpeg,tiff 100; done
  decode imageio "${formats// /,}" 100
else
  for format in jpeg tiff; do
    for decoder in $decoders; do decode $decoder $format 5000; done
  done
  for format in $formats; do decode imageio $format 5000; done
fi
exit $code
