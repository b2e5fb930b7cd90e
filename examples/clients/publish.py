"""Publishes a job over NATS and waits for its result: python publish.py DEFINITION.json "What to do".

NATS_URL, and NATS_SUBJECT_PREFIX where it is not "agent"; the package nats-py.
"""

import asyncio
import json
import os
import sys
import uuid

import nats


async def main(definition: str, request: str) -> None:
    prefix = os.environ.get("NATS_SUBJECT_PREFIX", "agent")
    job_id = str(uuid.uuid4())
    with open(definition, encoding="utf-8") as file:
        agent_definition = json.load(file)
    event = {
        "specversion": "1.0",
        "type": "dev.my-platform.agent.execute",
        "source": "an-example",
        "id": job_id,
        "data": {
            "job_id": job_id,
            "trace_id": job_id,
            "agent_definition": agent_definition,
            "input_payload": {"messages": [{"role": "user", "content": request}]},
        },
    }
    client = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
    # Heard before the job is published, so that no result can be missed.
    results = await client.subscribe(f"{prefix}.status.*")
    body = json.dumps(event).encode()
    await client.jetstream().publish(f"{prefix}.execute.{job_id}", body, headers={"Nats-Msg-Id": job_id})
    async for message in results.messages:
        result = json.loads(message.data)
        if result["subject"] == job_id:
            print(json.dumps(result["data"]))
            break
    await client.close()


asyncio.run(main(*sys.argv[1:3]))
