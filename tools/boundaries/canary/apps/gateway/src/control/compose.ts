export const gateway = {}
