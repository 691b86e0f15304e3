import { describe, expect, it } from 'vitest';
import { countDials, expectProblem, nameServer, openEgress } from './support.ts';

const everything = [
  '0.0.0.0/0',
  '::/0',
  '169.254.169.254',
  '*.internal',
  'metadata.google.internal',
  'metadata.goog',
  'cloud.example',
];

const places = [
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.169.254./',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://①⑥⑨.254.169.254/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[::169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[64:ff9b:1:a9fe:a9:fe00::]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[2001:0:a9fe:a9fe::1]/',
  'http://[2001:0:1:1:0:0:5601:5601]/',
  'http://[2a00:1450::5efe:a9fe:a9fe]/',
  'http://169.254.170.2/v2/credentials',
  'http://169.254.170.23/v1/credentials',
  'http://[fd00:ec2::254]/',
  'http://[fd00:ec2::23]/',
  'http://[fe80::a9fe:a9fe]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'http://[fd20:ce::254]/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://METADATA.google.internal./',
  'http://metadata/',
  'http://metadata.goog/',
  'http://instance-data/',
  'http://instance-data.ec2.internal/',
  'http://metadata.azure.internal/',
  'http://metadata.tencentyun.com/',
];

describe('S24: cloud metadata is never reached', () => {
  it.each(places)('refuses %s with everything on the allow-list', async (url) => {
    const egress = openEgress({ allow: everything, resolver: nameServer({}).resolver });
    const dials = await countDials(async () => {
      await expectProblem(egress.request({ method: 'GET', url }), 'refused', false);
      await expectProblem(egress.request({ method: 'GET', url, loopback: true }), 'refused', false);
      await expectProblem(egress.check(url), 'refused', false);
      await expectProblem(egress.connect({ host: new URL(url).hostname, port: 80 }), 'refused', false);
    });
    expect(dials).toBe(0);
    await egress.close();
  });

  it.each([['169.254.169.254'], ['93.184.215.14', '169.254.169.254'], ['fd00:ec2::254'], ['::ffff:169.254.169.254']])(
    'refuses an allow-listed name that resolves to %s',
    async (...addresses) => {
      const egress = openEgress({ allow: everything, resolver: nameServer({ 'cloud.example': addresses }).resolver });
      const dials = await countDials(async () => {
        const failure = await expectProblem(
          egress.request({ method: 'GET', url: 'http://cloud.example/' }),
          'refused',
          false,
        );
        expect(failure.message).toContain('cloud metadata');
      });
      expect(dials).toBe(0);
      await egress.close();
    },
  );
});
