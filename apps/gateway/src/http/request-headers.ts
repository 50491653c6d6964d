import type { FastifyRequest } from 'fastify'

/** The request's headers, with the client's address under the name that only we may set. */
export function headersOf(request: FastifyRequest, clientAddressHeader: string): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (name === clientAddressHeader || value === undefined) continue
    for (const one of [value].flat()) headers.append(name, one)
  }
  headers.set(clientAddressHeader, request.ip)
  return headers
}
