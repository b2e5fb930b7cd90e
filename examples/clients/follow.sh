#!/usr/bin/env bash
# Sends a job to POST /, follows its live events and prints its result: follow.sh DEFINITION.json "What to do".
# WORKER_URL, and API_TOKEN where the worker asks for one; curl and Node, which makes the JSON.
set -euo pipefail
url=${WORKER_URL:-http://127.0.0.1:8080}
id=example-$(date +%s)-$$
worker() { curl --silent --show-error --fail --no-buffer --header "Authorization: Bearer ${API_TOKEN:-}" "$@"; }

node -e '
  const [file, id, content] = process.argv.slice(1);
  const agent_definition = JSON.parse(require("fs").readFileSync(file, "utf8"));
  const input_payload = { messages: [{ role: "user", content }] };
  console.log(JSON.stringify({ job_id: id, trace_id: id, agent_definition, input_payload }));
' "$1" "$id" "$2" |
  worker --header 'Prefer: respond-async' --header 'Content-Type: application/json' --data-binary @- "$url/" >/dev/null

worker "$url/jobs/$id/events" | sed -n 's/^event: //p' >&2
worker "$url/jobs/$id"
