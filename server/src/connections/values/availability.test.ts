import { describe, expect, it } from 'vitest';
import { stdioWith } from '../../../../tests/support/local-programs.ts';
import { shippedConnector } from '../../../../tests/support/shipped-connector.ts';
import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { covers } from '../../../../tests/support/covers.ts';
import { availabilityOf, chooseAuthMode } from './availability.ts';

function connectorWith(...modes: [AuthMode, ...AuthMode[]]): Connector {
  return { ...shippedConnector('gitlab'), auth_mode: modes[0], auth_modes: modes };
}

describe('whether a connector can be connected', () => {
  it.each(['pat', 'conn_string', 'none'] as const)('by %s: at once', (mode) => {
    expect(availabilityOf(connectorWith(mode), { stdio: undefined })).toEqual({ availability: 'available' });
  });

  it.each(['mcp_oauth', 'byo_oauth'] as const)('by %s: not yet, and why', (mode) => {
    expect(availabilityOf(connectorWith(mode), { stdio: undefined })).toEqual({
      availability: 'coming_soon',
      availabilityReason: expect.stringContaining('not part of this version yet'),
    });
  });
});

it.each([undefined, stdioWith([])])('a program can be connected where programs are run', (stdio) => {
  covers('local/off');
  const { availability } = availabilityOf(shippedConnector('filesystem'), { stdio });
  expect(availability).toBe(stdio === undefined ? 'coming_soon' : 'available');
  expect(availabilityOf(shippedConnector('everything'), { stdio }).availability).toBe('available');
});

describe('the way of signing in', () => {
  it('is the first where nothing is asked for', () => {
    covers('001/auth-modes');
    expect(chooseAuthMode(connectorWith('pat', 'byo_oauth'), undefined)).toBe('pat');
  });

  it('is another that was asked for', () => {
    covers('001/auth-modes');
    expect(chooseAuthMode(connectorWith('pat', 'byo_oauth'), 'byo_oauth')).toBe('byo_oauth');
  });

  it('is never one that the connector does not offer', () => {
    expect(() => chooseAuthMode(connectorWith('pat'), 'none')).toThrow('GitLab cannot be connected by "none"');
  });
});
