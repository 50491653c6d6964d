// Planted: pure-packages-stand-alone.
import { Buffer } from 'node:buffer'

export const parse = (text: string) => Buffer.from(text)
