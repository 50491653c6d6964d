import { errorBody } from '@ringdown/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DatabaseAwayError, DatabaseBusyError } from '../database/index.ts'
import { createHttpServer } from './server.ts'

let server: ReturnType<typeof createHttpServer>
let failures: unknown[]
let answers: boolean
beforeEach(() => {
  failures = []
  answers = true
  server = createHttpServer({
    upgrades: [],
    onError: error => void failures.push(error),
    databaseAnswers: async () => answers,
  })
})
afterEach(() => server.close())

/** What a page is told when its request ends with this error. */
async function told(error: unknown) {
  server.get('/api/v1/anything', async () => {
    throw error
  })
  const response = await server.inject('/api/v1/anything')
  return { status: response.statusCode, code: errorBody.parse(response.json()).error.code }
}

test.each([
  ['is away', new DatabaseAwayError('not run', 'ECONNREFUSED')],
  ['broke off', new DatabaseAwayError('unknown', 'ECONNRESET')],
  ['is busy', new DatabaseBusyError()],
])('a request that fails because the database %s is to be repeated, and no defect', async (_, error) => {
  expect(await told(error)).toEqual({ status: 503, code: 'gateway.database-away' })
  expect(failures).toEqual([])
})

test('a request whose failure hides that the database is away is to be repeated, too', async () => {
  answers = false
  expect(await told(new Error('FAILED_TO_GET_SESSION'))).toEqual({
    status: 503,
    code: 'gateway.database-away',
  })
  expect(failures).toEqual([])
})

test('any other failure is told as one of ours, and shown to whoever runs the gateway', async () => {
  const defect = new Error('a defect')
  expect(await told(defect)).toEqual({ status: 500, code: 'gateway.internal' })
  expect(failures).toEqual([defect])
})

test('a body that is too large is told as that', async () => {
  server.post('/api/v1/anything', async () => ({}))
  const payload = { text: 'x'.repeat(300 * 1024) }
  const response = await server.inject({ method: 'POST', url: '/api/v1/anything', payload })
  expect([response.statusCode, response.json().error.code]).toEqual([413, 'request.too-large'])
})
