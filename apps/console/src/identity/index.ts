export { IdentityMark, IdentityNote } from './IdentityMark.tsx'
