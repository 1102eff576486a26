import { connect } from 'node:net'

/** A packet that is lost is sent again after one second (RFC 6298): both may come late. */
const REACH_MS = 3000

/** Returns whether whoever has an address answers at a port; a refusal is an answer. */
export function reach(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    const end = (answers: boolean) => (): void => {
      socket.destroy()
      resolve(answers)
    }
    socket.setTimeout(REACH_MS, end(false))
    socket.once('connect', end(true))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED')())
  })
}
