#!/bin/sh
# Prints each state of a task until it is over, then all of it: follow-task.sh TASK_ID. Fails where it has no result.
set -eu
. "$(dirname "$0")/aurora.sh"
shown=
while :; do
  task=$(ask viewer "/api/tasks/$1")
  state=$(echo "$task" | of state)
  [ "$state" = "$shown" ] || echo "$state"
  shown=$state
  case $state in completed | dead | cancelled) break ;; esac
  sleep 1
done
echo "$task"
[ "$state" = completed ]
