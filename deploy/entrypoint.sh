#!/bin/sh
# The encoder comes with the image, the data with the volume; the sample report is indexed when there is nothing yet.
set -eu
[ -e "$CCHC_DATA/encoder" ] || ln -s /app/built/encoder "$CCHC_DATA/encoder"
if [ "$1" = serve ] && [ ! -e "$CCHC_DATA/generations/CURRENT" ]; then
    /app/.venv/bin/cchc index
fi
exec /app/.venv/bin/cchc "$@"
