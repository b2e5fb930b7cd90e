"""A run with options, as a program with Python's langgraph-sdk asks for one, and a cron whose runs have some.

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
    json.dump({"run": client.runs.list(thread)[0]["run_id"], "cron": cron["cron_id"]}, sys.stdout)


main()
