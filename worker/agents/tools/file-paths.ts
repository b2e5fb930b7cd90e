import { createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { absolutePath } from './files.ts';

/** Arguments of deepagents' file tools that are paths. */
const PATHS: Readonly<Record<string, string>> = {
  ls: 'path',
  glob: 'path',
  grep: 'path',
  read_file: 'file_path',
  write_file: 'file_path',
  edit_file: 'file_path',
  delete: 'file_path',
};

/** Takes `report.md` for `/report.md`, as deepagents for Python does: files have one folder that all paths begin at. */
export function absolutePaths(): AgentMiddleware {
  return createMiddleware({
    name: 'AbsolutePaths',
    wrapToolCall(request, handler) {
      const { toolCall } = request;
      const key = PATHS[toolCall.name] ?? '';
      const path: unknown = toolCall.args[key];
      if (typeof path !== 'string') return handler(request);
      const args = { ...toolCall.args, [key]: absolutePath(path) };
      return handler({ ...request, toolCall: { ...toolCall, args } });
    },
  });
}
