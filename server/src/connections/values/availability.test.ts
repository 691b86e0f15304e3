import { describe, expect, it } from 'vitest';
import { stdioWith } from '../../../../tests/support/local-programs.ts';
import { shippedConnector } from '../../../../tests/support/shipped-connector.ts';
import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { covers } from '../../../../tests/support/covers.ts';
import { bareConfig } from '../../../../tests/support/bare-app.ts';
import { availabilityOf, chooseAuthMode, isConfigured, type Setup } from './availability.ts';

function connectorWith(...modes: [AuthMode, ...AuthMode[]]): Connector {
  return { ...shippedConnector('gitlab'), auth_mode: modes[0], auth_modes: modes };
}

const nobody: Setup = { config: { ...bareConfig, stdio: undefined }, apps: new Set() };

describe('whether a connector can be connected', () => {
  it.each(['pat', 'conn_string', 'none', 'mcp_oauth'] as const)('by %s: at once', (mode) => {
    expect(availabilityOf(connectorWith(mode), nobody)).toEqual({ availability: 'available' });
    expect(isConfigured(connectorWith(mode), nobody)).toBe(true);
  });

  it('by an OAuth app: once there is one, and until then it says what to do', () => {
    covers('apps/availability');
    const connector = connectorWith('byo_oauth');
    const reason = expect.stringContaining('PUT /api/v1/oauth-apps/gitlab');
    expect(availabilityOf(connector, nobody)).toEqual({ availability: 'needs_setup', availabilityReason: reason });
    expect(isConfigured(connector, nobody)).toBe(false);
    const environment = new Map([['gitlab', { clientId: 'ours', clientSecret: undefined }]]);
    for (const setup of [
      { ...nobody, apps: new Set(['gitlab']) },
      { ...nobody, config: { ...nobody.config, oauthApps: environment } },
    ]) {
      expect(availabilityOf(connector, setup)).toEqual({ availability: 'available' });
      expect(isConfigured(connector, setup)).toBe(true);
    }
  });

  it('by a key before an OAuth app: at once', () => {
    expect(availabilityOf(connectorWith('pat', 'byo_oauth'), nobody)).toEqual({ availability: 'available' });
  });
});

it.each([undefined, stdioWith([])])('a program can be connected where programs are run', (stdio) => {
  covers('local/off');
  const setup = { ...nobody, config: { ...nobody.config, stdio } };
  const { availability } = availabilityOf(shippedConnector('filesystem'), setup);
  expect(availability).toBe(stdio === undefined ? 'coming_soon' : 'available');
  expect(availabilityOf(shippedConnector('everything'), setup).availability).toBe('available');
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
