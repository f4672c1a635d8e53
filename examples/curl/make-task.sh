#!/bin/sh
# Makes an analysis and prints it: make-task.sh SYMBOL TIMEFRAME [KEY]. The same key again gives the same task.
set -eu
. "$(dirname "$0")/aurora.sh"
ask operator /api/tasks \
  --header 'Content-Type: application/json' \
  --header "Idempotency-Key: ${3:-$(date +%s)-$$}" \
  --data "{\"task_type\": \"trading_analysis\", \"symbol\": \"$1\", \"timeframe\": \"$2\"}"
echo
