import net, { isIP } from 'node:net'

/** Where control finds the door: 0 to 3 are its standard streams and the supervisor's channel. */
export const doorDescriptor = 4
/** Set for a control that was given a door. */
export const doorVariable = 'RINGDOWN_HTTP_FD'

type BoundHandle = { readonly fd: number; getsockname(into: object): number; close(): void }
type BindsHandle = { _createServerHandle(host: string, port: number, family: 4 | 6): BoundHandle | number }

/**
 * The address of RINGDOWN_HTTP, bound here and listened at by whichever control is alive. While none is, the kernel keeps
 * who connects, and the next control serves them: a carrier that is refused a webhook ends the call it asks about.
 * Node binds without listening (and so without accepting here) only through what `node:cluster` uses itself.
 */
export function createFrontDoor({ host, port }: { host: string; port: number }) {
  let bound: BoundHandle | undefined
  return {
    /**
     * The descriptor that control inherits; undefined where the host is a name, or somebody else has the address: then
     * control listens by itself, and says what is wrong.
     */
    descriptor(): number | undefined {
      bound ??= bind(host, port)
      return bound?.fd
    },
    close(): void {
      bound?.close()
      bound = undefined
    },
  }
}

function bind(host: string, port: number): BoundHandle | undefined {
  const family = isIP(host)
  if (family !== 4 && family !== 6) return undefined
  const made = (net as unknown as BindsHandle)._createServerHandle(host, port, family)
  if (typeof made === 'number') return undefined
  // An address that is taken is noticed by bind and told by the next question.
  if (made.getsockname({}) === 0) return made
  made.close()
  return undefined
}
