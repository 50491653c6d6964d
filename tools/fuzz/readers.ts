import { CALL_READER } from './call-reader.ts'
import { MEDIA_READERS } from './media-readers.ts'
import type { Reader } from './reader.ts'
import { SIP_READERS } from './sip-readers.ts'
import { STREAM_READER } from './stream-reader.ts'

/** Everything pure that reads what strangers send. */
export const READERS: readonly Reader[] = [...SIP_READERS, STREAM_READER, CALL_READER, ...MEDIA_READERS]
