#!/usr/bin/env bash
# A sweep by GNU parallel: parallel.sh SCENARIO SHARDS PARTS RESULTS
#
# PARALLEL_OPTIONS="--sshlogin a,b,c" does the same on other machines that see the same folder; a command that fails or
# is killed is started again, and goes on where the one before it was.
set -euo pipefail
scenario=$1 shards=$2 parts=$3 results=$4

# shellcheck disable=SC2086 # several options are several words
seq "$shards" | parallel --retries 3 ${PARALLEL_OPTIONS:-} \
  hbsim sweep "$scenario" --shard "{}/$shards" --out "$parts" --threads 1 --resume --quiet

hbsim merge "$parts" --out "$results"
