type Failure = 'ct' | 'rt' | '4xx' | '5xx'

/** What Twilio signs and sends of an address: everything before the connection overrides. */
export function withoutOverrides(url: string): string {
  return url.split('#')[0] ?? url
}

/**
 * Asks as often as the connection overrides of an address say: by default once more, and only where no connection was
 * made. At once, which is the least that Twilio promises.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export async function withRetries(url: string, ask: () => Promise<Response>): Promise<Response> {
  const { retries, policy } = readOverrides(url)
  for (let left = retries; ; left--) {
    const last = await ask().then(
      response => ({ response, failure: failureOf(response) }),
      (error: unknown) => ({ error, failure: isRefused(error) ? ('ct' as const) : ('rt' as const) }),
    )
    const isWorthRetrying = last.failure !== undefined && (policy.has('all') || policy.has(last.failure))
    if (left > 0 && isWorthRetrying) continue
    if ('response' in last) return last.response
    throw last.error
  }
}

function readOverrides(url: string): { retries: number; policy: ReadonlySet<string> } {
  const given = new URLSearchParams(url.split('#')[1] ?? '')
  return {
    retries: Math.min(5, Number(given.get('rc') ?? 1)),
    policy: new Set((given.get('rp') ?? 'ct').split(',')),
  }
}

function failureOf({ status }: Response): Failure | undefined {
  if (status >= 500) return '5xx'
  return status >= 400 ? '4xx' : undefined
}

function isRefused(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } }
  return cause?.code === 'ECONNREFUSED'
}
