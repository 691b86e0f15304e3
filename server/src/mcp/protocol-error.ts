import { ProtocolError } from '@modelcontextprotocol/server';

/** The JSON-RPC error of a request that could not be answered; what is not the caller's doing is thrown on. */
export function protocolErrorOf(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof ProtocolError) return { code: error.code, message: error.message };
  throw error;
}
