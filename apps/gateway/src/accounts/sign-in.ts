import { betterAuth } from 'better-auth'
import { organization } from 'better-auth/plugins/organization'
import type { Pool } from 'pg'
import { accessControl, accessRoles } from './roles.rules.ts'

/** The header in which `http/` names the client's address; it must drop what a client sends under this name. */
export const clientAddressHeader = 'x-ringdown-client'

export type SignInSettings = {
  pool: Pool
  publicUrl: string
  /** Signs cookies. At least 32 bytes, derived from the master key. */
  secret: string
  /** Sign-in attempts per minute and client address. */
  attemptsPerMinute: number
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
  activeOrganizationOf: (user: string) => Promise<string | undefined>
}

const hour = 3600

export type SignIn = ReturnType<typeof createSignIn>

/** Better Auth, set up for us: passwords only, members by invitation, sessions of an hour that renew themselves. */
export function createSignIn(settings: SignInSettings) {
  return betterAuth({
    appName: 'Ringdown',
    baseURL: settings.publicUrl,
    basePath: '/api/auth',
    trustedOrigins: trustedOrigins(settings.publicUrl),
    secret: settings.secret,
    database: settings.pool,
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (level, message) => settings.log(level, message) },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10 },
    session: { expiresIn: hour, updateAge: hour / 6 },
    rateLimit: rateLimit(settings.attemptsPerMinute),
    advanced: {
      // Said outright: left open, Better Auth turns the check off where NODE_ENV is "test".
      disableOriginCheck: false,
      useSecureCookies: settings.publicUrl.startsWith('https:'),
      cookiePrefix: 'ringdown',
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    databaseHooks: {
      session: {
        create: {
          before: async session => ({
            data: { ...session, activeOrganizationId: await settings.activeOrganizationOf(session.userId) },
          }),
        },
      },
    },
    plugins: [
      organization({
        ac: accessControl,
        roles: accessRoles,
        creatorRole: 'owner',
        allowUserToCreateOrganization: false,
      }),
    ],
  })
}

/** In the database, so that a restart or another node does not forget the attempts. */
function rateLimit(attemptsPerMinute: number) {
  return {
    enabled: true,
    storage: 'database' as const,
    window: 60,
    max: 600,
    customRules: {
      '/sign-in/email': { window: 60, max: attemptsPerMinute },
      // Asked at every page load, and guessing a session token is hopeless.
      '/get-session': false as const,
    },
  }
}

/** On loopback the page may have been opened under either name of this machine. */
function trustedOrigins(publicUrl: string): string[] {
  const { protocol, hostname, port, origin } = new URL(publicUrl)
  if (hostname !== 'localhost' && hostname !== '127.0.0.1') return [origin]
  const suffix = port === '' ? '' : `:${port}`
  return ['localhost', '127.0.0.1'].map(host => `${protocol}//${host}${suffix}`)
}
