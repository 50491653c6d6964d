export { type AccountKeys, createAccountKeys } from './account-keys.ts'
export { createTwilioRest } from './rest.ts'
export { createStreamUpgrade, type PassSocket } from './stream-upgrade.ts'
export type {
  AccountDirectory,
  CallerVault,
  NumberDirectory,
  NumberRoute,
  OpenToken,
  StoredAccount,
  TwilioCount,
  TwilioCounter,
} from './twilio.port.ts'
export { createTwilioDirectory } from './twilio.repository.ts'
export { type TwilioRoutesNeeds, twilioRoutes } from './twilio.routes.ts'
