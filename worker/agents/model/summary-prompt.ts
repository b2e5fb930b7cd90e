/** What a model is asked for when a conversation has grown too long for it. */
const ASKED = `The conversation below has become too long to go on with. Write what takes its place: its purpose, what was decided and why, what was
done and with which result, and what is still to do. Keep names, numbers and paths as they are. Leave out what nobody will need.

Conversation:
`;

/**
 * The prompt for deepagents (1.14), which puts the conversation in by `String.replace`: that takes `$&` and its like, which scripts
 * and prices have, for patterns. This stands in for the text, and puts in what it is given.
 */
export const summaryPrompt = {
  replace: (_place: string, conversation: string) => `${ASKED}${conversation}\n\nSummary:`,
} as unknown as string;
