#!/bin/sh
# Pins what the *.in files ask for, with hashes, for every platform. Needs uv on PATH; run after editing a *.in.
set -eu
cd "$(dirname "$0")"
for name in uv server test peers data-science outputs; do
  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
    --no-emit-index-url --no-emit-find-links --no-header "$@" \
    --output-file "$name.txt" "$name.in"
done
