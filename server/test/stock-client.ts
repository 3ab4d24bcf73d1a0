import { type Kernel, KernelConnection, KernelMessage, ServerConnection } from './jupyterlab-services.ts';
import { WebSocket } from 'ws';

export { KernelMessage };

/** A stock client: JupyterLab's own KernelConnection, at the hub. */
export type StockClient = {
  connection: KernelConnection;
  /** Types of all messages of iopub, with the text of streams. */
  iopub: { type: string; parentId: string; text: string }[];
  close(): void;
};

/** Connects and waits until the connection says that it is there. */
export async function connectStock(
  at: { httpUrl: string; wsUrl: string },
  model: Kernel.IModel,
  clientId: string,
  options: { handleComms?: boolean } = {},
): Promise<StockClient> {
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: at.httpUrl,
    wsUrl: at.wsUrl,
    token: '',
    appendToken: false,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  const connection = new KernelConnection({
    model,
    clientId,
    serverSettings,
    username: clientId,
    handleComms: options.handleComms ?? false,
  });
  const iopub: StockClient['iopub'] = [];
  connection.iopubMessage.connect((_sender, message) => {
    const text = 'text' in message.content ? String(message.content.text) : '';
    iopub.push({
      type: message.header.msg_type,
      parentId: 'msg_id' in message.parent_header ? message.parent_header.msg_id : '',
      text,
    });
  });
  if (connection.connectionStatus !== 'connected') {
    await new Promise<void>((resolve) => {
      connection.connectionStatusChanged.connect((_sender, status) => {
        if (status === 'connected') resolve();
      });
    });
  }
  await connection.info;
  return { connection, iopub, close: () => connection.dispose() };
}
