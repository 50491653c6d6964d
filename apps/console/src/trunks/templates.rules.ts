import { type TrunkSettings, type TrunkTemplateName, trunkDefaults } from '@ringdown/contract'

/** What a template asks for at once; every other setting stands behind "More settings". */
export type AskedField = 'host' | 'addresses' | 'numberFormat' | 'username' | 'password'

export type TrunkTemplate = {
  /** As its makers write it; empty: no one name. */
  brand: string
  asks: readonly AskedField[]
  /** Without these the trunk cannot work. */
  needs: readonly AskedField[]
  settings: TrunkSettings
}

/** A trunk made here is watched, and bounded to what a modest server carries. */
const plain: Omit<TrunkSettings, 'name' | 'template'> = {
  ...trunkDefaults,
  limits: { calls: 100, callsPerSecond: 20 },
  healthCheckS: 60,
}

/** Signalling ranges of https://www.twilio.com/docs/sip-trunking/ip-addresses, one for each of its regions. */
const twilioAddresses = [
  '54.172.60.0/30',
  '54.244.51.0/30',
  '54.171.127.192/30',
  '35.156.191.128/30',
  '54.65.63.192/30',
  '54.169.127.128/30',
  '54.252.254.64/30',
  '177.71.206.192/30',
]

/** Two for each region: developers.telnyx.com/docs/voice/sip-trunking/routing/failover-and-retries. */
const telnyxAddresses = [
  '192.76.120.10',
  '64.16.250.10',
  '5.172.39.10',
  '5.172.39.25',
  '193.108.220.10',
  '193.108.220.25',
  '103.135.104.10',
  '103.135.104.25',
]

/** North American carriers: ten digits come in, 1 and ten digits or 011 and the rest go out. */
const northAmerica: TrunkSettings['numbers'] = {
  callingCode: '1',
  nationalPrefix: '1',
  internationalPrefix: '011',
  out: 'national',
  dialPrefix: '',
}

const viaDns = (host: string) => ({ host, port: null, transport: null })

/** Behind a switchboard of one's own: no carrier in between, so its address says who calls. */
function switchboard(template: TrunkTemplateName, brand: string): TrunkTemplate {
  return {
    brand,
    asks: ['host', 'addresses'],
    needs: ['host'],
    settings: { ...plain, template, name: brand },
  }
}

/** A carrier that we register at, with a user name and a password. */
function registering(
  template: TrunkTemplateName,
  brand: string,
  own: Pick<TrunkSettings, 'numbers' | 'codecs'>,
): TrunkTemplate {
  return {
    brand,
    asks: ['host', 'username', 'password'],
    needs: ['host', 'username', 'password'],
    settings: { ...plain, ...own, template, name: brand, registration: { expiresS: 300 } },
  }
}

export const trunkTemplates: Record<TrunkTemplateName, TrunkTemplate> = {
  twilio: {
    brand: 'Twilio',
    asks: ['host', 'addresses', 'numberFormat'],
    needs: ['host', 'addresses'],
    settings: {
      ...plain,
      template: 'twilio',
      name: 'Twilio',
      addresses: twilioAddresses,
      codecs: ['PCMU', 'PCMA'],
      trustsIdentity: true,
    },
  },
  telnyx: {
    brand: 'Telnyx',
    asks: ['host', 'addresses', 'numberFormat'],
    needs: ['host', 'addresses'],
    settings: {
      ...plain,
      template: 'telnyx',
      name: 'Telnyx',
      hosts: [viaDns('sip.telnyx.com')],
      addresses: telnyxAddresses,
      trustsIdentity: true,
    },
  },
  'voip-ms': registering('voip-ms', 'VoIP.ms', { numbers: northAmerica, codecs: ['PCMU', 'G722'] }),
  siproute: registering('siproute', 'SIPRoute', {
    numbers: { ...plain.numbers, out: 'e164' },
    codecs: ['PCMU', 'PCMA'],
  }),
  asterisk: switchboard('asterisk', 'Asterisk'),
  freeswitch: switchboard('freeswitch', 'FreeSWITCH'),
  kamailio: switchboard('kamailio', 'Kamailio'),
  other: {
    brand: '',
    asks: ['host', 'addresses', 'username', 'password'],
    needs: [],
    settings: { ...plain, template: 'other', name: '', healthCheckS: null },
  },
}
