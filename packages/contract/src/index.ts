export * from './endings.ts'
export * from './errors.ts'
export * from './http.ts'
export * from './live.ts'
