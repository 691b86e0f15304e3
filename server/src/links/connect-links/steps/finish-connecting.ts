import { changeConnection, justWritten } from '../../../connections/connection-store.ts';
import { isSameMetadata, mergeMetadata, type Metadata } from '../../../connections/metadata/merge-metadata.ts';
import type { Context } from '../../../context.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import type { ConnectLink } from '../connect-link.ts';
import { finishLink } from '../end-connect-link.ts';

/** What is done besides in the transaction that makes a connection count: the link is finished, and its metadata is on it. */
export function finishConnecting(
  { clock }: Pick<Context, 'clock'>,
  { link, connectionId }: { readonly link: ConnectLink; readonly connectionId: string },
): (trx: WorkspaceTrx) => Promise<void> {
  return async (trx) => {
    await finishLink(trx, clock, { link, connectionId });
    await write(trx, connectionId, link.metadata);
  };
}

async function write(trx: WorkspaceTrx, connectionId: string, metadata: Metadata): Promise<void> {
  const connection = await justWritten(trx, connectionId);
  const after = mergeMetadata(connection.metadata, metadata);
  if (isSameMetadata(connection.metadata, after)) return;
  await changeConnection(trx, connection, { metadata: JSON.stringify(after) });
}
