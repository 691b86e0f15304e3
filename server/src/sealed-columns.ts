import { approvalBoxes } from './approvals/sealed-content.ts';
import { revokedTokenBoxes } from './connections/revoking/provider/sealed-tokens.ts';
import { grantBoxes } from './credentials/grants/seal-grant.ts';
import { credentialBoxes } from './credentials/seal-credentials.ts';
import { fileKeyBoxes } from './files/file-cipher.ts';
import { answerBoxes } from './http/idempotency/keyed-request.ts';
import { appBoxes } from './oauth/apps/seal-app.ts';
import { handshakeBoxes } from './oauth/handshakes/handshake-box.ts';
import { registrationBoxes } from './oauth/mcp/registration/registered-client.ts';
import type { SealedColumn } from './vault/rotation/sealed-column.ts';
import { webhookSecretBoxes } from './webhooks/signing/webhook-secrets.ts';

/** Every column that holds boxes, each as its room describes it; a test compares them with the schema. */
export const sealedColumns: readonly SealedColumn[] = [
  credentialBoxes,
  grantBoxes,
  revokedTokenBoxes,
  appBoxes,
  registrationBoxes,
  handshakeBoxes,
  ...approvalBoxes,
  answerBoxes,
  fileKeyBoxes,
  webhookSecretBoxes,
];
