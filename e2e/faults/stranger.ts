import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { serverPython } from '../fixtures/product.ts';

const program = `
import sys
from jupyter_client import BlockingKernelClient
client = BlockingKernelClient()
client.load_connection_file(sys.argv[1])
client.start_channels()
client.execute("stranger = 41 + 1", allow_stdin=False)
client.control_channel.send(client.session.msg("kernel_info_request"))
client.get_control_msg(timeout=30)
client.stop_channels()
`;

/** Connects to a kernel past the product, as `jupyter console --existing` does, sends something, and leaves. */
export async function visitAsStranger(connectionFile: string): Promise<void> {
  const child = spawn(serverPython(), ['-c', program, connectionFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The stranger failed with ${code}.\n${said}`);
}
