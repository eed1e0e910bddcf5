#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes every folder once more with the twenty real images of real.txt instead of the drawn ones: their values by the libraries
# themselves, and the pixels that the libraries give to the networks.
#
# usage: tools/exports/real.sh WORK ARCHIVES
#
# WORK: as for all.sh, whose environments are used or made; the folders come into WORK/real (400 MB). ARCHIVES: the folder of the
# archives that real.txt names. Then: report.sh WORK/out WORK/real
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=${1:?usage: tools/exports/real.sh WORK ARCHIVES}
archives=${2:?usage: tools/exports/real.sh WORK ARCHIVES}
mkdir -p "$work/real"
python3 "$here/real.py" "$archives" "$work/real/images"
EXPORTS_OUT=real exec "$here/all.sh" "$work"
