#!/bin/sh
# Prints the newest signal of each symbol.
set -eu
. "$(dirname "$0")/aurora.sh"
ask viewer /api/signals
echo
