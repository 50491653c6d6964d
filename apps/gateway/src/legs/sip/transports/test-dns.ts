import { createSocket } from 'node:dgram'
import { once } from 'node:events'

type Service = { priority: number; weight: number; port: number; name: string }
type Pointer = {
  order: number
  preference: number
  flags: string
  service: string
  regexp: string
  replacement: string
}

/** Answers by question, as `A example.test`; or a server that fails. */
export type Zone = Readonly<Record<string, readonly (string | Service | Pointer)[]>> | 'fails'

const types: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR' }
const ttlS = 60
const codes = { fine: 0x8180, failed: 0x8182, noSuchName: 0x8183 } as const

/** A DNS server on loopback (RFC 1035 §4) with a zone of its own, and what it was asked. */
export async function openTestDns(zone: Zone) {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query)
    const question = `${types[type]} ${name}`
    asked.push(question)
    const records = zone === 'fails' ? [] : (zone[question] ?? [])
    const exists = zone !== 'fails' && Object.keys(zone).some(key => key.endsWith(` ${name}`))
    const code = zone === 'fails' ? codes.failed : exists ? codes.fine : codes.noSuchName
    const head = Buffer.concat([query.subarray(0, 2), shorts(code, 1, records.length, 0, 0)])
    const answers = records.map(record => answer(type, record))
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, asked, close: () => void socket.close() }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answer(type: number, record: string | Service | Pointer): Buffer {
  const data = dataOf(record)
  const ttl = Buffer.alloc(4)
  ttl.writeUInt32BE(ttlS)
  // 0xc00c: the name in the question.
  return Buffer.concat([shorts(0xc00c, type, 1), ttl, shorts(data.length), data])
}

function dataOf(record: string | Service | Pointer): Buffer {
  if (typeof record === 'string') return addressBytes(record)
  if ('priority' in record)
    return Buffer.concat([shorts(record.priority, record.weight, record.port), nameBytes(record.name)])
  const { order, preference, flags, service, regexp, replacement } = record
  return Buffer.concat([
    shorts(order, preference),
    ...[flags, service, regexp].map(labelBytes),
    nameBytes(replacement),
  ])
}

/** Addresses without a part of zeros, or with one `::`. */
function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [head = [], tail = []] = address
    .split('::')
    .map(part => part.split(':').map(group => Number.parseInt(group, 16)))
  return shorts(...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail)
}

const labelBytes = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text)])

const nameBytes = (name: string): Buffer => Buffer.concat([...name.split('.').map(labelBytes), Buffer.of(0)])

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2)
  return bytes
}
