// Planted: usecases-know-no-transport.
import { Client } from 'pg'

export const endCall = () => new Client()
