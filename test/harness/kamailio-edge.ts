import type { IdentityFiles } from './certificates.ts'
import { freePort } from './free-port.ts'
import {
  loading,
  type RunningKamailio,
  registerRoute,
  registrarSettings,
  sayingReady,
  startKamailio,
} from './kamailio.ts'

export const account = {
  realm: 'kamailio.test',
  username: 'alice',
  password: 'correct horse',
  algorithm: 'SHA-256',
  maxExpiresS: 90,
} as const

export type EdgeOrder = {
  /** Of this machine, such as 127.0.0.31: what it sends comes from there. */
  address: string
  identity: IdentityFiles
  /** Who must have vouched for those it connects to over TLS, PEM file. */
  authorities: string
  /** UDP port of this machine where calls go that come over TLS: those of the gateway, asked for `alice`'s password. */
  telephone?: number
  /** Where all others go: to a place, or to wherever `alice` has registered, with the dialled number in the Request-URI. */
  towards: { port: number; transport: 'udp' | 'tcp' | 'tls' } | 'registered'
}

export type KamailioEdge = RunningKamailio & {
  /** UDP, TCP and WebSocket. */
  port: number
  /** TLS and secure WebSocket. */
  tlsPort: number
}

/** Kamailio between telephones and the gateway: a proxy that stays in the way (Record-Route), and a registrar. */
export async function startKamailioEdge(order: EdgeOrder): Promise<KamailioEdge> {
  const [port, tlsPort] = [await freePort(), await freePort()]
  const running = await startKamailio({
    configuration: folder => configuration({ ...order, folder, port, tlsPort }),
    files: { 'tls.cfg': tlsConfiguration(order) },
  })
  return { ...running, port, tlsPort }
}

const tlsConfiguration = ({ identity, authorities }: EdgeOrder): string => `
[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
certificate = ${identity.certificate}
private_key = ${identity.key}
[client:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
ca_list = ${authorities}
certificate = ${identity.certificate}
private_key = ${identity.key}
`

const proxy = [
  'tm',
  'rr',
  'sl',
  'pv',
  'textops',
  'siputils',
  'xlog',
  'tls',
  'xhttp',
  'websocket',
  'nathelper',
]

type Placed = EdgeOrder & { folder: string; port: number; tlsPort: number }

const configuration = (of: Placed): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=1
tcp_children=2
enable_tls=yes
# The request that opens a WebSocket has no Content-Length.
tcp_accept_no_cl=yes
tcp_source_ipv4=${of.address}
auto_aliases=no
listen=udp:${of.address}:${of.port}
listen=tcp:${of.address}:${of.port}
listen=tls:${of.address}:${of.tlsPort}
${loading([...proxy, 'usrloc', 'registrar', 'auth'])}
modparam("tls", "config", "${of.folder}/tls.cfg")
${registrarSettings(account)}

request_route {
  if (is_method("REGISTER")) route(REGISTER);
  # RFC 7118 §5: a page names no place where it can be reached; its connection is the place.
  if (nat_uac_test(64)) {
    force_rport();
    add_contact_alias();
  }
  if (has_totag()) {
    if (loose_route()) {
      xlog("L_ALERT", "in-dialog $rm from $pr\\n");
      if ($du == $null) handle_ruri_alias();
      t_relay();
    } else if (is_method("ACK") && t_check_trans()) {
      t_relay();
    }
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (is_method("OPTIONS")) {
    sl_send_reply("200", "Here");
    exit;
  }
  ${of.telephone === undefined ? '' : toTelephone(of.telephone)}
  record_route();
  ${of.towards === 'registered' ? toRegistered(of.address) : toPlace(of.towards)}
  t_relay();
}
${registerRoute(account)}

event_route[xhttp:request] {
  if ($hdr(Upgrade) =~ "websocket" && ws_handle_handshake()) exit;
  xhttp_reply("404", "Not Found", "", "");
}
${sayingReady}
`

const toPlace = ({ port, transport }: { port: number; transport: string }): string =>
  `$du = "sip:127.0.0.1:${port};transport=${transport}";`

const toTelephone = (port: number): string => `if ($proto == "tls") {
    if ($au != "${account.username}" || !pv_proxy_authenticate("${account.realm}", "${account.password}", "0")) {
      xlog("L_ALERT", "challenged $rm\\n");
      proxy_challenge("${account.realm}", "1");
      exit;
    }
    xlog("L_ALERT", "authenticated $rm $aa\\n");
    consume_credentials();
    record_route();
    $du = "sip:127.0.0.1:${port}";
    t_relay();
    exit;
  }`

const toRegistered = (address: string): string => `$var(dialled) = $rU;
  if (!lookup("location", "sip:${account.username}@${address}")) {
    sl_send_reply("480", "Not registered");
    exit;
  }
  $rU = $var(dialled);`
