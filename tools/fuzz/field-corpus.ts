const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const header = encoded({
  alg: 'ES256',
  ppt: 'shaken',
  typ: 'passport',
  x5u: 'https://cert.example.org/a.pem',
})
const claims = encoded({
  attest: 'A',
  dest: { tn: ['15550100'] },
  iat: 1_700_000_000,
  orig: { tn: '15550123' },
  origid: '123e4567-e89b-12d3-a456-426655440000',
})
const signature = Buffer.alloc(64, 7).toString('base64url')

/** Values of headers and attributes whose grammar is not that of most: digest, identity, transfer, keys. */
export const FIELDS: readonly string[] = [
  'Digest realm="biloxi.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c", algorithm=SHA-256, stale=FALSE',
  'Digest username="bob", realm="biloxi.com", nonce="dcd98b71", uri="sip:bob@biloxi.com", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c"',
  'nextnonce="dcd98b7102dd", qop=auth, rspauth="6629fae49393a05397450978507c4ef1"',
  `${header}.${claims}.${signature};info=<https://cert.example.org/a.pem>;alg=ES256;ppt="shaken"`,
  `..${signature};info=<https://cert.example.org/a.pem>;ppt=shaken`,
  '"Anne" <sip:anne@example.com;user=phone>;party=calling;screen=yes;privacy=off',
  '<sip:+15550123@example.com;user=phone>;verstat=TN-Validation-Passed-A',
  '12345%40192.0.2.1;to-tag=12345;from-tag=5FFE-3994;early-only',
  '<sip:bob@example.com?Replaces=12345%40192.0.2.1%3Bto-tag%3D1%3Bfrom-tag%3D2>;method=INVITE',
  '<sip:anne@example.com>;index=1.1;rc=1, <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1.1.1',
  '<sip:anne@example.com>;reason=user-busy;counter=1;privacy=full',
  'SIP;cause=200;text="Call completed elsewhere", Q.850;cause=16',
  '307 isi.edu "Session parameter \'foo\' not understood"',
  '18000 (in a (nested) meeting);duration=3600',
  'active;expires=600;reason=noresource;retry-after=5',
  '1800;refresher=uac',
  '1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4 UNENCRYPTED_SRTCP',
  '1 1 INVITE',
  'Signal=5\r\nDuration=160\r\n',
  'SIP/2.0 180 Ringing\r\nTo: <sip:a@example.com>\r\n\r\n',
]
