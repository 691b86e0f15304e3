import { signConnectLink } from '@plugboard/sdk';

const { KEY_SET_ID: iss = '', PLUGBOARD_URL: aud = '', PRIVATE_JWK = '{}' } = process.env;

const link = await signConnectLink({ iss, aud, sub: 'u_1', connectors: ['github'] }, JSON.parse(PRIVATE_JWK));
process.stdout.write(`${link}\n`);
