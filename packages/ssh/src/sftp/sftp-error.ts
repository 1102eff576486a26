import { statusCodes } from './protocol.ts'

/** What a client is told of a request that failed. */
export class SftpError extends Error {
  readonly status: number

  constructor(status: keyof typeof statusCodes, message: string) {
    super(message)
    this.name = 'SftpError'
    this.status = statusCodes[status]
  }
}

/** Returns what a program of a container complained of, as SFTP tells it. */
export function readComplaint(text: string): SftpError {
  const line = text.trim().split('\n').at(-1) ?? ''
  const message = line === '' ? 'It failed.' : line.slice(0, 400)
  if (/no such file|not found|nonexistent/i.test(line)) return new SftpError('noSuchFile', message)
  if (/permission denied|not permitted/i.test(line)) {
    return new SftpError('permissionDenied', message)
  }
  return new SftpError('failure', message)
}
