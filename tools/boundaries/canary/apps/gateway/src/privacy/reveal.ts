// Planted: doubles-are-for-tests.
import { createTestVault } from './create-test-vault.ts'

export const reveal = createTestVault
