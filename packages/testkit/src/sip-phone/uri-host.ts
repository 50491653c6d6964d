/** A host as URIs write it (RFC 3261 §25.1): an IPv6 address in brackets. */
export const uriHost = (host: string): string => (host.includes(':') ? `[${host}]` : host)
