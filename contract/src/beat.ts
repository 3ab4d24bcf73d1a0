/**
 * Signs of life on the three kinds of WebSocket (events, kernels, terminals). A client that asks for them by the query
 * `beat=1` gets this text, as a message of its own, shortly after the line stands and then every few seconds; its
 * silence is how a page finds a line that is dead without a close. Nobody answers it.
 */
export const beat = { query: 'beat', text: '{"type":"beat"}', everyMs: 3_000 } as const;
