"""Talks to an agent over HTTP and prints its answer as it is written: python stream.py DEFINITION.json "What to do".

WORKER_URL and API_TOKEN; the package langgraph-sdk.
"""

import asyncio
import json
import os
import sys

from langgraph_sdk import get_client


async def main(definition: str, request: str) -> None:
    url = os.environ.get("WORKER_URL", "http://127.0.0.1:8080")
    client = get_client(url=url, api_key=os.environ.get("API_TOKEN"))
    with open(definition, encoding="utf-8") as file:
        config = {"configurable": {"agent_definition": json.load(file)}}
    question = {"messages": [{"role": "user", "content": request}]}
    thread_id = (await client.threads.create())["thread_id"]
    run = client.runs.stream(thread_id, "agent", input=question, config=config, stream_mode="messages-tuple")
    async for part in run:
        if part.event == "messages" and isinstance(part.data[0]["content"], str):
            print(part.data[0]["content"], end="", file=sys.stderr)
        if part.event == "error":
            raise SystemExit(json.dumps(part.data))
    state = await client.threads.get_state(thread_id)
    output = state["values"]["messages"][-1]["content"]
    print(json.dumps({"thread_id": thread_id, "output": output}))


asyncio.run(main(*sys.argv[1:3]))
