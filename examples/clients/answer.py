"""Answers what an agent asks over NATS, and waits for what it says then: python answer.py THREAD approve [INTERRUPT].

The thread is the job that was asked for, the interrupt the "id" of what is asked: with it, an answer that comes too late is refused.
NATS_URL, and NATS_SUBJECT_PREFIX where it is not "agent"; the package nats-py.
"""

import asyncio
import json
import os
import sys
import uuid

import nats


async def main(thread: str, decision: str, interrupt: str | None = None) -> None:
    prefix = os.environ.get("NATS_SUBJECT_PREFIX", "agent")
    job_id = str(uuid.uuid4())
    answer = {
        "job_id": job_id,
        "trace_id": job_id,
        "thread_id": thread,
        "interrupt_id": interrupt,
        "resume": {"decisions": [{"type": decision}]},
    }
    client = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
    # Heard before the answer is published, so that no result can be missed.
    results = await client.subscribe(f"{prefix}.status.*")
    body = json.dumps(answer).encode()
    await client.jetstream().publish(f"{prefix}.resume.{job_id}", body, headers={"Nats-Msg-Id": job_id})
    async for message in results.messages:
        result = json.loads(message.data)
        if result["subject"] == job_id:
            print(json.dumps(result["data"]))
            break
    await client.close()


asyncio.run(main(*sys.argv[1:4]))
