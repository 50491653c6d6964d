// Planted: state-and-rules-are-pure.
import { readFileSync } from 'node:fs'

export const initialState = () => readFileSync('state.json')
