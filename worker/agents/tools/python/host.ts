/**
 * The program around a Python tool. It reads `{script, name, task, args, state, call_id, limits}` from its input, limits
 * itself, runs the script and writes `{output}`, `{face}` or `{error}` to file descriptor 3; the script may print what it
 * likes. Functions and LangChain tools are both taken, with the parameters that LangChain injects (state, runtime, call id).
 */
export const pythonHost = String.raw`
import asyncio, inspect, json, os, sys, types, typing

INJECTED = ("InjectedState", "InjectedStore", "InjectedToolCallId", "ToolRuntime")
NAMED = {"state", "runtime", "tool_call_id"}
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object"}


def limit(limits):
    import resource
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, name), (value, value))


def injected(parameter):
    return parameter.name in NAMED or any(mark in str(parameter.annotation) for mark in INJECTED)


def face(tool, function):
    if hasattr(tool, "tool_call_schema"):
        return {"description": tool.description, "parameters": tool.tool_call_schema.model_json_schema()}
    shown = [p for p in inspect.signature(function).parameters.values() if not injected(p)]
    properties = {p.name: {"type": TYPES[p.annotation]} if p.annotation in TYPES else {} for p in shown}
    required = [p.name for p in shown if p.default is p.empty]
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"description": inspect.getdoc(function) or "", "parameters": parameters}


def annotations(function):
    try:
        return typing.get_type_hints(function, include_extras=True)
    except Exception:
        return {}


def field(annotation):
    # InjectedState("files") asks for one field, InjectedState for all of them.
    marks = getattr(annotation, "__metadata__", ())
    return next((mark.field for mark in marks if isinstance(getattr(mark, "field", None), str)), None)


def messages(given):
    try:
        from langchain_core.messages import convert_to_messages
        return convert_to_messages(given)
    except Exception:
        return given


def injections(function, request):
    state, call_id = request["state"], request["call_id"]
    if "messages" in state:
        state["messages"] = messages(state["messages"])
    hints = annotations(function)
    runtime = types.SimpleNamespace(
        state=state, tool_call_id=call_id, context=None, config={}, store=None, stream_writer=lambda *_: None
    )
    given = {}
    for parameter in inspect.signature(function).parameters.values():
        if not injected(parameter):
            continue
        kind = str(parameter.annotation) + parameter.name
        call = "ToolCallId" in kind or "tool_call_id" in kind
        one = field(hints.get(parameter.name, parameter.annotation))
        part = state if one is None else state.get(one)
        given[parameter.name] = call_id if call else runtime if "untime" in kind else part
    return given


def text(message):
    return getattr(message, "content", None) or (message.get("content") if isinstance(message, dict) else str(message))


def answer(output):
    update = getattr(output, "update", None)
    if isinstance(output, dict) or not isinstance(update, dict):
        return getattr(output, "content", output)
    messages = update.pop("messages", [])
    return {"content": text(messages[-1]) if messages else "Done.", "update": update}


def run(request):
    limit(request["limits"])
    scope = {"__name__": "tool"}
    exec(compile(request["script"], request["name"] + ".py", "exec"), scope)
    tool = scope.get(request["name"])
    function = getattr(tool, "func", None) or getattr(tool, "coroutine", None) or tool
    if not callable(function):
        raise NameError("the script defines no function or tool called " + request["name"])
    if request["task"] == "face":
        return {"face": face(tool, function)}
    output = function(**{**request["args"], **injections(function, request)})
    return {"output": answer(asyncio.run(output) if inspect.iscoroutine(output) else output)}


with os.fdopen(3, "w") as out:
    try:
        result = json.dumps(run(json.load(sys.stdin)), default=str)
    except BaseException as error:
        result = json.dumps({"error": type(error).__name__ + ": " + str(error)})
    out.write(result)
`;
