"""A run with options, as a program with Python's langgraph-sdk asks for one, and all that it does with crons whose runs have some.

Called with the URL of the worker; stdin has {"input": …, "configurable": …}.
"""

import json
import sys

from langgraph_sdk import get_sync_client
from langgraph_sdk.schema import Config


def main():
    client, given = get_sync_client(url=sys.argv[1], api_key=None), json.load(sys.stdin)
    config: Config = {"configurable": given["configurable"]}
    thread = client.threads.create()["thread_id"]
    client.runs.wait(thread, "agent", input=given["input"], config=config)
    cron = client.crons.create("agent", schedule="0 0 1 1 *", input=given["input"], config=config)
    of_thread = client.crons.create_for_thread(thread, "agent", schedule="@daily", input=given["input"], config=config)
    changed = client.crons.update(cron["cron_id"], enabled=False, metadata={"of": "python"})
    found = client.crons.search(thread_id=thread)
    answer = {
        "run": client.runs.list(thread)[0]["run_id"],
        "cron": cron["cron_id"],
        "changed": changed,
        "found": [one["cron_id"] for one in found] == [of_thread["cron_id"]],
        "count": client.crons.count(assistant_id="agent"),
    }
    client.crons.delete(of_thread["cron_id"])
    json.dump({**answer, "left": client.crons.count()}, sys.stdout)


main()
