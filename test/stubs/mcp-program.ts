/** An MCP server that is a program over pipes, as operators name them in MCP_SERVERS. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server({ name: 'program', version: '1' }, { capabilities: { tools: {} } });
const inputSchema = { type: 'object' as const };

server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [
    { name: 'tell', description: 'Tells of itself', inputSchema },
    { name: 'die', description: 'Ends the program', inputSchema },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  if (params.name === 'die') process.exit(1);
  const about = { pid: process.pid, words: process.argv.slice(2), variables: Object.keys(process.env) };
  return { content: [{ type: 'text' as const, text: JSON.stringify(about) }] };
});
console.error('words beside the protocol');
await server.connect(new StdioServerTransport());
