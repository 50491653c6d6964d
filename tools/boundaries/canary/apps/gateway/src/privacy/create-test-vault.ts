export const createTestVault = () => ({})
