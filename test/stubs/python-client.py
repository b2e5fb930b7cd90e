"""What a program with Python's langgraph-sdk does with an Agent Server, and what it was answered: JSON in, JSON out.

Called with the URL of the server; stdin has {"config": …, "input": …, "hello": …}.
"""

import asyncio
import json
import sys

from langgraph_sdk import get_client, get_sync_client


async def tell(url, given):
    client = get_client(url=url, api_key=None)
    config, answers = given["config"], {}
    thread = await client.threads.create(metadata={"of": "python"})
    on = thread["thread_id"]
    answers["threads.create"] = thread
    answers["runs.wait"] = await client.runs.wait(on, "agent", input=given["input"], config=config)
    answers["threads.get"] = await client.threads.get(on)
    answers["threads.get_state"] = await client.threads.get_state(on)
    answers["threads.get_history"] = await client.threads.get_history(on, limit=100)
    modes = ["values", "updates", "messages-tuple"]
    for mode in modes:
        stream = client.runs.stream(on, "agent", input=given["hello"], config=config, stream_mode=mode)
        answers[f"runs.stream, {mode}"] = [{"event": part.event, "data": part.data} async for part in stream]
    run = await client.runs.create(on, "agent", input=given["hello"], config=config)
    answers["runs.create"] = run
    answers["runs.join"] = await client.runs.join(on, run["run_id"])
    answers["runs.get"] = (await client.runs.get(on, run["run_id"]))["status"]
    answers["runs.list"] = len(await client.runs.list(on))
    said = {"messages": [{"role": "user", "content": "By hand."}]}
    answers["threads.update_state"] = await client.threads.update_state(on, values=said)
    stopped = {"input": given["input"], "config": config, "interrupt_before": ["tools"]}
    await client.runs.wait(on, "agent", **stopped)
    answers["threads.get, stopped"] = (await client.threads.get(on))["status"]
    answers["runs.wait, gone on"] = await client.runs.wait(on, "agent", input=None, config=config)
    answers["threads.search"] = await client.threads.search(metadata={"of": "python"})
    answers["threads.copy"] = await client.threads.copy(on)
    await tell_of_removed(client, on, answers)
    await tell_of_assistants(client, answers)
    await tell_of_items(client, answers)
    await client.threads.delete(on)
    answers["threads.get, deleted"] = await status_of(client.threads.get(on))
    answers["runs.create, no such assistant"] = await status_of(client.runs.create(None, "nobody"))
    return answers


async def tell_of_removed(client, on, answers):
    last = (await client.threads.get_state(on))["values"]["messages"][-1]
    said = {"messages": [{"type": "remove", "id": last["id"]}]}
    answers["threads.update_state, removing"] = await client.threads.update_state(on, values=said)
    answers["threads.get_state, removed"] = await client.threads.get_state(on)


async def tell_of_assistants(client, answers):
    made = await client.assistants.create("agent", name="One", metadata={"of": "python"})
    assistant = made["assistant_id"]
    answers["assistants.create"] = made
    answers["assistants.update"] = await client.assistants.update(assistant, name="Two")
    answers["assistants.get_versions"] = await client.assistants.get_versions(assistant)
    answers["assistants.set_latest"] = await client.assistants.set_latest(assistant, 1)
    answers["assistants.search"] = await client.assistants.search(metadata={"of": "python"})
    await client.assistants.delete(assistant)
    answers["assistants.get, deleted"] = await status_of(client.assistants.get(assistant))


async def tell_of_items(client, answers):
    for key in ["first", "second"]:
        await client.store.put_item(["readers", "ada"], key=key, value={"likes": key})
    answers["store.get_item"] = await client.store.get_item(["readers", "ada"], key="first")
    answers["store.search_items"] = await client.store.search_items(["readers"], filter={"likes": "second"})
    answers["store.list_namespaces"] = await client.store.list_namespaces(prefix=["readers"])
    await client.store.delete_item(["readers", "ada"], key="first")
    answers["store.get_item, deleted"] = await client.store.get_item(["readers", "ada"], key="first")
    await client.store.delete_item(["readers", "ada"], key="second")


async def status_of(asking):
    try:
        return await asking
    except Exception as error:
        return getattr(getattr(error, "response", None), "status_code", repr(error))


def tell_without_waiting(url, given):
    client = get_sync_client(url=url, api_key=None)
    return client.runs.wait(None, "agent", input=given["hello"], config=given["config"])


def main():
    url, given = sys.argv[1], json.load(sys.stdin)
    answers = asyncio.run(tell(url, given))
    answers["runs.wait, without asyncio"] = tell_without_waiting(url, given)
    json.dump(answers, sys.stdout)


main()
