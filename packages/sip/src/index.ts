export const x: string = 'a'
